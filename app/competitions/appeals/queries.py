"""Which appeals and revisions somebody sees, and how much of each: names or codes, never both before the decoding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.competitions.entries import queries as entered
from app.competitions.models import Appeal, Competition, Entry, EntryMember, Revision, Skill
from app.competitions.models.appeal import standing
from app.core import audit
from app.core.actor import Actor
from app.core.audit import AuditEvent
from app.core.errors import NotFound
from workflows.competition.appeal_flow import SECOND_INSTANCE, AppealFlow
from workflows.competition.appeals import without_names
from workflows.competition.revision import Change, changes
from workflows.competition.revision_flow import RevisionFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind

STAFF = (Role.ARBITER, Role.CHIEF_JUDGE)
SIGHT_OF_REVISIONS = (Role.ARBITER, Role.CHIEF_JUDGE, Role.SCORER)
PUBLIC_REVISIONS = (RevisionFlow.publicity, RevisionFlow.in_force)
CODED_APPELLANT = Text("申诉方", "The appellant")


# ── appeals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def appeals(actor: Actor) -> sa.Select[Appeal]:
    """One's own, those of the competitions one arbitrates, judges in chief or organises, and all of them for who reads everything."""
    query = (
        sa.select(Appeal)
        .join(Skill, Skill.id == Appeal.skill_id)
        .join(Competition, Competition.id == Skill.competition_id)
        .join(Entry, Entry.id == Appeal.entry_id)
        .options(joinedload(Appeal.skill).joinedload(Skill.competition), joinedload(Appeal.entry), selectinload(Appeal.evidence))
        .order_by(Appeal.id.desc())
    )
    own = sa.or_(
        Entry.organisation_id.in_(actor.ids(Role.TEAM_LEADER)),
        Entry.id.in_(sa.select(EntryMember.entry_id).where(EntryMember.person_id == (actor.person_id or 0))),
    )
    handed_in = ~Appeal.is_in(AppealFlow.draft)
    if actor.reads_everything:
        return query.where(sa.or_(own, handed_in))
    serving = sa.or_(Competition.id.in_(actor.ids(*STAFF)), Competition.organiser_id.in_(actor.ids(Role.ORGANISER)))
    return query.where(sa.or_(own, sa.and_(serving, handed_in)))


def appeal(session: Session, actor: Actor, id: int) -> Appeal:
    found = session.scalars(appeals(actor).where(Appeal.id == id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def of_skill(session: Session, actor: Actor, skill: Skill) -> Sequence[Appeal]:
    return session.scalars(appeals(actor).where(Appeal.skill_id == skill.id)).unique().all()


def own_entries(session: Session, actor: Actor, skill: Skill) -> Sequence[Entry]:
    """The entries of *skill* about which *actor* may appeal."""
    alone = sa.and_(
        Entry.organisation_id.is_(None),
        Entry.id.in_(sa.select(EntryMember.entry_id).where(EntryMember.person_id == (actor.person_id or 0))),
    )
    led = Entry.organisation_id.in_(actor.ids(Role.TEAM_LEADER))
    query = entered.of_skill(actor, skill, *APPEALABLE).where(sa.or_(alone, led))
    return session.scalars(query).unique().all()


APPEALABLE = tuple(
    state for name, state in Entry.workflow.states.items() if name in ("accepted", "checked_in", "completed", "absent", "disqualified")
)


def own_entry(session: Session, actor: Actor, id: int) -> Entry:
    """An entry about which *actor* may appeal.  Raises NotFound."""
    entry = session.get(Entry, id, options=[joinedload(Entry.skill)])
    if entry is None or entry not in own_entries(session, actor, entry.skill):
        raise NotFound
    return entry


@dataclass(frozen=True, slots=True)
class Face:
    """What one reader may learn of an appeal: by whom and what it says, or only by code."""

    appellant: str | Text
    organisation: str
    signed_name: str
    facts: str
    request: str
    with_names: bool


def face(actor: Actor, appeal: Appeal) -> Face:
    """*appeal* with every name left out where *actor* may only know the code."""
    line = entered.line(actor, appeal.entry)
    if entered.sight(actor, appeal.skill, appeal.entry).names:
        return Face(line.title, line.organisation, appeal.signed_name, appeal.facts, appeal.request, with_names=True)
    code, names = str(line.title), appeal.names
    return Face(line.title, "", "", without_names(appeal.facts, names, code), without_names(appeal.request, names, code), with_names=False)


def history(session: Session, actor: Actor, appeal: Appeal) -> list[AuditEvent]:
    """What happened, oldest first; where names are sealed from *actor*, what the appellant did and wrote is not there by name."""
    events = audit.history(session, appeal)
    if entered.sight(actor, appeal.skill, appeal.entry).names:
        return events
    return [_sealed(event, appeal) for event in events]


def _sealed(event: AuditEvent, appeal: Appeal) -> AuditEvent:
    """A copy of *event* that belongs to no session, without a name in it."""
    columns = {column.key: getattr(event, column.key) for column in AuditEvent.__mapper__.column_attrs}
    code = CODED_APPELLANT.zh
    name = without_names(event.actor_name, appeal.names, code)
    return AuditEvent(**columns | {"actor_name": name, "comment": without_names(event.comment, appeal.names, code)})


def sees_votes(actor: Actor, appeal: Appeal) -> bool:
    """The committee's votes are its own, and the auditor's, until it has decided; then they are part of the reasons."""
    return not appeal.is_in(*SECOND_INSTANCE) or actor.reads_everything or Role.ARBITER in actor.roles_on(appeal)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit of an appeal: what for, until when, and whether it has run out."""

    title: Text
    until: datetime
    is_over: bool


WINDOW = Text("提出申诉的时限", "Appeals may be lodged until")
ANSWER = Text("答复时限", "The answer is due")
FURTHER = Text("向仲裁委员会申诉的时限", "The committee may be called until")
DECISION = Text("仲裁委员会裁决时限", "The committee's decision is due")


def clocks(appeal: Appeal, now: datetime) -> Iterator[Clock]:
    """Every clock that has started, in the order of the procedure."""
    closes = appeal.window_closed_at or (appeal.skill.appeals_close_at if appeal.lodged_at is None else None)
    pairs = ((WINDOW, closes), (ANSWER, appeal.answer_due_at), (FURTHER, appeal.further_until), (DECISION, appeal.committee_due_at))
    return (Clock(title, until, until <= now) for title, until in pairs if until is not None)


def live_clocks(appeal: Appeal, now: datetime) -> list[Clock]:
    """Those that somebody still has to watch: a closed case has none, and once it is lodged nobody waits for the window to close."""
    if appeal.state.kind is not Kind.OPEN:
        return []
    return [each for each in clocks(appeal, now) if each.title is not WINDOW or appeal.lodged_at is None]


# ── revisions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def revisions(actor: Actor) -> sa.Select[Revision]:
    """Those of the competitions one serves in or organises, all of them for who reads everything; published ones for who competes there."""
    query = (
        sa.select(Revision)
        .join(Skill, Skill.id == Revision.skill_id)
        .join(Competition, Competition.id == Skill.competition_id)
        .options(joinedload(Revision.skill).joinedload(Skill.competition), joinedload(Revision.appeal))
        .order_by(Revision.id.desc())
    )
    if actor.reads_everything:
        return query
    entered_in = sa.select(Entry.skill_id).where(
        sa.or_(
            Entry.organisation_id.in_(actor.ids(Role.TEAM_LEADER)),
            Entry.id.in_(sa.select(EntryMember.entry_id).where(EntryMember.person_id == (actor.person_id or 0))),
        )
    )
    return query.where(
        sa.or_(
            Competition.id.in_(actor.ids(*SIGHT_OF_REVISIONS)),
            Competition.organiser_id.in_(actor.ids(Role.ORGANISER)),
            sa.and_(Skill.id.in_(entered_in), Revision.is_in(*PUBLIC_REVISIONS)),
        )
    )


def revision(session: Session, actor: Actor, id: int) -> Revision:
    found = session.scalars(revisions(actor).where(Revision.id == id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def revisions_of(session: Session, actor: Actor, skill: Skill) -> Sequence[Revision]:
    return session.scalars(revisions(actor).where(Revision.skill_id == skill.id)).unique().all()


def works_on(actor: Actor, revision: Revision) -> bool:
    """Whether *actor* sees the whole of a revision, and not only what it means for entries of their own."""
    return actor.reads_everything or bool(actor.roles_on(revision) & {Role.ORGANISER, *SIGHT_OF_REVISIONS})


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry before and after, as a page shows it."""

    change: Change
    entry: Entry


def differences(session: Session, actor: Actor, revision: Revision) -> list[Difference]:
    """Whatever the new version changes; for competitors and leaders, what it changes for them."""
    if revision.tally is None or revision.base is None:
        return []
    old, new = revision.skill.results_of(revision.base), revision.skill.results_of(revision.tally)
    found = changes([standing(result) for result in old], [standing(result) for result in new])
    entries = {result.entry_id: result.entry for result in (*old, *new)}
    lines = [Difference(change, entries[change.id]) for change in found]
    if works_on(actor, revision):
        return lines
    return [line for line in lines if actor.roles_on(line.entry) & {Role.COMPETITOR, Role.TEAM_LEADER}]
