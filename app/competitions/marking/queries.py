"""Whose sheets, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.competitions.marking.recording import NOT_YOURS
from app.competitions.models import Aspect, Entry, Mark, RemarkRound, Sheet, Skill, SubCriterion, TheoryMark
from app.competitions.models.marking import COMPETING, seated
from app.competitions.models.reading import difference, marked_aspects
from app.competitions.panel.own import judged_skills
from app.core.actor import Actor
from app.core.errors import NotFound, Refused
from workflows.competition import aspects
from workflows.competition.aspects import PANEL, Marked, entry_of, explain, mark_of, seats_of
from workflows.competition.codes import of_sheet
from workflows.competition.remarking import FIRST
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import CODED, SkillFlow
from workflows.exact import plain
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import State

OVERSEERS = (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)


def visible_sheets(actor: Actor) -> sa.Select[Sheet]:
    """A judge's sheets are those of the skills on whose panel they sit; those who oversee a competition see all of it.

    They come with what their state rests on: whoever sees one is asked what may be done with it.
    """
    parts = (selectinload(part) for part in (Sheet.marks, Sheet.signatures, Sheet.rounds))
    query = sa.select(Sheet).options(joinedload(Sheet.entry), joinedload(Sheet.sub_criterion), *parts).order_by(Sheet.id)
    if actor.reads_everything:
        return query
    overseen = sa.select(Skill.id).where(Skill.competition_id.in_(actor.ids(*OVERSEERS)))
    judged = sa.select(Skill.id).where(Skill.competition_id.in_(actor.ids(Role.JUDGE)), judged_skills(actor))
    return query.where(Sheet.skill_id.in_(overseen.union(judged)))


def sheet_for(session: Session, actor: Actor, id: int) -> Sheet:
    """The sheet with all that its page shows."""
    query = visible_sheets(actor).where(Sheet.id == id)
    sheet = session.scalars(query.options(joinedload(Sheet.skill).joinedload(Skill.competition))).unique().one_or_none()
    if sheet is None:
        raise NotFound
    return sheet


READ_AT_ONCE = 200


def loaded(session: Session, ids: Iterable[int]) -> Iterator[Sheet]:
    """The sheets with these ids, in their order, each with all that its state rests on: some hundred of them in four questions."""
    parts = (Sheet.entry, Sheet.marks, Sheet.signatures, Sheet.rounds)
    wanted = list(ids)
    for start in range(0, len(wanted), READ_AT_ONCE):
        some = wanted[start : start + READ_AT_ONCE]
        query = sa.select(Sheet).where(Sheet.id.in_(some)).options(*(selectinload(part) for part in parts))
        found = {sheet.id: sheet for sheet in session.scalars(query)}
        yield from (found[id_] for id_ in some)


def overseen_skill(session: Session, actor: Actor, id: int, *roles: Role) -> Skill:
    """The skill, for whoever holds one of *roles* on its competition, or reads everything."""
    skill = session.get(Skill, id)
    if skill is None or not (actor.roles_on(skill) & set(roles) or actor.reads_everything):
        raise NotFound
    return skill


@dataclass
class SheetLine:
    """A sheet as a list shows it: how many of the values it needs are there, and whether judges differ.

    `mine`: something on it waits for the judge; `is_own`: they score it at all.
    """

    id: int
    code: str
    state: State
    done: int
    needed: int
    differences: int = 0
    mine: bool = True
    is_own: bool = True


@dataclass
class SkillDesk:
    """A skill on the desk: the sub criteria in the order of the scheme, the seat codes, and the sheet where they meet."""

    skill: Skill
    subs: list[SubCriterion]
    codes: list[str]
    lines: dict[tuple[str, int], SheetLine] = field(default_factory=dict)

    @property
    def sheets(self) -> list[SheetLine]:
        return list(self.lines.values())

    @property
    def by_sub(self) -> list[tuple[SubCriterion, list[SheetLine]]]:
        """The sheets of each sub criterion that has any, by their codes."""
        lines: dict[int, list[SheetLine]] = {}
        for (_code, sub_id), line in self.lines.items():
            lines.setdefault(sub_id, []).append(line)
        return [(sub, lines[sub.id]) for sub in self.subs if sub.id in lines]

    def count(self, *states: State) -> int:
        return sum(line.state in states for line in self.sheets)

    @property
    def locked(self) -> int:
        return self.count(SheetFlow.locked)

    @property
    def signed(self) -> int:
        return self.count(SheetFlow.signed)

    @property
    def complete(self) -> int:
        """Sheets with every value, signed or not."""
        return sum(line.done >= line.needed for line in self.sheets)


def desks(session: Session, actor: Actor) -> list[SkillDesk]:
    """Every skill that *actor* judges and that is being marked now, with its sheets; of one already marked, those ordered anew."""
    has_anew = sa.exists().where(Sheet.skill_id == Skill.id, Sheet.ordered_anew_at.is_not(None))
    skills = session.scalars(
        sa.select(Skill)
        .where(judged_skills(actor), Skill.competition_id.in_(actor.ids(Role.JUDGE)), Skill.is_in(SkillFlow.marking) | has_anew)
        .order_by(Skill.competition_id, Skill.code)
    ).unique()
    return [desk(session, skill, actor) for skill in skills]


def overseen(session: Session, actor: Actor) -> Sequence[Skill]:
    """Skills whose marking *actor* answers for, the ones at work first."""
    query = sa.select(Skill).options(joinedload(Skill.competition)).where(Skill.is_in(*CODED, SkillFlow.decoded, SkillFlow.publicity))
    if not actor.reads_everything:
        query = query.where(Skill.competition_id.in_(actor.ids(*OVERSEERS)))
    return session.scalars(query.order_by(Skill.competition_id, Skill.code)).all()


def desk(session: Session, skill: Skill, actor: Actor | None = None) -> SkillDesk:
    """All sheets of *skill* in a few queries.  For a judge, `mine` says whether something on it waits for them, and of a skill whose
    marking is over only the sheets ordered to be marked anew are there."""
    subs = skill.scheme.sub_criteria if skill.scheme else []
    at_work = sa.true() if actor is None or skill.is_in(SkillFlow.marking) else Sheet.ordered_anew_at.is_not(None)
    usual = {seat.position: seat.account_id for seat in skill.panel}
    known = competing_codes(session, skill.id)
    by_id = {sub.id: sub for sub in subs}
    rows = sorted(
        (of_sheet(skill.code_layers, by_id[sub_id].marked_at, *known[entry_id]), sub_id, id_, state, seated(seating, list(usual)))
        for id_, state, sub_id, entry_id, seating in session.execute(
            sa.select(Sheet.id, Sheet._state, Sheet.sub_criterion_id, Sheet.entry_id, Sheet.seating).where(
                Sheet.skill_id == skill.id, ~Sheet.is_in(SheetFlow.superseded), at_work
            )
        )
        if entry_id in known
    )
    rounds = latest_rounds(session, skill.id)
    counting = counting_marks(session, skill.id, rounds)
    rules = skill.spread_rule_list
    found = SkillDesk(skill, subs, list(dict.fromkeys(code for code, *_ in rows)))
    for code, sub_id, id_, state, here in rows:
        own = [seat for seat, account in here.held_by(usual).items() if actor is not None and account == actor.account_id]
        marked = marked_aspects(by_id[sub_id], counting.get(id_, {}), here.seats)
        apart = 0  # nobody signs what differs
        if state == SheetFlow.open.name:
            apart = sum(
                difference(aspect, each, rules, here.seats, rounds.get((id_, aspect.id))) is not None
                for aspect, each in zip(by_id[sub_id].aspects, marked, strict=True)
            )
        found.lines[code, sub_id] = _line(id_, code, SheetFlow.states[state], marked, here.seats, own, apart)
    return found


def competing_codes(session: Session, skill_id: int) -> dict[int, tuple[str | None, str | None]]:
    """Seat and work code of everyone who competes, by entry id."""
    query = sa.select(Entry.id, Entry.seat_code, Entry.work_code).where(Entry.skill_id == skill_id, Entry.is_in(*COMPETING))
    return {id_: (seat, work) for id_, seat, work in session.execute(query)}


def _line(id: int, code: str, state: State, marked: list[Marked], panel: Sequence[int], own: Sequence[int], differences: int) -> SheetLine:
    needed = [(aspect, seat) for aspect in marked for seat in seats_of(aspect, panel)]
    open_ = [(aspect, seat) for aspect, seat in needed if seat not in aspect.values]
    mine = bool(own) and (any(seat in (*own, PANEL) for _, seat in open_) or differences > 0)
    return SheetLine(id, code, state, len(needed) - len(open_), len(needed), differences, mine, bool(own))


def latest_rounds(session: Session, skill_id: int) -> dict[tuple[int, int], RemarkRound]:
    """The re-mark rounds that count now, by sheet and aspect."""
    rows = session.scalars(
        sa.select(RemarkRound).join(Sheet, Sheet.id == RemarkRound.sheet_id).where(Sheet.skill_id == skill_id).order_by(RemarkRound.number)
    )
    return {(each.sheet_id, each.aspect_id): each for each in rows}


def counting_marks(
    session: Session, skill_id: int, rounds: Mapping[tuple[int, int], RemarkRound] | None = None
) -> dict[int, dict[int, dict[int, Decimal | None]]]:
    """What counts on every sheet of a skill: sheet id → aspect id → seat → value, of each aspect's latest round."""
    latest = latest_rounds(session, skill_id) if rounds is None else rounds
    counting: dict[int, dict[int, dict[int, Decimal | None]]] = {}
    rows = session.execute(
        sa.select(Mark.sheet_id, Mark.aspect_id, Mark.seat, Mark.value, Mark.round)
        .join(Sheet, Sheet.id == Mark.sheet_id)
        .where(Sheet.skill_id == skill_id)
        .order_by(Mark.number)
    )
    for sheet_id, aspect_id, seat, value, round_ in rows:
        counts = latest.get((sheet_id, aspect_id))
        if round_ == (counts.number if counts else FIRST):
            counting.setdefault(sheet_id, {}).setdefault(aspect_id, {})[seat] = value
    return counting


def next_sheet(session: Session, sheet: Sheet, actor: Actor) -> Sheet | None:
    """The sheet a judge goes on to: the same sub criterion at the next seat, as the panel walks from bench to bench."""
    same = visible_sheets(actor).where(Sheet.skill_id == sheet.skill_id, Sheet.sub_criterion_id == sheet.sub_criterion_id)
    known = competing_codes(session, sheet.skill_id)
    marked_at = sheet.sub_criterion.marked_at
    later = [
        (code, id_)
        for id_, entry_id in session.execute(same.order_by(None).options().with_only_columns(Sheet.id, Sheet.entry_id))
        if entry_id in known and (code := of_sheet(sheet.skill.code_layers, marked_at, *known[entry_id])) > sheet.code
    ]
    return session.get(Sheet, min(later)[1]) if later else None


# --- one sheet as its page shows it ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where one value of an aspect goes: a judge's score, or the panel's measurement.

    `number` is the value's number, 0 for none yet; `is_given`: it is of the round that counts now.  Another judge's score stays covered
    until one's own is given, so that nobody is led by it.
    """

    seat: int
    number: int
    value: Decimal | None
    is_mine: bool
    is_editable: bool
    is_covered: bool
    is_given: bool

    @property
    def entered(self) -> str:
        """The value as the page's controls hold it: "" for none yet, "n" for not attempted."""
        if not self.is_given:
            return ""
        return "n" if self.value is None else plain(self.value)


@dataclass(frozen=True)
class AspectView:
    """One aspect on the page: its places, all its values so far, what counts, and why it must be marked again."""

    aspect: Aspect
    code: str
    places: list[Place]
    history: list[Mark]
    marked: Marked
    difference: Text | None
    round: int = FIRST

    @property
    def mark(self) -> Decimal:
        return mark_of(self.marked)

    @property
    def asked(self) -> aspects.Entry:
        """How a value is given."""
        return entry_of(self.aspect)

    def worth(self, value: Decimal) -> Decimal:
        """What the aspect earns when everybody who scores it gives *value*: shown at once, before the server has counted."""
        return self.marked.method.mark([value] * len(self.places), self.aspect.max_mark)

    @property
    def steps(self) -> tuple[Text, ...]:
        """How the mark comes about."""
        return explain(self.marked)


@dataclass(frozen=True)
class SheetView:
    """What the page of a sheet shows to one person."""

    sheet: Sheet
    aspects: list[AspectView]
    own_seat: int | None
    is_chief: bool
    digest: str
    done: int
    needed: int

    @property
    def mark(self) -> Decimal:
        return sum((each.mark for each in self.aspects), Decimal("0.00"))

    @property
    def max_mark(self) -> Decimal:
        return self.sheet.sub_criterion.max_mark

    @property
    def is_open(self) -> bool:
        return self.sheet.is_in(SheetFlow.open) and self.sheet.is_marking_open

    @property
    def differences(self) -> list[AspectView]:
        return [each for each in self.aspects if each.difference is not None]


def sheet_view(sheet: Sheet, actor: Actor) -> SheetView:
    """The sheet as *actor* sees it.  Raises `Refused` for a judge who does not score it: others' scores are not theirs to see."""
    roles = actor.roles_on(sheet)
    own = next((seat for seat, account in sheet.held_by.items() if account == actor.account_id), None)
    if own is None and not (roles & set(OVERSEERS) or actor.reads_everything):
        raise Refused(NOT_YOURS)
    own_seat = own if Role.JUDGE in roles else None
    is_chief = Role.CHIEF_JUDGE in roles
    is_open = sheet.is_in(SheetFlow.open) and sheet.is_marking_open
    panel, current = sheet.panel, sheet.latest_rounds
    history: dict[int, list[Mark]] = {}
    for mark in sheet.marks:
        history.setdefault(mark.aspect_id, []).append(mark)
    views = []
    done = needed = 0
    for aspect, marked, apart in zip(sheet.sub_criterion.aspects, sheet.marked, sheet.differences, strict=True):
        given = history.get(aspect.id, [])
        latest = {mark.seat: mark for mark in given}
        must_wait = is_open and own_seat is not None and not is_chief and marked.is_scored_by_each and own_seat not in marked.values
        places = []
        for seat in seats_of(marked, panel):
            is_mine = own_seat is not None and seat in (own_seat, PANEL)
            known = latest.get(seat)
            places.append(
                Place(
                    seat,
                    known.number if known else 0,
                    known.value if known and seat in marked.values else None,
                    is_mine,
                    is_open and (is_mine or is_chief),
                    must_wait and not is_mine,
                    seat in marked.values,
                )
            )
        done += sum(place.is_given for place in places)
        needed += len(places)
        round_ = current[aspect.id].number if aspect.id in current else FIRST
        shown = [mark for mark in given if not must_wait or mark.seat == own_seat or mark.round < round_]
        if must_wait:  # the mark itself, and that the others differ, would tell what they gave; why it is marked again, all may know
            why = apart.reason if apart and round_ > FIRST else None
            views.append(AspectView(aspect, marked.code, places, shown, replace(marked, values={}), why, round_))
        else:
            views.append(AspectView(aspect, marked.code, places, shown, marked, apart.reason if apart else None, round_))
    return SheetView(sheet, views, own_seat, is_chief, sheet.digest, done, needed)


def is_covered(sheet: Sheet, actor: Actor, aspect_key: str) -> bool:
    """Whether what others gave for the aspect is still kept from *actor*, who has not scored it yet."""
    view = sheet_view(sheet, actor)
    return any(place.is_covered for each in view.aspects if each.aspect.key == aspect_key for place in each.places)


# --- theory ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TheoryLine:
    """An entry's theory mark, with how often it was entered."""

    entry_id: int
    number: str
    code: str
    mark: Decimal | None
    entered: int


def theory(session: Session, skill: Skill) -> list[TheoryLine]:
    """The theory marks of everyone who competes.  While names are sealed only the code is given, so that the two never meet."""
    counting = theory_marks(session, [skill.id])
    rows = session.execute(sa.select(Entry.id, Entry.number, Entry.code).where(Entry.skill_id == skill.id, Entry.is_in(*COMPETING))).all()
    sealed = skill.is_in(*CODED)
    return [
        TheoryLine(id_, "" if sealed else number or "", code, *(counting.get(id_) or (None, 0)))
        for id_, number, code in sorted(rows, key=lambda row: (row.code, row.number or "", row.id))
    ]


def theory_marks(session: Session, skill_ids: Iterable[int]) -> dict[int, tuple[Decimal, int]]:
    """What counts as theory mark for each entry, and how often it was entered."""
    rows = session.execute(
        sa.select(TheoryMark.entry_id, TheoryMark.mark, TheoryMark.number)
        .join(Entry, Entry.id == TheoryMark.entry_id)
        .where(Entry.skill_id.in_(list(skill_ids)))
        .order_by(TheoryMark.number)
    )
    return {entry_id: (mark, number) for entry_id, mark, number in rows}
