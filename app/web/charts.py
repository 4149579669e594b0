"""A subject's workflow as a picture, with the state it is in marked."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from app.core import clock, engine
from app.web.viewer import language
from workflows import chart


def chart_of(subject: Any) -> Markup:
    """The diagram of *subject*'s workflow; every word in it is escaped where it is drawn."""
    return Markup(chart.svg(subject.workflow, language(), engine.state_now(subject, clock.now())))
