"""How a skill stands: everyone's marks so far, their place, and what decided it; computed anew from all marks where that is asked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import Aspect, Criterion, Entry, Mark, PanelSeat, RemarkRound, Sheet, Skill, Standing, SubCriterion, TheoryMark
from app.competitions.models.entry import opened_code
from app.competitions.models.marking import COMPETING, seated
from app.competitions.standings.counting import (
    NONE,
    AspectRow,
    Form,
    Given,
    Progress,
    Remembered,
    Seats,
    form_of,
    listed_of,
    recorded_on,
    unscaled,
)
from app.core.prepared import Prepared, ask
from workflows.competition import bands
from workflows.competition.modules import weighed
from workflows.competition.places import Order, Totals
from workflows.competition.remarking import FIRST, Round
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.standing import Placed, Weights, placed, total_of


class StandingLine(NamedTuple):
    """One competitor as kept: marks in hundredths, everything as it is stored, and read further only when asked."""

    id: int
    sealed_code: bytes | None
    hundredths: int
    version: int
    theory: int | None
    practice: int | None
    modules: str
    recorded: str

    @property
    def code(self) -> str:
        return opened_code(self.sealed_code)

    @property
    def total(self) -> Decimal:
        return hundredths(self.hundredths)

    @property
    def totals(self) -> Totals:
        """All that places are made of."""
        return Totals(
            self.id,
            self.total,
            None if self.theory is None else hundredths(self.theory),
            None if self.practice is None else hundredths(self.practice),
            {letter: hundredths(mark) for letter, (_, mark) in json.loads(self.modules).items()},
            {key: unscaled(value) for key, value in json.loads(self.recorded).items()},
        )


def hundredths(value: int) -> Decimal:
    return Decimal(value).scaleb(-2)


def weights_of(skill: Skill) -> Weights:
    return Weights(skill.theory_weight, skill.practice_weight)


def order_of(skill: Skill) -> Order:
    """What puts the competitors of *skill* in order."""
    rulings = tuple(tuple(ruling["entries"]) for ruling in skill.tie_rulings if "withdrawn" not in ruling)
    return Order(skill.method, tuple(skill.tie_break), bands.from_data(skill.unshared_places), rulings)


# --- as kept --------------------------------------------------------------------------------------------------------

_LINES = Prepared(
    sa.select(
        Standing.entry_id,
        sa.type_coerce(sa.func.coalesce(Entry.work_code, Entry.seat_code), sa.LargeBinary),
        sa.type_coerce(Standing.total, sa.BigInteger),
        Standing.version,
        sa.type_coerce(Standing.theory, sa.BigInteger),
        sa.type_coerce(Standing.practice, sa.BigInteger),
        sa.cast(Standing.modules, sa.Text),
        sa.cast(Standing.recorded, sa.Text),
    )
    .join(Entry, Entry.id == Standing.entry_id)
    .where(Standing.skill_id == sa.bindparam("skill"), sa.or_(*(Entry._state == state.name for state in COMPETING)))
)


def lines(session: Session, skill: Skill) -> list[StandingLine]:
    """Everyone who competes, in no order."""
    (rows,) = ask(session.connection(), (_LINES, {"skill": skill.id}))
    return list(map(StandingLine._make, rows))


def current(session: Session, skill: Skill) -> list[tuple[StandingLine, Placed]]:
    """Everyone who competes, best first, with their place as it is now; who shares a place by code, so that nothing else shows."""
    known = {line.id: line for line in lines(session, skill)}
    found = [(known[place.id], place) for place in placed(list(known.values()), order_of(skill))]
    return sorted(found, key=lambda pair: (pair[1].place, pair[0].code if pair[1].is_shared else ""))


def version_of(session: Session, skill_id: int) -> int:
    """A number that is another whenever anybody's standing in *skill_id* is another; it only grows."""
    return session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Standing.version), 0)).where(Standing.skill_id == skill_id)) or 0


# --- from all marks -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SubForm:
    """A sub criterion as marks are counted on it: its module, and the form of its sheets."""

    module: Module
    form: Form


@dataclass(frozen=True, slots=True)
class Module:
    """A criterion as a part of practice: its letter, and its weight with the maximum it is a share of; None where marks are added."""

    letter: str
    weight: Decimal | None
    most: Decimal

    def counts(self, earned: int) -> int:
        """What counts of the hundredths *earned*."""
        return earned if self.weight is None else int(weighed(hundredths(earned), self.most, self.weight).scaleb(2))


@dataclass(frozen=True, slots=True)
class Computed:
    """What one entry's marks come to, in the shape of its `Standing`; hundredths."""

    theory: int | None
    practice: int | None
    total: int
    modules: Mapping[str, Sequence[int]]
    sheets: Mapping[str, Sequence[Any]]
    recorded: dict[str, int]


def computed(session: Session, skill: Skill, entry_id: int | None = None) -> dict[int, Computed]:
    """What all marks of *skill*, or of one entry, come to: the long way, by which the kept standings are measured."""
    subs = sub_forms(session, skill)
    usual = tuple(session.scalars(sa.select(PanelSeat.position).where(PanelSeat.skill_id == skill.id).order_by(PanelSeat.position)))
    rounds = _rounds(session, skill, entry_id)
    counting, replaced = _counting(session, skill, entry_id, rounds)
    marked_again = {sheet_id for sheet_id, _ in rounds}
    theory = _theory(session, skill, entry_id)
    weights = weights_of(skill)
    letters = {sub.module.letter: sub.module for sub in subs.values()}
    known: dict[tuple[int, Seats], list[tuple[int, Remembered]]] = {}
    earned: dict[int, dict[str, int]] = {}
    sheets: dict[int, dict[str, list[Any]]] = {id_: {} for id_ in _entries(session, skill, entry_id)}
    for sheet_id, entry, sub_id, seating in _rows(session, _sheets(skill, entry_id)):
        sub, panel = subs[sub_id], usual if seating is None else tuple(seated(seating, usual).seats)
        columns = known.get((sub_id, panel))
        if columns is None:
            columns = known[sub_id, panel] = [(id_, aspect.counts(panel)) for id_, aspect in sub.form.aspects.items()]
        listed = counting.get(sheet_id, {})
        if sheet_id in marked_again:
            counts = [
                sub.form.aspects[id_].count_in_round(replaced.get((sheet_id, id_), NONE), panel, rounds[sheet_id, id_])
                if (sheet_id, id_) in rounds
                else remembered[listed.get(id_, "")]
                for id_, remembered in columns
            ]
        else:
            counts = [remembered[listed.get(id_, "")] for id_, remembered in columns]
        progress = Progress.of(counts)
        sheets.setdefault(entry, {})[str(sheet_id)] = progress.row
        own = earned.setdefault(entry, {})
        own[sub.module.letter] = own.get(sub.module.letter, 0) + progress.counted
    found = {}
    for entry, its in sheets.items():
        modules = {letter: [mark, letters[letter].counts(mark)] for letter, mark in earned.get(entry, {}).items()}
        practice, total = summed(weights, theory.get(entry), modules)
        found[entry] = Computed(theory.get(entry), practice, total, modules, its, recorded_on(its.values()))
    return found


def summed(weights: Weights, theory: int | None, modules: Mapping[str, Sequence[int]]) -> tuple[int | None, int]:
    """Practice and total; hundredths."""
    practice = sum(mark for _, mark in modules.values())
    total = total_of(weights, None if theory is None else hundredths(theory), hundredths(practice))
    return practice if weights.practice else None, int(total.scaleb(2))


def sub_forms(session: Session, skill: Skill) -> dict[int, SubForm]:
    """The form of each sub criterion of the scheme that *skill* is marked with."""
    spread_rules = session.connection().scalar(_SPREAD_RULES, {"skill": skill.id})
    rows: dict[int, list[AspectRow]] = {}
    heads: dict[int, tuple[str, str]] = {}
    weights: dict[str, Decimal | None] = {}
    most: dict[str, int] = {}
    for row in session.connection().execute(_ASPECTS, {"scheme": skill.scheme_id}):
        sub_id, code, letter, weight = row[:4]
        aspect = AspectRow(*row[4:])
        heads[sub_id], weights[letter] = (code, letter), weight
        most[letter] = most.get(letter, 0) + aspect.max_mark
        rows.setdefault(sub_id, []).append(aspect)
    modules = {letter: Module(letter, weight, hundredths(most[letter])) for letter, weight in weights.items()}
    return {sub_id: SubForm(modules[letter], form_of(code, spread_rules, tuple(rows[sub_id]))) for sub_id, (code, letter) in heads.items()}


ASPECT_COLUMNS = (
    Aspect.id,
    Aspect.position,
    sa.type_coerce(Aspect.method, sa.Text),
    sa.type_coerce(Aspect.max_mark, sa.BigInteger),
)
SPREAD_RULES = sa.cast(Skill.spread_rules, sa.Text)
_SPREAD_RULES = sa.select(SPREAD_RULES).where(Skill.id == sa.bindparam("skill"))
_ASPECTS = (
    sa.select(SubCriterion.id, SubCriterion.code, Criterion.letter, Criterion.weight, *ASPECT_COLUMNS)
    .join(Criterion, Criterion.id == SubCriterion.criterion_id)
    .join(Aspect, Aspect.sub_criterion_id == SubCriterion.id)
    .where(Criterion.scheme_id == sa.bindparam("scheme"))
    .order_by(Criterion.position, SubCriterion.position, Aspect.position)
)


def _entries(session: Session, skill: Skill, entry_id: int | None) -> Sequence[int]:
    """Whoever has something to be counted, or will have."""
    sheets = sa.exists().where(Sheet.entry_id == Entry.id)
    query = sa.select(Entry.id).where(Entry.skill_id == skill.id, sa.or_(Entry.is_in(*COMPETING), sheets))
    return session.scalars(query if entry_id is None else query.where(Entry.id == entry_id)).all()


def _sheets(skill: Skill, entry_id: int | None) -> Any:
    query = sa.select(Sheet.id, Sheet.entry_id, Sheet.sub_criterion_id, Sheet.seating)
    query = query.where(Sheet.skill_id == skill.id, ~Sheet.is_in(SheetFlow.superseded))
    return query if entry_id is None else query.where(Sheet.entry_id == entry_id)


def _theory(session: Session, skill: Skill, entry_id: int | None) -> dict[int, int]:
    """The theory mark that counts, by entry."""
    query = sa.select(TheoryMark.entry_id, sa.type_coerce(TheoryMark.mark, sa.BigInteger)).join(Entry, Entry.id == TheoryMark.entry_id)
    query = query.where(Entry.skill_id == skill.id).order_by(TheoryMark.number)
    rows = session.connection().execute(query if entry_id is None else query.where(Entry.id == entry_id))
    return {row[0]: row[1] for row in rows}


def _rounds(session: Session, skill: Skill, entry_id: int | None) -> dict[tuple[int, int], Round]:
    """The latest round of every aspect that was marked again, by sheet and aspect."""
    query = sa.select(RemarkRound).join(Sheet, Sheet.id == RemarkRound.sheet_id).where(Sheet.skill_id == skill.id)
    rows = session.scalars(_of(query, entry_id).order_by(RemarkRound.number).execution_options(populate_existing=True))
    return {(each.sheet_id, each.aspect_id): each.standing for each in rows}


def _counting(
    session: Session, skill: Skill, entry_id: int | None, rounds: Mapping[tuple[int, int], Round]
) -> tuple[dict[int, dict[int, str]], dict[tuple[int, int], Given]]:
    """What counts of every aspect that was marked, by sheet and aspect: listed; and by seat for those where one mark replaced another.

    The database puts the values of an aspect together; those where one replaced another are read mark by mark.
    """
    asked = (_LISTED, {"skill": skill.id}) if entry_id is None else (_LISTED_OF_ENTRY, {"skill": skill.id, "entry": entry_id})
    (rows,) = ask(session.connection(), asked)
    counting: defaultdict[int, dict[int, str]] = defaultdict(dict)
    again = set(rounds)
    for sheet_id, aspect_id, text, number in rows:
        counting[sheet_id][aspect_id] = text
        if number > 1:
            again.add((sheet_id, aspect_id))
    replaced: dict[tuple[int, int], dict[int, int | None]] = {}
    if again:
        for sheet_id, aspect_id, seat, round_, given in _rows(session, _of(_replaced_marks(skill), entry_id)):
            latest = rounds.get((sheet_id, aspect_id))
            if round_ == (latest.number if latest else FIRST):
                replaced.setdefault((sheet_id, aspect_id), {})[seat] = given
        for sheet_id, aspect_id in again:
            counting[sheet_id][aspect_id] = listed_of(replaced.get((sheet_id, aspect_id), NONE))
    return counting, dict(replaced)


_VALUE = sa.func.coalesce(sa.cast(sa.type_coerce(Mark.value, sa.BigInteger), sa.Text), "")
_COMMA: Any = sa.literal_column("','")  # within the text: SQLAlchemy would put it there with every execution
_LISTED_MARKS = (
    sa.select(
        Sheet.id, Mark.aspect_id, sa.func.aggregate_strings(sa.cast(Mark.seat, sa.Text) + "=" + _VALUE, _COMMA), sa.func.max(Mark.number)
    )
    .join(Mark, Mark.sheet_id == Sheet.id)
    .where(Sheet.skill_id == sa.bindparam("skill"))
    .group_by(Sheet.id, Mark.aspect_id)  # the order of an index: SQLite need not sort
)
_LISTED = Prepared(_LISTED_MARKS)
_LISTED_OF_ENTRY = Prepared(_LISTED_MARKS.where(Sheet.entry_id == sa.bindparam("entry")))


def _replaced_marks(skill: Skill) -> Any:
    """Every mark of the sheets on which one replaced another or an aspect was marked again, the one that counts last."""
    ours = sa.select(Sheet.id).where(Sheet.skill_id == skill.id)
    newer = sa.select(Mark.sheet_id).where(Mark.sheet_id.in_(ours), Mark.number > 1)
    again = sa.select(RemarkRound.sheet_id).where(RemarkRound.sheet_id.in_(ours))
    query = sa.select(Mark.sheet_id, Mark.aspect_id, Mark.seat, Mark.round, sa.type_coerce(Mark.value, sa.BigInteger))
    return query.join(Sheet, Sheet.id == Mark.sheet_id).where(Mark.sheet_id.in_(newer.union(again))).order_by(Mark.number)


def _rows(session: Session, query: Any, parameters: Mapping[str, Any] | None = None) -> Iterable[Any]:
    return session.connection().execute(query, parameters or {}).all()


def _of(query: Any, entry_id: int | None) -> Any:
    return query if entry_id is None else query.where(Sheet.entry_id == entry_id)
