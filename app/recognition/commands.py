"""Filling in programmes and recognitions, voting on them, and putting them before the public."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, engine
from app.core.actor import Actor
from app.core.errors import Forbidden, Refused
from app.core.files import StoredFile
from app.notices import commands as notices
from app.notices.models import Notice
from app.recognition.models import DirectEvidence, DirectRecognition, PanelVote, Programme, ProgrammeScope
from app.registry.models import Occupation, Organisation, Person
from workflows.ladder import BY_DIGIT
from workflows.recognition import direct_flow
from workflows.recognition.direct_flow import DirectFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

NOT_YOUR_ENTERPRISE = (Role.CLERK,)


# ── the programme ───────────────────────────────────────────────────────────────────────────────────────────────────


def begin_programme(session: Session, organisation: Organisation, actor: Actor, now: datetime) -> Programme:
    """An empty programme for the enterprise.  Raises Forbidden for whoever is not its clerk."""
    if organisation.id not in actor.ids(Role.CLERK):
        raise Forbidden(NOT_YOUR_ENTERPRISE)
    programme = Programme(organisation_id=organisation.id)
    engine.begin(session, programme, actor, now)
    return programme


def describe_programme(
    session: Session,
    programme: Programme,
    actor: Actor,
    now: datetime,
    *,
    arrangements: str,
    certificates_a_year: int,
    panel_minimum: int,
    publicity_days: int,
    version: int | None = None,
) -> None:
    """What the enterprise says about how it assesses, and the figures it files."""
    _require(programme, Role.CLERK, actor, now, version)
    programme.arrangements = arrangements
    programme.certificates_a_year, programme.panel_minimum, programme.publicity_days = certificates_a_year, panel_minimum, publicity_days
    engine.edited(session, programme, actor, now)


def cover(session: Session, programme: Programme, occupation: Occupation, levels: Collection[int], actor: Actor, now: datetime) -> None:
    """Make the programme cover exactly *levels* (digits 5 … 1) of this occupation; none takes the occupation out."""
    _require(programme, Role.CLERK, actor, now)
    wanted = {level for level in levels if level in BY_DIGIT}
    present = {scope.level: scope for scope in programme.covers if scope.occupation_code == occupation.code}
    for level in present.keys() - wanted:
        programme.covers.remove(present[level])
    for level in sorted(wanted - present.keys(), reverse=True):
        programme.covers.append(ProgrammeScope(occupation=occupation, occupation_code=occupation.code, level=level))
    engine.edited(session, programme, actor, now, {"occupation": occupation.code, "levels": sorted(wanted)})


def assign_station(
    session: Session, programme: Programme, actor: Actor, now: datetime, *, agency: str, province: str, station: str
) -> None:
    """The codes the bureau gives the enterprise; its certificate numbers begin with them."""
    _require(programme, Role.REVIEWER, actor, now)
    programme.agency, programme.province, programme.station = agency, province, station
    engine.edited(session, programme, actor, now, {"station": agency + province + station})


def _require(programme: Programme, role: Role, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Each side changes its own part: the enterprise what it files, the bureau the codes it gives."""
    engine.require_editable(programme, actor, now, version)
    if role not in actor.roles_on(programme) or role not in programme.state.editable_by:
        raise Forbidden((role,))


# ── one recognition ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Content:
    """What the enterprise says about one recognition."""

    kind: str
    occupation_code: str
    level: int
    trade: str = ""
    held_level: int | None = None
    employed_since: date | None = None
    is_front_line: bool = False
    basis: str = ""


def begin_recognition(
    session: Session,
    programme: Programme,
    person: Person,
    content: Content,
    actor: Actor,
    now: datetime,
    *,
    achievement_id: int | None = None,
) -> DirectRecognition:
    """A draft for *person*.  Refused for another enterprise's worker, and while another for this occupation and level is on its way."""
    if programme.organisation_id not in actor.ids(Role.CLERK):
        raise Forbidden(NOT_YOUR_ENTERPRISE)
    if person.employer_id != programme.organisation_id:  # what somebody else's worker holds is not this enterprise's business
        raise Refused(direct_flow.OTHER_EMPLOYER)
    _refuse_second(session, person, content)
    recognition = DirectRecognition(programme=programme, person=person, achievement_id=achievement_id)
    _fill(session, recognition, content)
    engine.begin(session, recognition, actor, now)
    return recognition


def change_recognition(
    session: Session, recognition: DirectRecognition, content: Content, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Other content for a recognition that may still be changed."""
    engine.require_editable(recognition, actor, now, version)
    _refuse_second(session, recognition.person, content, recognition)
    _fill(session, recognition, content)
    engine.edited(session, recognition, actor, now)


def in_hand(session: Session, person_id: int, occupation_code: str, level: int) -> DirectRecognition | None:
    """The recognition of this person, occupation and level that is on its way, if any."""
    return session.scalar(
        sa.select(DirectRecognition).where(
            DirectRecognition.person_id == person_id,
            DirectRecognition.occupation_code == occupation_code,
            DirectRecognition.level == level,
            DirectRecognition.is_in(*direct_flow.IN_HAND),
        )
    )


def _refuse_second(session: Session, person: Person, content: Content, apart_from: DirectRecognition | None = None) -> None:
    with session.no_autoflush:
        other = in_hand(session, person.id, content.occupation_code, content.level)
    if other is not None and other is not apart_from:
        raise Refused(
            Text(
                "{name}同职业同等级的直接认定正在办理（{state}）", "A direct recognition of {name} for this level is on its way ({state})"
            ).format(name=person.name, state=other.state.title)
        )


def _fill(session: Session, recognition: DirectRecognition, content: Content) -> None:
    occupation = session.get_one(Occupation, content.occupation_code)
    recognition.kind, recognition.level, recognition.held_level = content.kind, content.level, content.held_level
    recognition.occupation, recognition.occupation_code, recognition.trade = occupation, occupation.code, content.trade
    recognition.employed_since, recognition.is_front_line, recognition.basis = content.employed_since, content.is_front_line, content.basis


def attach(session: Session, recognition: DirectRecognition, kind: str, file: StoredFile, actor: Actor, now: datetime) -> None:
    """Add a proof of one of the kinds in `direct.EVIDENCE`."""
    engine.require_editable(recognition, actor, now)
    recognition.evidence.append(DirectEvidence(kind=kind, file=file))
    engine.edited(session, recognition, actor, now, {"attached": kind, "digest": file.digest})


def detach(session: Session, recognition: DirectRecognition, evidence_id: int, actor: Actor, now: datetime) -> None:
    """Take a proof off again; the file itself stays on record."""
    engine.require_editable(recognition, actor, now)
    evidence = next((it for it in recognition.evidence if it.id == evidence_id), None)
    if evidence is not None:
        recognition.evidence.remove(evidence)
        engine.edited(session, recognition, actor, now, {"detached": evidence.kind, "digest": evidence.file.digest})


@dataclass(frozen=True, slots=True)
class Held:
    """One that could not be submitted, and why."""

    recognition: DirectRecognition
    reasons: Sequence[Text]


def submit_all(session: Session, recognitions: Sequence[DirectRecognition], actor: Actor, now: datetime) -> tuple[int, list[Held]]:
    """Submit whatever is ready; how many were, and what holds the others."""
    submitted, held = 0, []
    for recognition in recognitions:
        transition = DirectFlow.resubmit if recognition.is_in(DirectFlow.returned) else DirectFlow.submit
        reasons = engine.refusals(recognition, transition, actor, now)
        if reasons:
            held.append(Held(recognition, reasons))
        else:
            engine.fire(session, recognition, transition, actor, now)
            submitted += 1
    return submitted, held


# ── the panel, and the public ───────────────────────────────────────────────────────────────────────────────────────


def vote(session: Session, recognition: DirectRecognition, in_favour: bool, reason: str, actor: Actor, now: datetime) -> None:
    """One assessor's vote with its reason; voting again in the same round replaces one's own vote."""
    if Role.ASSESSOR not in actor.roles_on(recognition) or actor.account_id is None:
        raise Forbidden((Role.ASSESSOR,))
    refusals = direct_flow.vote_refusals(recognition, recognition.state, actor, reason)
    if refusals:
        raise Refused(*refusals)
    mine = next((it for it in recognition.present_votes if it.account_id == actor.account_id), None)
    if mine is None:
        mine = PanelVote(round=recognition.round, account_id=actor.account_id)
        recognition.all_votes.append(mine)
    mine.assessor_name, mine.in_favour, mine.reason, mine.at = actor.name, in_favour, reason.strip(), now
    audit.record(
        session, recognition, actor, "vote", now, comment=reason.strip(), detail={"in_favour": in_favour, "round": recognition.round}
    )


def next_round(session: Session, recognition: DirectRecognition, step: Step) -> None:
    """What was corrected is voted on afresh, and goes before the public afresh."""
    recognition.round += 1
    recognition.notice = None
    recognition.publicity_ends_at = recognition.objection_set_aside_at = None


def set_objection_aside(session: Session, recognition: DirectRecognition, step: Step) -> None:
    """Objections upheld up to now do not concern this one."""
    recognition.objection_set_aside_at = step.now


COLUMNS = (
    Text("姓名", "Name"),
    Text("职业（工种）", "Occupation"),
    Text("认定等级", "Level"),
    Text("认定依据", "Ground"),
)


def open_publicity(
    session: Session, programme: Programme, recognitions: Sequence[DirectRecognition], contact: str, actor: Actor, now: datetime
) -> Notice:
    """Put *recognitions*, passed by the panel, before the public on one notice.  Raises Refused where there is none."""
    if not recognitions:
        raise Refused(Text("没有评审通过、待公示的人员", "Nobody has passed the panel and waits for publicity"))
    enterprise = programme.organisation.name
    notice = notices.open_notice(
        session,
        programme,
        actor,
        now,
        title=f"{enterprise}职业技能等级直接认定公示",
        body=f"经评审，拟对下列 {len(recognitions)} 人直接认定职业技能等级，现予公示。如有异议，请在公示期内提出。",
        columns=COLUMNS,
        rows=[[it.person.name, it.occupation.name, it.skill_level.title.zh, it.ground.title.zh] for it in recognitions],
        days=programme.publicity_days,
        contact=contact,
    )
    for recognition in recognitions:
        recognition.notice, recognition.publicity_ends_at = notice, notice.ends_at
        engine.fire(session, recognition, DirectFlow.open_publicity, actor, now)
    return notice


def occupation_named(session: Session, text: str) -> Occupation | None:
    """The occupation with this code or exactly this name, as people write it (`电工`, `6-31-01-03`, `电工 6-31-01-03`)."""
    words = text.split()
    for word in (text.strip(), *reversed(words)):
        found = session.scalars(
            sa.select(Occupation).where(sa.or_(Occupation.code == word, Occupation.name == word), Occupation.ended_at.is_(None)).limit(2)
        ).all()
        if len(found) == 1:
            return found[0]
    return None
