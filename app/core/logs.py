"""What is written to the log: one line an event.  A traceback shows the code, never the values it worked on."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from app.core.lazily import lazily

if TYPE_CHECKING:
    import structlog
else:
    structlog = lazily("structlog")


@functools.cache
def log() -> Any:
    """The log of this process.  Plain tracebacks: the decorated ones print local variables, and with them names and ID numbers."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )
    return structlog.get_logger()
