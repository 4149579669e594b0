"""Who may score whom, who scores what, and what is out of the ordinary: each as much as the actor may know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import Account, RoleGrant
from app.competitions.models import (
    Competition,
    Entry,
    EntryMember,
    Judge,
    JudgeConflict,
    JudgeDayOff,
    JudgeRelation,
    PanelAssignment,
    PanelSeat,
    SeatTerm,
    SeatVacancy,
    Skill,
    SubCriterion,
)
from app.competitions.models.marking import COMPETING
from app.competitions.panel.seats import MISSING, whole_teams
from app.core import clock
from app.core.actor import Actor
from app.core.errors import NotFound, Refused
from app.registry.models import Organisation, Person
from workflows.competition import conflicts, panels, qualification
from workflows.competition.aspects import seats_of
from workflows.competition.conflicts import BLIND
from workflows.competition.panels import Able, Work
from workflows.competition.qualification import Card
from workflows.competition.seating import Duty
from workflows.competition.vacancy_flow import VacancyFlow
from workflows.roles import Role
from workflows.text import Text

NO_SUCH_ORGANISATION = Text("单位库中没有「{name}」，请填全称", "No organisation is called “{name}”; give its full name")
SAME_ID = Text("身份证号相符", "the ID number is theirs")
SAME_NAME = Text("仅姓名相同（{name}），未登记教练身份证号", "by the name alone ({name}): the coach's ID number was not given")
AT_THE_PANEL = (Role.ORGANISER, Role.CHIEF_JUDGE, Role.ARBITER)


def refused_entries(session: Session, skill_id: int, account_id: int) -> frozenset[int]:
    """The entries of a skill whose sheets *account_id* may not score: a conflict that was found and not overridden.  One indexed query."""
    return frozenset(session.scalars(_REFUSED, {"skill": skill_id, "account": account_id}))


_REFUSED = sa.select(JudgeConflict.entry_id).where(
    JudgeConflict.skill_id == sa.bindparam("skill"), JudgeConflict.account_id == sa.bindparam("account"), JudgeConflict.keeps_away
)


def skill_for(session: Session, actor: Actor, id: int, *roles: Role) -> Skill:
    """The skill, for whoever holds one of *roles* on its competition, or reads everything."""
    skill = session.get(Skill, id)
    if skill is None or not (actor.roles_on(skill) & set(roles) or actor.reads_everything):
        raise NotFound
    return skill


# ── what may be known ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may know of conflicts: the competitor's code, their name, and what the tie is.

    Whoever may come to a sheet (`conflicts.BLIND`) never has more than codes before the decoding, and no kinds at all: that code 05 is a
    colleague of judge 2 says whose work it is.  The arbiter, who knows no names, has codes and kinds.  The organiser, who knows names, has
    names and kinds and never a code while the skill is sealed.
    """

    codes: bool
    names: bool
    kinds: bool
    words: bool  # what people wrote about it


def sight_of(actor: Actor, skill: Skill) -> Sight:
    roles = actor.roles_on(skill)
    if skill.has_been_decoded:
        return Sight(codes=True, names=True, kinds=True, words=True)
    if roles & BLIND:
        return Sight(codes=skill.is_sealed, names=False, kinds=False, words=False)
    if Role.ORGANISER in roles:
        return Sight(codes=False, names=True, kinds=True, words=not skill.is_sealed)
    return Sight(codes=skill.is_sealed, names=False, kinds=True, words=True)


def visible_conflicts(actor: Actor) -> sa.Select[JudgeConflict]:
    """Conflicts of the competitions the actor organises, heads or watches over."""
    query = sa.select(JudgeConflict).order_by(JudgeConflict.skill_id, JudgeConflict.account_id, JudgeConflict.id)
    return query if actor.reads_everything else query.where(JudgeConflict.skill_id.in_(_skills_of(actor)))


def visible_vacancies(actor: Actor) -> sa.Select[SeatVacancy]:
    query = sa.select(SeatVacancy).order_by(SeatVacancy.id)
    return query if actor.reads_everything else query.where(SeatVacancy.skill_id.in_(_skills_of(actor)))


def _skills_of(actor: Actor) -> sa.Select[int]:
    held = Competition.id.in_(actor.ids(Role.CHIEF_JUDGE, Role.ARBITER)) | Competition.organiser_id.in_(actor.ids(Role.ORGANISER))
    return sa.select(Skill.id).join(Competition, Competition.id == Skill.competition_id).where(held)


@dataclass(frozen=True)
class ConflictLine:
    """A conflict as somebody may see it; what they may not know is empty."""

    conflict: JudgeConflict
    judge: str
    position: int | None
    code: str
    name: str
    kinds: Sequence[Text]


def conflict_lines(session: Session, actor: Actor, skill: Skill) -> list[ConflictLine]:
    """The conflicts of *skill* that still stand, by judge; then by code or by name, never in the order in which people entered."""
    query = (
        sa.select(JudgeConflict)
        .where(JudgeConflict.skill_id == skill.id, JudgeConflict.gone_at.is_(None))
        .options(
            joinedload(JudgeConflict.account),
            joinedload(JudgeConflict.entry).selectinload(Entry.members).joinedload(EntryMember.person),
            joinedload(JudgeConflict.skill),
        )
    )
    seats = {seat.account_id: seat.position for seat in skill.panel}
    sight = sight_of(actor, skill)
    lines = [conflict_line(each, sight, seats) for each in session.scalars(query).unique()]
    return sorted(lines, key=lambda line: (line.position is None, line.position or 0, line.judge, line.code, line.name))


def conflict_line(conflict: JudgeConflict, sight: Sight, seats: Mapping[int, int]) -> ConflictLine:
    entry = conflict.entry
    return ConflictLine(
        conflict,
        conflict.account.name,
        seats.get(conflict.account_id),
        (entry.code or "") if sight.codes else "",
        entry.title if sight.names else "",
        [conflicts.KINDS[kind] for kind in conflict.kinds] if sight.kinds else (),
    )


def facts_of(session: Session, conflict: JudgeConflict) -> list[tuple[Text, Text | str]]:
    """Each reason with what it rests on, in words; for whoever may know names."""
    found = []
    for reason in conflict.reasons:
        found.append((conflicts.KINDS[reason["kind"]], _fact(session, reason["facts"])))
    return found


def _fact(session: Session, facts: Mapping[str, int | str]) -> Text | str:
    for key, value in facts.items():
        return _IN_WORDS[key](session, value) if key in _IN_WORDS else str(value)
    return ""


def _organisation(session: Session, id: int | str) -> str:
    organisation = session.get(Organisation, id)
    return organisation.name if organisation else ""


def _entered(session: Session, id: int | str) -> str:
    entry = session.get(Entry, id)
    return f"{entry.skill.competition.name} · {entry.skill.name}" if entry else ""


def _recorded(session: Session, id: int | str) -> str:
    relation = session.get(JudgeRelation, id)
    return relation.note if relation else ""


_IN_WORDS: dict[str, Callable[[Session, int | str], Text | str]] = {
    "organisation": _organisation,
    "entry": _entered,
    "relation": _recorded,
    "person": lambda _session, _id: SAME_ID,
    "name": lambda _session, name: SAME_NAME.format(name=name),
}


# ── the panel ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SeatLine:
    """A seat of the panel: who sits there, what they bring, when they cannot come, and what they have to do."""

    seat: PanelSeat
    card: Judge | None
    doubts: list[Text]
    days_off: list[int]
    avoids: int
    load: int
    terms: list[SeatTerm]


@dataclass(frozen=True)
class PanelView:
    """The panel of a skill: its seats, the sub criteria, and what each seat does for each."""

    skill: Skill
    seats: list[SeatLine]
    works: list[Work]
    subs: list[SubCriterion]
    teams: Mapping[int, Mapping[int, Duty]]
    vacancies: list[SeatVacancy]
    competing: int

    @property
    def is_assigned(self) -> bool:
        return bool(self.teams)

    @property
    def days(self) -> list[int]:
        return sorted({sub.day for sub in self.subs})

    @property
    def highest_load(self) -> int:
        return max((line.load for line in self.seats), default=0)


def panel_view(session: Session, skill: Skill, today: date) -> PanelView:
    """Everything on the page of the panel, in a fixed number of queries."""
    seats = list(
        session.scalars(
            sa.select(PanelSeat)
            .where(PanelSeat.skill_id == skill.id)
            .options(joinedload(PanelSeat.account), selectinload(PanelSeat.account, Account.grants))
            .order_by(PanelSeat.position)
        )
    )
    accounts = [seat.account_id for seat in seats]
    known = cards(session, accounts)
    born = birth_dates(session, accounts)
    off = days_off(session, skill.competition_id)
    subs = skill.scheme.sub_criteria if skill.scheme else []
    works = works_of(skill)
    teams = whole_teams(session.scalars(sa.select(PanelAssignment).where(PanelAssignment.skill_id == skill.id)).all())
    competing = session.scalar(sa.select(sa.func.count()).where(Entry.skill_id == skill.id, Entry.is_in(*COMPETING))) or 0
    load: Counter[int] = Counter()
    for work in works:
        team = teams.get(work.id) or {seat.position: Duty.SCORES for seat in seats}
        load.update({position: work.values * competing for position, duty in team.items() if duty is Duty.SCORES})
    away = Counter(session.scalars(sa.select(JudgeConflict.account_id).where(JudgeConflict.skill_id == skill.id, JudgeConflict.keeps_away)))
    terms: dict[int, list[SeatTerm]] = defaultdict(list)
    for term in session.scalars(
        sa.select(SeatTerm).where(SeatTerm.skill_id == skill.id).options(joinedload(SeatTerm.account)).order_by(SeatTerm.id)
    ):
        terms[term.position].append(term)
    lines = [
        SeatLine(
            seat,
            known.get(seat.account_id),
            qualification.doubts(card_of(known.get(seat.account_id), born.get(seat.account_id)), Role.JUDGE, today, skill.occupation_code),
            sorted(off.get(seat.account_id, ())),
            away[seat.account_id],
            load[seat.position],
            terms[seat.position],
        )
        for seat in seats
    ]
    return PanelView(skill, lines, works, subs, teams, list(open_vacancies(session, skill)), competing)


def works_of(skill: Skill) -> list[Work]:
    """The sub criteria of *skill* with how many values one judge gives in each; the panel's agreed values count once for everybody."""
    everyone = [0]
    return [
        Work(
            sub.id,
            sub.code,
            sub.day,
            sum(seats_of(aspect, everyone) is everyone for aspect in sub.aspects) or len(sub.aspects),
        )
        for sub in (skill.scheme.sub_criteria if skill.scheme else [])
    ]


def proposal(session: Session, skill: Skill, today: date) -> panels.Proposal:
    """Who should score what, of those who have a seat."""
    view = panel_view(session, skill, today)
    avoided: dict[int, set[int]] = defaultdict(set)
    for account_id, entry_id in session.execute(
        sa.select(JudgeConflict.account_id, JudgeConflict.entry_id).where(JudgeConflict.skill_id == skill.id, JudgeConflict.keeps_away)
    ):
        avoided[account_id].add(entry_id)
    employers = _employers(session, [line.seat.account_id for line in view.seats])
    judges = [
        Able(
            line.seat.position,
            line.seat.account.name,
            frozenset(line.days_off),
            employers.get(line.seat.account_id, ""),
            frozenset(avoided[line.seat.account_id]),
            len(line.doubts),
        )
        for line in view.seats
    ]
    return panels.propose(judges, view.works, skill.panel_rule)


def open_vacancies(session: Session, skill: Skill) -> Sequence[SeatVacancy]:
    stands_in = sa.and_(SeatVacancy.is_in(VacancyFlow.handed_over), SeatVacancy.entry_id.is_not(None))
    query = sa.select(SeatVacancy).where(SeatVacancy.skill_id == skill.id, SeatVacancy.is_in(*MISSING) | stands_in)
    return session.scalars(query.options(joinedload(SeatVacancy.account), joinedload(SeatVacancy.entry)).order_by(SeatVacancy.id)).all()


def successors(session: Session, vacancy: SeatVacancy) -> list[Account]:
    """Judges of the competition who could take the seat: without one on this panel, or, for one competitor, not tied to them."""
    judges = sa.select(RoleGrant.account_id).where(
        RoleGrant.role == Role.JUDGE.key, RoleGrant.on_id == vacancy.skill.competition_id, RoleGrant.ended_at.is_(None)
    )
    query = sa.select(Account).where(Account.id.in_(judges), Account.id != vacancy.account_id, Account.disabled_at.is_(None))
    if vacancy.entry_id is None:
        query = query.where(Account.id.not_in(sa.select(PanelSeat.account_id).where(PanelSeat.skill_id == vacancy.skill_id)))
    else:
        tied = sa.select(JudgeConflict.account_id).where(JudgeConflict.entry_id == vacancy.entry_id, JudgeConflict.keeps_away)
        query = query.where(Account.id.not_in(tied))
    return list(session.scalars(query.order_by(Account.name, Account.id)))


# ── the register ────────────────────────────────────────────────────────────────────────────────────────────────────


def cards(session: Session, accounts: Iterable[int]) -> dict[int, Judge]:
    query = sa.select(Judge).where(Judge.account_id.in_(list(accounts))).options(joinedload(Judge.employer))
    return {judge.account_id: judge for judge in session.scalars(query)}


def birth_dates(session: Session, accounts: Iterable[int]) -> dict[int, date]:
    query = (
        sa.select(Account.id, Person.birth_date)
        .join(Person, Person.id == Account.person_id)
        .where(Account.id.in_(list(accounts)), Person.birth_date.is_not(None))
    )
    return {id_: born for id_, born in session.execute(query) if born is not None}


def card_of(judge: Judge | None, born: date | None) -> Card | None:
    """The register's row as the rulebook reads it; the person's own birth date goes first."""
    if judge is None:
        return None
    return Card(
        judge.level,
        judge.title,
        judge.years,
        judge.terms,
        born or judge.birth_date,
        judge.certificate_no,
        judge.certificate_until,
        judge.occupations,
    )


def days_off(session: Session, competition_id: int) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for each in session.scalars(sa.select(JudgeDayOff).where(JudgeDayOff.competition_id == competition_id)):
        found[each.account_id].add(each.day)
    return found


def _employers(session: Session, accounts: Sequence[int]) -> dict[int, str]:
    query = (
        sa.select(Account.id, Organisation.name)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Judge, Judge.account_id == Account.id)
        .join(Organisation, Organisation.id == sa.func.coalesce(Person.employer_id, Judge.employer_id))
        .where(Account.id.in_(accounts))
    )
    return dict(session.execute(query).all())


@dataclass(frozen=True)
class RegisterLine:
    """A judge of a competition on the register's page."""

    account: Account
    role: Role
    card: Judge | None
    employer: str
    doubts: list[Text]
    days_off: list[int]


def register(session: Session, competition: Competition, now: datetime) -> list[RegisterLine]:
    """Everybody who judges or heads the judging in *competition*, with what the register says of them."""
    grants = session.scalars(
        sa.select(RoleGrant)
        .where(RoleGrant.role.in_([Role.JUDGE.key, Role.CHIEF_JUDGE.key]), RoleGrant.on_id == competition.id, RoleGrant.ended_at.is_(None))
        .options(joinedload(RoleGrant.account))
        .order_by(RoleGrant.id)
    ).all()
    accounts = [grant.account_id for grant in grants]
    known, born, employers = cards(session, accounts), birth_dates(session, accounts), _employers(session, accounts)
    off = days_off(session, competition.id)
    today = clock.today(competition.starts_at or now)
    return [
        RegisterLine(
            grant.account,
            grant.what,
            known.get(grant.account_id),
            employers.get(grant.account_id, ""),
            qualification.doubts(card_of(known.get(grant.account_id), born.get(grant.account_id)), grant.what, today),
            sorted(off.get(grant.account_id, ())),
        )
        for grant in grants
    ]


def relations(session: Session, account_id: int) -> list[JudgeRelation]:
    query = sa.select(JudgeRelation).where(JudgeRelation.account_id == account_id, JudgeRelation.ended_at.is_(None))
    return list(session.scalars(query.options(joinedload(JudgeRelation.person)).order_by(JudgeRelation.id)))


def days_of(competition: Competition) -> list[int]:
    """The days on which something is marked in any skill of *competition*."""
    return sorted({sub.day for skill in competition.live_skills if skill.scheme for sub in skill.scheme.sub_criteria})


def judge_of(session: Session, competition: Competition, account_id: int) -> Account | None:
    """The account, if it judges or heads the judging in *competition*."""
    held = sa.exists().where(
        RoleGrant.account_id == Account.id,
        RoleGrant.role.in_([Role.JUDGE.key, Role.CHIEF_JUDGE.key]),
        RoleGrant.on_id == competition.id,
        RoleGrant.ended_at.is_(None),
    )
    return session.scalar(sa.select(Account).where(Account.id == account_id, held))


def entered_people(session: Session, competition: Competition, words: str, limit: int = 20) -> list[tuple[Person, str]]:
    """Competitors of *competition* by name, each with their employer's: whom a judge could be tied to."""
    query = (
        sa.select(Person, sa.func.coalesce(Organisation.name, ""))
        .join(EntryMember, EntryMember.person_id == Person.id)
        .join(Entry, Entry.id == EntryMember.entry_id)
        .join(Skill, Skill.id == Entry.skill_id)
        .outerjoin(Organisation, Organisation.id == Person.employer_id)
        .where(Skill.competition_id == competition.id, Person.name.icontains(words, autoescape=True))
        .distinct()
        .order_by(Person.name, Person.id)
        .limit(limit)
    )
    return [(person, employer) for person, employer in session.execute(query)]


def organisation_id(session: Session, name: str) -> int | None:
    """The organisation with that name; none for an empty one.  Raises `Refused` for a name nobody has."""
    if not name.strip():
        return None
    found = session.scalar(sa.select(Organisation.id).where(Organisation.name == name.strip()))
    if found is None:
        raise Refused(NO_SUCH_ORGANISATION.format(name=name.strip()))
    return found
