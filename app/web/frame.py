"""What every page stands in: navigation, who is looking, what is unread, and the globals templates use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Flask, request, url_for

from app.core import audit, clock, engine, slices
from app.core.db import db
from app.core.slices import NavigationEntry
from app.web import actions, charts
from app.web.viewer import language, remember_language, viewer
from app.web.words import say
from workflows.text import Text

OTHER_ACTIONS = {
    "begin": Text("新建", "Created"),
    "edit": Text("修改内容", "Content changed"),
    "look": Text("查看完整信息", "Full data looked at"),
}


@dataclass(frozen=True, slots=True)
class NavigationLine:
    title: str
    url: str
    icon: str
    is_current: bool
    group: str


def navigation() -> list[NavigationLine]:
    """The lines of the main navigation that are this person's business."""
    actor = viewer()
    entries = [entry for s in slices.installed() for entry in s.navigation if _is_for(entry, actor)]
    groups = list(dict.fromkeys(entry.group for entry in entries))
    return [_line(entry) for entry in sorted(entries, key=lambda entry: groups.index(entry.group))]


def _is_for(entry: NavigationEntry, actor: Any) -> bool:
    if entry.roles:
        return bool(actor.holds(*entry.roles))
    return actor.is_signed_in or not entry.signed_in


def _line(entry: NavigationEntry) -> NavigationLine:
    url = url_for(entry.endpoint)
    return NavigationLine(say(entry.title), url, entry.icon, request.endpoint == entry.endpoint, say(entry.group) if entry.group else "")


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """What somebody did; done `times` times in a row, the last time was `at`, and the first `since`."""

    at: datetime
    actor_name: str
    title: Any
    comment: str
    source: Any
    target: Any
    times: int = 1
    since: datetime | None = None


def timeline(subject: Any, events: Sequence[audit.AuditEvent] | None = None) -> list[TimelineLine]:
    """All that happened to *subject* (or only *events* of it), in the words of its workflow, newest first.

    The same done by the same person many times in a row, without moving it, is one line: a recheck is of a hundred sheets.
    """
    newest_first = reversed(audit.history(db.session, subject) if events is None else events)
    runs = (list(run) for _, run in groupby(newest_first, key=lambda e: (e.action, e.actor_name, e.comment, e.id if e.target else None)))
    return [_timeline_line(subject, run[0], len(run), run[-1].at) for run in runs]


def _timeline_line(subject: Any, e: audit.AuditEvent, times: int, since: datetime) -> TimelineLine:
    source, target = _state_title(subject, e.source), _state_title(subject, e.target)
    return TimelineLine(e.at, e.actor_name, _event_title(subject, e), e.comment, source, target, times, since)


def _event_title(subject: Any, event: audit.AuditEvent) -> Any:
    flow = getattr(subject, "workflow", None)
    if flow and event.action in flow.transitions:
        return flow.transitions[event.action].title
    return OTHER_ACTIONS.get(event.action) or slices.action_title(event.action) or event.action


def _state_title(subject: Any, name: str | None) -> Any:
    flow = getattr(subject, "workflow", None)
    return flow.states[name].title if flow and name in flow.states else ""


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        offers=actions.offers,
        action_url=actions.action_url,
        subject_url=actions.subject_url,
        subject_title=actions.subject_title,
        state_now=lambda subject: engine.state_now(subject, clock.now()),
        timeline_of=timeline,
        chart_of=charts.chart_of,
        today=clock.today,
    )
    app.before_request(remember_language)

    @app.context_processor
    def _frame() -> dict[str, Any]:
        return {
            "navigation": navigation(),
            "viewer": viewer(),
            "language_code": language(),
            "now": clock.now(),
            "clock_can_move": app.config["CLOCK_CAN_MOVE"],
        }
