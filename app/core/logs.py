"""What is written to the log: one line an event.  A traceback shows the code, never the values it worked on."""

from __future__ import annotations

import structlog


def configure() -> None:
    """Plain tracebacks: the decorated ones print local variables, and with them names and ID numbers."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )
