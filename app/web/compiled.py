"""Templates are compiled once and kept beside their sources, as Python keeps its modules.

Compiling one takes 10 ms, and more memory than it leaves behind, for everybody who is the first to open a page in a new process.  What is
kept carries a checksum of its source; where nothing may be written nothing is, and the template is compiled as before.
"""

from __future__ import annotations

import sys
import zlib
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

from app.web import words


class CompiledTemplates(FileSystemBytecodeCache):
    """For this Jinja and these filters alone: a filter of a constant is worked out while compiling."""

    def __init__(self, directory: Path) -> None:
        filters = zlib.crc32(Path(words.__file__).read_bytes())
        super().__init__(str(directory), f"%s.jinja-{jinja2.__version__}-{filters:08x}")

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)
