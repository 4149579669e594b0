"""Files that came with a form."""

from __future__ import annotations

import io

from flask import request

from app.rewards.commands import Upload


def handed_in(field: str) -> list[Upload]:
    """What was chosen in *field*, in order; a field left empty brings nothing."""
    return [Upload(io.BytesIO(file.read()), file.filename) for file in request.files.getlist(field) if file.filename]
