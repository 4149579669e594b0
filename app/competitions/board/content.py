"""What a board shows, as plain data: the one thing that pages, exports and API are made of.

Everything a reader sees is in it, in both languages; nobody who shows it looks anything up elsewhere.  Codes at most until the results
are released, names as they were put before the public after that.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import Criterion, Entry, ResultPublication, Sheet, Skill, SubCriterion
from app.competitions.models.marking import COMPETING
from app.competitions.standings import queries as standings
from app.core import clock
from app.core.masking import STAR
from workflows.competition import showing
from workflows.competition.prizes import AWARDS
from workflows.competition.sheet_flow import SheetFlow
from workflows.text import Text

Content = dict[str, Any]

KEYS = {"名次": "place", "姓名（队名）": "name", "单位": "organisation", "总成绩": "total", "奖项": "award"}
"""What a reader's program calls the columns of a published list."""
_BY_TITLE = {title.zh: key for key, title in AWARDS.items()}


def content_of(session: Session, skill: Skill, choice: str, *, later: Sheet | None = None) -> Content:
    """What may be shown of *skill* now, where its organiser lets *choice* be shown during the marking.

    *later* is a sheet that has just been signed, locked or opened again: it is counted as it was before that.
    """
    kind = showing.shown(skill.state, choice)
    competition = skill.competition
    content: Content = {
        "kind": kind,
        "competition": {"id": competition.id, "zh": competition.name, "en": competition.name_en or competition.name},
        "skill": {"id": skill.id, "code": skill.code, "name": skill.name},
        "stage": {"key": skill.state.name, **both(skill.state.title)},
        "frozen_at": None,
    }
    if showing.is_moving(kind):
        content |= _progress(session, skill, later)
    if kind == showing.STANDINGS:
        content |= _standings(session, skill)
    if kind == showing.RESULTS:
        content |= _results(session, skill)
    return content


def both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def digest_of(content: Content) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _progress(session: Session, skill: Skill, later: Sheet | None) -> Content:
    """How many sheets of each criterion are done: signed or locked.  Nothing in it follows from what a mark is."""
    is_done = Sheet.is_in(SheetFlow.signed, SheetFlow.locked)
    if later is not None:  # now signed, it was open; now locked or open again, it was signed or locked
        is_done = sa.case((Sheet.id == later.id, sa.literal(not later.is_in(SheetFlow.signed))), else_=is_done)
    done = sa.func.count().filter(is_done)
    rows = session.execute(
        sa.select(Criterion.letter, Criterion.name, done, sa.func.count())
        .select_from(Sheet)
        .join(Entry, Entry.id == Sheet.entry_id)
        .join(SubCriterion, SubCriterion.id == Sheet.sub_criterion_id)
        .join(Criterion, Criterion.id == SubCriterion.criterion_id)
        .where(Sheet.skill_id == skill.id, Entry.is_in(*COMPETING))
        .group_by(Criterion.letter, Criterion.name, Criterion.position)
        .order_by(Criterion.position)
    ).all()
    parts = [{"letter": letter, "name": name, "done": finished, "total": total} for letter, name, finished, total in rows]
    return {"parts": parts, "done": sum(part["done"] for part in parts), "total": sum(part["total"] for part in parts)}


CODED_COLUMNS = (
    {"key": "place", "zh": "名次", "en": "Place"},
    {"key": "code", "zh": "编号", "en": "Code"},
    {"key": "total", "zh": "当前总分", "en": "Total so far"},
)


def _standings(session: Session, skill: Skill) -> Content:
    """Everyone's total so far by code, best first; nobody is named, and equals stand in the order of their codes."""
    rows = [[str(place.place or ""), line.code, f"{line.total:.2f}"] for line, place in standings.current(session, skill)]
    return {"columns": [dict(column) for column in CODED_COLUMNS], "rows": rows, "awards": [None] * len(rows)}


def _results(session: Session, skill: Skill) -> Content:
    """The last version as it was put before the public, cell for cell, with every earlier one's date and reason, and what holds it."""
    notice = skill.notice
    versions = session.scalars(
        sa.select(ResultPublication).where(ResultPublication.skill_id == skill.id).order_by(ResultPublication.number.desc())
    ).all()
    if notice is None or not versions:
        return {"columns": [], "rows": [], "awards": [], "notice": None, "until": None, "named_in_full": False, "versions": [], "holds": []}
    published = versions[0]
    columns = [{"key": KEYS.get(column["zh"], f"column{n}"), **column} for n, column in enumerate(published.columns, start=1)]
    keys = [column["key"] for column in columns]
    names = [row[keys.index("name")] for row in published.rows] if "name" in keys else []
    return {
        "columns": columns,
        "rows": [list(row) for row in published.rows],
        "awards": [award_of(row, keys) for row in published.rows],
        "versions": [
            {"number": each.number, "at": clock.local(each.at).isoformat(timespec="minutes"), "reason": each.reason} for each in versions
        ],
        "holds": [both(reason) for reason in skill.holds],
        "notice": notice.id,
        "until": clock.local(skill.publicity_ends_at).isoformat(timespec="minutes") if skill.publicity_ends_at else None,
        "named_in_full": bool(names) and not any(STAR in name for name in names),
    }


def award_of(row: list[str], keys: list[str]) -> str | None:
    """The key of the award in *row*, where it names one."""
    return _BY_TITLE.get(row[keys.index("award")]) if "award" in keys else None
