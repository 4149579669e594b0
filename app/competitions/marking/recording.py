"""Writing marks down, all of a request or none of it.

The way is short on purpose, because sixty judges take it at once: the sheet, its competitor's standing and the end of the judge's record
are read and locked in one question, what the sheet asks for and what it was given in a second, who sits on the panel in a third, and the
three go to the database together; then four writes and one commit, together again, however many marks come at once.  A repetition is known
by the marks' own ids, so no receipt is kept for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.board import commands as boards
from app.competitions.marking.carried import NOTHING_EARLIER, Earlier, earlier_of
from app.competitions.models import Aspect, Board, Criterion, Mark, PanelSeat, RemarkRound, Sheet, Skill, Standing, SubCriterion
from app.competitions.models.marking import seated
from app.competitions.panel import rounds as rounds_of_the_panel
from app.competitions.standings import commands as standings
from app.competitions.standings.commands import Kept
from app.competitions.standings.counting import AspectRow, Count, Form, Progress, Seats, digest_of, form_of, scaled, unscaled
from app.competitions.standings.queries import ASPECT_COLUMNS, SPREAD_RULES, Module
from app.core import audit
from app.core.actor import Actor, Within
from app.core.audit import AuditHead
from app.core.errors import NotFound, Refused
from app.core.prepared import Change, Prepared, PreparedRows, Row, ask, write
from workflows.competition.aspects import PANEL
from workflows.competition.board_flow import BoardFlow
from workflows.competition.marking import ZERO
from workflows.competition.remarking import FIRST, Round
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.competition.standing import Weights
from workflows.roles import Role, Scope
from workflows.text import Text

NOT_ON_PANEL = Text("您不在该赛项的评分裁判组", "You are not on the panel of this skill")
NOT_YOURS = Text("这张评分表不由您评分", "This sheet is not yours to mark")
OTHER_SEAT = Text("只能录入自己的评分", "You can only enter your own scores")
REASON_NEEDED = Text("改动他人的评分须写明理由", "Changing another judge's score needs a reason")
UNKNOWN_ASPECT = Text("评分项不属于这张评分表", "The aspect is not on this sheet")
ID_REUSED = Text("这个编号已用于另一条评分", "This id already belongs to another mark")
NOT_BEING_MARKED = Text("该赛项不在评分阶段", "This skill is not being marked")
SHEET_CLOSED = Text("评分表{state}，不能再改；如需更改请裁判长重新打开", "The sheet is “{state}”: the chief judge must reopen it first")
DIFFERENT = Text("另一台设备已录入不同的评分，请核对后选定", "Another device has entered a different value; choose the right one")


class NewMark(NamedTuple):
    """A value as the device sends it.  `seen` is the number of the value it replaces, 0 for none; `seat` 0 is the whole panel."""

    id: str
    aspect_id: int
    seat: int
    seen: int
    value: Decimal | None
    made_at: datetime
    device: str = ""
    reason: str = ""
    note: str = ""


class Recorded(NamedTuple):
    """What became of a mark: the number under which it stands.  `is_new` is false for one that was already there."""

    id: str
    aspect_id: int
    seat: int
    number: int
    value: Decimal | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: each mark in the order given, how the sheet stands now, and the version of its competitor's standing.

    `covered`: the aspects on which the sender has not scored yet; what they come to would tell what the others gave.
    """

    recorded: list[Recorded]
    counts: Mapping[int, Count]
    version: int
    covered: frozenset[int]

    @property
    def progress(self) -> Progress:
        return Progress.of(self.counts.values())

    @property
    def mark(self) -> Decimal:
        """What the values so far come to, also where an aspect does not count yet."""
        return Decimal(sum(each.mark for id_, each in self.counts.items() if id_ not in self.covered)).scaleb(-2)

    @property
    def digest(self) -> str:
        return digest_of(self.counts.values())


@dataclass(frozen=True, slots=True)
class Difference:
    """A mark that met a newer value than the device had seen."""

    sent: NewMark
    number: int
    value: Decimal | None


class Conflict(Refused):
    """Somebody entered another value meanwhile.  Nothing of the request is kept; each difference is to be settled by a person."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        super().__init__(DIFFERENT)
        self.differences = differences


class NotAccepted(Refused):
    """Some of the marks may not stand, each with its reason by its id.  Nothing of the request is kept; the others can be sent again."""

    def __init__(self, refused: Mapping[str, Text]) -> None:
        super().__init__(*dict.fromkeys(refused.values()))
        self.refused = refused


def record_marks(session: Session, sheet: Sheet, actor: Actor, marks: Sequence[NewMark], now: datetime) -> list[Recorded]:
    """`record` for a sheet that is at hand; one outcome each, in the order given."""
    session.flush()
    recorded = record(session, sheet.id, actor, marks, now).recorded
    session.expire(sheet, ["marks"])
    return recorded


def record(session: Session, sheet_id: int, actor: Actor, marks: Sequence[NewMark], now: datetime, *, is_last: bool = False) -> Outcome:
    """Keep *marks*, all of them or none.  *is_last*: the caller's transaction ends with it (see `app.core.prepared.write`).

    A mark whose id is known is answered as the first time and changes nothing.  Raises `NotAccepted` for a closed sheet, a value out of
    range, or somebody else's seat, and `Conflict` where a value changed that the device had not seen; `NotFound` where there is no sheet.
    """
    connection = session.connection()
    sheet, there, seats = _locked(session, connection, sheet_id, actor)
    form, known = _form_and_marks(sheet, there)
    rounds = _rounds(session, sheet) if sheet.has_rounds else {}
    earlier = _earlier(session, sheet, form, marks)
    by_id = {mark.id: mark for mark in known} | {id_: _known(mark) for id_, mark in earlier.kept.items()}
    latest = {(mark.aspect_id, mark.seat): mark for mark in known}
    fresh = [mark for mark in _continued(marks, earlier) if not _is_repetition(by_id.get(mark.id), mark)]
    panel = _panel(sheet, seats)
    if fresh and (refused := _refusals(sheet, form, panel, actor, fresh, earlier.why_not)):
        raise NotAccepted(refused)
    outcomes: dict[str, Recorded] = {}
    differences: list[Difference] = []
    rows: list[_Known] = []
    for new in fresh:
        place, value, round_ = (new.aspect_id, new.seat), scaled(new.value), _round_of(rounds, new.aspect_id)
        before = latest.get(place)
        if before is not None and before.value == value and before.round == round_:  # the same score in a new round is a score
            outcomes[new.id] = Recorded(new.id, *place, before.number, new.value, is_new=False)  # said before: the same value is no new one
        elif (before.number if before else 0) != new.seen:
            differences.append(Difference(new, before.number if before else 0, unscaled(before.value) if before else None))
        else:
            latest[place] = row = _Known(new.id, *place, new.seen + 1, round_, value)
            outcomes[new.id] = Recorded(new.id, *place, row.number, new.value, is_new=True)
            rows.append(row)
    if differences:
        raise Conflict(differences)
    given = _given(latest.values(), rounds)
    counts = form.counts(given, panel.seats, rounds)
    version = sheet.standing_version
    if rows:
        if sheet.freezes_at is not None and sheet.freezes_at <= now:
            boards.freeze_before(session, sheet.skill_id, now)
        marks_and_event = _marks_and_event(sheet, rows, fresh, actor, now)
        if rounds or any(each.needs_round for each in counts.values()):
            _keep(connection, marks_and_event, rows)
            rounds, marks_and_event = _follow_rounds(session, sheet, now), ()
            given = _given(latest.values(), rounds)
            counts = form.counts(given, panel.seats, rounds)
        standing = standings.progressed(sheet.kept, sheet.weights, _module(session, sheet), sheet.id, Progress.of(counts.values()))
        session.flush()
        _keep(connection, (*marks_and_event, *standing), rows, is_last=is_last)
        version += len(standing)
    covered = _covered(sheet, form, panel, actor, given)
    return Outcome([outcomes.get(mark.id) or _as_recorded(by_id[mark.id]) for mark in marks], counts, version, covered)


def _covered(sheet: _Sheet, form: Form, panel: _Panel, actor: Actor, given: Mapping[int, Mapping[int, int | None]]) -> frozenset[int]:
    """The aspects that *actor* scores beside others and has not scored yet; nothing is covered from the chief judge."""
    own = {seat for seat, account in panel.held_by.items() if account == actor.account_id}
    if not own or actor.has_role_on(sheet, (Role.CHIEF_JUDGE,)):
        return frozenset()
    waiting = (id_ for id_, aspect in form.aspects.items() if own.intersection(aspect.seats(panel.seats)))
    return frozenset(id_ for id_ in waiting if own.isdisjoint(given.get(id_, ())))


def _follow_rounds(session: Session, sheet: _Sheet, now: datetime) -> dict[int, Round]:
    """Open, settle and close what the marks just written ask for; the rounds after it."""
    row = session.get_one(Sheet, sheet.id, populate_existing=True)
    session.expire(row, ["marks", "rounds"])
    rounds_of_the_panel.follow(session, row, now)
    return _rounds(session, sheet)


# --- what is read ---------------------------------------------------------------------------------------------------


class _Known(NamedTuple):
    """A mark that is there: `value` in hundred millionths."""

    id: str
    aspect_id: int
    seat: int
    number: int
    round: int
    value: int | None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet as it was locked, with everything that marking it touches; the columns of `_LOCKED`."""

    chain: str
    id: int
    state: str
    skill_id: int
    skill_state: str
    competition_id: int
    sub_criterion_id: int
    code: str
    criterion_id: int
    letter: str
    module_weight: Decimal | None
    seating: dict[str, Any] | None
    is_ordered_anew: bool
    has_rounds: bool
    spread_rules: str | None
    theory_weight: Decimal
    practice_weight: Decimal
    entry_id: int
    theory: int | None
    modules: dict[str, list[int]]
    sheets: dict[str, list[Any]]
    standing_version: int
    freezes_at: datetime | None
    number: int
    hash: str

    __tablename__ = "sheet"

    @property
    def scopes(self) -> tuple[Within, ...]:
        return ((Scope.COMPETITION, self.competition_id),)

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return ()

    @property
    def weights(self) -> Weights:
        return Weights(self.theory_weight, self.practice_weight)

    @property
    def kept(self) -> Kept:
        return Kept(self.entry_id, self.theory, self.modules, self.sheets, self.standing_version)

    @property
    def head(self) -> audit.Head:
        return audit.Head(self.chain, self.number, self.hash)


_FREEZES_AT = sa.select(Board.freezes_at).where(Board.skill_id == Sheet.skill_id, Board._state == BoardFlow.live.name).scalar_subquery()
_LOCKED = Prepared(
    sa.select(
        Sheet.id,
        Sheet._state,
        Sheet.skill_id,
        Skill._state,
        Skill.competition_id,
        Sheet.sub_criterion_id,
        SubCriterion.code,
        Criterion.id,
        Criterion.letter,
        Criterion.weight,
        Sheet.seating,
        Sheet.ordered_anew_at.is_not(None),
        sa.exists().where(RemarkRound.sheet_id == Sheet.id),
        SPREAD_RULES,
        Skill.theory_weight,
        Skill.practice_weight,
        Standing.entry_id,
        sa.type_coerce(Standing.theory, sa.BigInteger),
        Standing.modules,
        Standing.sheets,
        Standing.version,
        _FREEZES_AT,
        AuditHead.number,
        AuditHead.hash,
    )
    .join(Skill, Skill.id == Sheet.skill_id)
    .join(SubCriterion, SubCriterion.id == Sheet.sub_criterion_id)
    .join(Criterion, Criterion.id == SubCriterion.criterion_id)
    .join(Standing, Standing.entry_id == Sheet.entry_id)
    .join(AuditHead, AuditHead.chain == sa.bindparam("chain"))
    .where(Sheet.id == sa.bindparam("sheet"))
    .with_for_update(of=[Sheet.__table__, Standing.__table__, AuditHead.__table__])
)


_ITS_SUB_CRITERION = sa.select(Sheet.sub_criterion_id).where(Sheet.id == sa.bindparam("sheet")).scalar_subquery()
_FORM_AND_MARKS = Prepared(
    sa.select(*ASPECT_COLUMNS, Mark.id, Mark.seat, Mark.number, Mark.round, sa.type_coerce(Mark.value, sa.BigInteger))
    .join(Mark, sa.and_(Mark.aspect_id == Aspect.id, Mark.sheet_id == sa.bindparam("sheet")), isouter=True)
    .where(Aspect.sub_criterion_id == _ITS_SUB_CRITERION)
    .order_by(Aspect.position, Mark.number)
)
_SEATS = Prepared(
    sa.select(PanelSeat.position, PanelSeat.account_id)
    .join(Sheet, Sheet.skill_id == PanelSeat.skill_id)
    .where(Sheet.id == sa.bindparam("sheet"))
    .order_by(PanelSeat.position)
)


def _locked(session: Session, connection: sa.Connection, sheet_id: int, actor: Actor) -> tuple[_Sheet, list[Row], list[Row]]:
    """The sheet, so that two tablets come one after the other; read after that, what it asks for with what it was given, and the panel.

    `NotFound` where there is no such sheet.
    """
    chain = f"judge:{actor.account_id}"
    it = {"sheet": sheet_id}
    asked = (_LOCKED, {**it, "chain": chain}), (_FORM_AND_MARKS, it), (_SEATS, it)
    found, form_and_marks, seats = ask(connection, *asked)
    if not found:  # the judge's first mark, or no such sheet
        audit.open_chain(session, chain)
        found, form_and_marks, seats = ask(connection, *asked)
    if not found:
        raise NotFound
    return _Sheet(chain, *found[0]), form_and_marks, seats


def _form_and_marks(sheet: _Sheet, rows: Iterable[Row]) -> tuple[Form, list[_Known]]:
    """What the sheet asks for, and all it was given so far; of a seat's values the one that counts comes last."""
    aspects: dict[AspectRow, None] = {}
    known = []
    for row in rows:
        aspects[AspectRow(*row[:4])] = None
        if row[4] is not None:
            known.append(_Known(row[4], row[0], *row[5:]))
    return form_of(sheet.code, sheet.spread_rules, tuple(aspects)), known


def _earlier(session: Session, sheet: _Sheet, form: Form, marks: Iterable[NewMark]) -> Earlier:
    """Where a tablet that was long without a network names aspects of an earlier version: what they are now.  Else nothing is asked."""
    strange = {mark.aspect_id for mark in marks} - form.aspects.keys()
    return earlier_of(session, sheet.id, sheet.skill_id, strange) if strange else NOTHING_EARLIER


def _continued(marks: Iterable[NewMark], earlier: Earlier) -> list[NewMark]:
    """Each as a value for the aspect in force; one that was recorded before the version was taken up stays as it was sent."""
    now, kept = earlier.now, earlier.kept
    return [each._replace(aspect_id=now[each.aspect_id]) if each.aspect_id in now and each.id not in kept else each for each in marks]


def _known(mark: Mark) -> _Known:
    return _Known(mark.id, mark.aspect_id, mark.seat, mark.number, mark.round, scaled(mark.value))


@dataclass(frozen=True, slots=True)
class _Panel:
    """The seats that score the sheet, who holds them, and who sits on the panel of the skill at all."""

    seats: Seats
    held_by: Mapping[int, int]
    accounts: frozenset[int]


def _panel(sheet: _Sheet, rows: Iterable[Row]) -> _Panel:
    usual: dict[int, int] = dict(rows)
    here = seated(sheet.seating, list(usual))
    return _Panel(here.seats, here.held_by(usual), frozenset(usual.values()))


def _module(session: Session, sheet: _Sheet) -> Module:
    """The module that the sheet is part of; its maximum is asked for only where the module counts by weight."""
    if sheet.module_weight is None:
        return Module(sheet.letter, None, ZERO)
    most = sa.select(sa.func.sum(Aspect.max_mark)).join(SubCriterion).where(SubCriterion.criterion_id == sheet.criterion_id)
    return Module(sheet.letter, sheet.module_weight, session.connection().scalar(most) or ZERO)


def _rounds(session: Session, sheet: _Sheet) -> dict[int, Round]:
    """The latest round of every aspect of the sheet that was marked again."""
    rows = session.scalars(sa.select(RemarkRound).where(RemarkRound.sheet_id == sheet.id).order_by(RemarkRound.number))
    return {each.aspect_id: each.standing for each in rows}


def _round_of(rounds: Mapping[int, Round], aspect_id: int) -> int:
    return rounds[aspect_id].number if aspect_id in rounds else FIRST


def _given(latest: Iterable[_Known], rounds: Mapping[int, Round]) -> dict[int, dict[int, int | None]]:
    """What counts, by aspect and seat: the last value of each seat, if it was given in the latest round."""
    given: dict[int, dict[int, int | None]] = {}
    for mark in latest:
        if mark.round == _round_of(rounds, mark.aspect_id):
            given.setdefault(mark.aspect_id, {})[mark.seat] = mark.value
    return given


def _is_repetition(known: _Known | None, sent: NewMark) -> bool:
    if known is None:
        return False
    if (known.aspect_id, known.seat, known.value) != (sent.aspect_id, sent.seat, scaled(sent.value)):
        raise NotAccepted({sent.id: ID_REUSED})
    return True


def _as_recorded(mark: _Known) -> Recorded:
    return Recorded(mark.id, mark.aspect_id, mark.seat, mark.number, unscaled(mark.value), is_new=False)


# --- what may stand -------------------------------------------------------------------------------------------------


def _refusals(
    sheet: _Sheet, form: Form, panel: _Panel, actor: Actor, marks: Iterable[NewMark], not_continued: Mapping[int, Text]
) -> dict[str, Text]:
    """Why each of *marks* may not stand.  Everyone their own seat and the panel's measurements; the chief judge any seat, with a reason."""
    roles = actor.roles_on(sheet)
    is_chief = Role.CHIEF_JUDGE in roles
    is_on_panel = Role.JUDGE in roles and actor.account_id in panel.held_by.values()
    closed = _why_closed(sheet) or (None if is_chief or is_on_panel else _why_not_theirs(panel, actor))
    if closed is not None:
        return {mark.id: closed for mark in marks}
    refused = {}
    for mark in marks:
        aspect = form.aspects.get(mark.aspect_id)
        if aspect is None or mark.seat not in aspect.seats(panel.seats):
            refused[mark.id] = not_continued.get(mark.aspect_id, UNKNOWN_ASPECT)
            continue
        is_own = is_on_panel and (mark.seat == PANEL or panel.held_by.get(mark.seat) == actor.account_id)
        if not is_own and not is_chief:
            refused[mark.id] = OTHER_SEAT
        elif not is_own and not mark.reason.strip():
            refused[mark.id] = REASON_NEEDED
        elif reason := aspect.why_not(mark.value):
            refused[mark.id] = reason
    return refused


def _why_not_theirs(panel: _Panel, actor: Actor) -> Text:
    """A judge of the skill who has to avoid a competitor, or does not score this sub criterion, learns no more than that."""
    return NOT_YOURS if actor.account_id in panel.accounts else NOT_ON_PANEL


def _why_closed(sheet: _Sheet) -> Text | None:
    if sheet.state != SheetFlow.open.name:
        return SHEET_CLOSED.format(state=SheetFlow.states[sheet.state].title)
    return None if sheet.skill_state == SkillFlow.marking.name or sheet.is_ordered_anew else NOT_BEING_MARKED


# --- what is written ------------------------------------------------------------------------------------------------

_MARKS = PreparedRows(cast(sa.Table, Mark.__table__))


def _marks_and_event(sheet: _Sheet, rows: Sequence[_Known], sent: Iterable[NewMark], actor: Actor, now: datetime) -> tuple[Change, ...]:
    """The marks, and one event on the judge's own chain with their digest: a mark changed behind the office's back shows."""
    by_id = {mark.id: mark for mark in sent}
    detail = {"marks": [row.id for row in rows], "digest": digest_of_marks(rows)}
    return (
        (_MARKS, [_row(sheet, row, by_id[row.id], actor, now) for row in rows]),
        *audit.next_event(sheet.head, sheet, actor, "mark", now, detail),
    )


def _keep(connection: sa.Connection, changes: Sequence[Change], rows: Iterable[_Known], *, is_last: bool = False) -> None:
    """An id that belongs to a mark on another sheet is refused by the database's key."""
    try:
        write(connection, *changes, is_last=is_last)
    except sa.exc.IntegrityError as error:
        raise NotAccepted({row.id: ID_REUSED for row in rows}) from error


def _row(sheet: _Sheet, row: _Known, new: NewMark, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "id": row.id,
        "sheet_id": sheet.id,
        "aspect_id": row.aspect_id,
        "seat": row.seat,
        "number": row.number,
        "round": row.round,
        "value": new.value,
        "is_not_attempted": new.value is None,
        "account_id": actor.account_id,
        "device": new.device[:60],
        "reason": new.reason.strip()[:200],
        "note": new.note.strip()[:500],
        "made_at": new.made_at,
        "recorded_at": now,
    }


def digest_of_marks(rows: Iterable[_Known]) -> str:
    """SHA-256 of what the marks say: id, aspect, seat, number, round, value in hundred millionths."""
    return hashlib.sha256(json.dumps([tuple(row) for row in rows], separators=(",", ":")).encode()).hexdigest()


def altered_sheets(session: Session) -> list[int]:
    """The sheets on which a mark is not what the record says of it, is missing, or is there without the record knowing."""
    query = sa.select(Mark.id, Mark.aspect_id, Mark.seat, Mark.number, Mark.round, sa.type_coerce(Mark.value, sa.BigInteger), Mark.sheet_id)
    marks = {row[0]: (_Known(*row[:6]), row[6]) for row in session.connection().execute(query)}
    altered, unknown = set(), dict(marks)
    events = sa.select(audit.AuditEvent.subject_id, audit.AuditEvent.detail)
    for sheet_id, detail in session.execute(events.where(audit.AuditEvent.subject_kind == "sheet", audit.AuditEvent.action == "mark")):
        named = [marks[id_][0] for id_ in detail["marks"] if id_ in marks]
        if len(named) < len(detail["marks"]) or digest_of_marks(named) != detail["digest"]:
            altered.add(sheet_id)
        for id_ in detail["marks"]:
            unknown.pop(id_, None)
    return sorted(altered | {sheet_id for _, sheet_id in unknown.values()})
