"""Keeping the standings: with every mark by what it changes, and anew after anything larger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import Sheet, Skill, Standing
from app.competitions.standings.counting import Progress, recorded_on
from app.competitions.standings.queries import Computed, Module, computed, hundredths, summed
from app.core.prepared import Change, Prepared, write
from workflows.competition.standing import Weights

COLUMNS = ("theory", "practice", "total", "modules", "sheets", "recorded")
table = cast(sa.Table, Standing.__table__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A standing as it was read, locked; hundredths."""

    entry_id: int
    theory: int | None
    modules: Mapping[str, Sequence[int]]
    sheets: Mapping[str, Sequence[Any]]
    version: int


def progressed(kept: Kept, weights: Weights, module: Module, sheet_id: int, progress: Progress) -> tuple[Change, ...]:
    """What has to be written so that a competitor's standing carries what one sheet now comes to; nothing, where that is as before.

    Only the difference is counted, so it takes as long for two hundred aspects as for one.  The version grows by one.
    """
    before = kept.sheets.get(str(sheet_id), (0,))
    if before == progress.row:
        return ()
    earned = (kept.modules[module.letter][0] if module.letter in kept.modules else 0) + progress.counted - before[0]
    modules = {**kept.modules, module.letter: [earned, module.counts(earned)]}
    sheets = {**kept.sheets, str(sheet_id): progress.row}
    practice, total = summed(weights, kept.theory, modules)
    row = _row(Computed(kept.theory, practice, total, modules, sheets, recorded_on(sheets.values())))
    return ((_REPLACE, ({"entry": kept.entry_id, "now": kept.version + 1, **row},)),)


def note_sheet(session: Session, sheet: Sheet) -> None:
    """Count one sheet anew, after anything that changes its mark and is not a mark: a round of re-marking, a seat left empty."""
    note_entry(session, sheet.skill, sheet.entry_id)


def note_entry(session: Session, skill: Skill, entry_id: int) -> None:
    """Count one competitor anew, from all their marks: after a correction, a theory mark."""
    _count_anew(session, skill, entry_id)


def rebuild(session: Session, skill: Skill) -> None:
    """Count everybody anew: after the start of the marking, another version of the scheme, another panel, other weights."""
    _count_anew(session, skill, None)


def disagreements(session: Session, skill: Skill) -> list[int]:
    """The entries whose kept standing is not what their marks come to: none, unless something wrote past the office."""
    kept, anew = _kept(session, skill, None), computed(session, skill)
    return sorted(id_ for id_ in {*kept, *anew} if id_ not in anew or id_ not in kept or not _is(kept[id_], anew[id_]))


def _count_anew(session: Session, skill: Skill, entry_id: int | None) -> None:
    """The rows are locked before the marks are read, so that none comes in between."""
    session.flush()
    kept = _kept(session, skill, entry_id)
    changed, fresh = [], []
    for id_, anew in computed(session, skill, entry_id).items():
        if id_ not in kept:
            fresh.append({"entry_id": id_, "skill_id": skill.id, "version": 1, **_row(anew)})
        elif not _is(kept[id_], anew):
            changed.append({"entry": id_, "now": kept[id_].version + 1, **_row(anew)})
    if fresh:
        session.connection().execute(sa.insert(table), fresh)
    if changed:
        write(session.connection(), (_REPLACE, changed))


_REPLACE = Prepared(
    sa.update(table)
    .where(table.c.entry_id == sa.bindparam("entry"))
    .values({name: sa.bindparam(name) for name in COLUMNS} | {"version": sa.bindparam("now")})
)


def _kept(session: Session, skill: Skill, entry_id: int | None) -> dict[int, Any]:
    query = sa.select(table).where(table.c.skill_id == skill.id).order_by(table.c.entry_id).with_for_update()
    rows = session.connection().execute(query if entry_id is None else query.where(table.c.entry_id == entry_id))
    return {row.entry_id: row for row in rows}


def _row(anew: Computed) -> dict[str, Any]:
    return {
        "theory": None if anew.theory is None else hundredths(anew.theory),
        "practice": None if anew.practice is None else hundredths(anew.practice),
        "total": hundredths(anew.total),
        "modules": anew.modules,
        "sheets": anew.sheets,
        "recorded": anew.recorded,
    }


def _is(kept: Any, anew: Computed) -> bool:
    return all(getattr(kept, name) == value for name, value in _row(anew).items())
