"""Who opens which page, and with what in its address: one entry for every route that answers a GET.

A page that is not in `PAGES` or `NO_PAGES` fails the test of every page, so none can be forgotten.  Where an address names a
row, the rows are those that the person may see, one in each state where the row goes through a procedure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account, RoleGrant
from app.certificates import queries as certificates
from app.certificates.models import Certificate
from app.certificates.printing import PRINT
from app.competitions.appeals.queries import APPEALABLE
from app.competitions.models import (
    Appeal,
    AppealEvidence,
    AspectPhoto,
    Ceremony,
    CodeLayer,
    Competition,
    Correction,
    Criterion,
    Entry,
    EntryMember,
    EvidenceBundle,
    HandOver,
    ImportDraft,
    JudgeConflict,
    LockUnit,
    MarkingScheme,
    Recheck,
    RecheckItem,
    Result,
    Revision,
    RevisionEvidence,
    SchemeDraft,
    SeatVacancy,
    Sheet,
    Skill,
    SubCriterion,
)
from app.competitions.schemes.queries import marked_by, visible_schemes
from app.core.actor import Actor
from app.core.files import StoredFile
from app.core.jobs import Job
from app.core.slices import subject_of
from app.notices.models import Notice, Objection
from app.recognition.models import DirectEvidence, DirectImport, DirectRecognition, Programme, RecognitionOffer
from app.registry.models import Organisation, Person
from app.rewards.forms import ASKED
from app.rewards.models import Claim, Clawback, PaymentBatch, PolicyVersion, Proof
from app.rewards.queries import achievements, claims
from app.seals.models import Seal
from workflows.catalogue import ALL
from workflows.competition.code_flow import CodeLayerFlow
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.lock_flow import LockFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.publicity.notice_flow import NoticeFlow
from workflows.recognition.programme_flow import ProgrammeFlow
from workflows.rewards.claim_flow import ClaimFlow
from workflows.roles import Role
from workflows.workflow import State

Arguments = dict[str, Any]
Finder = Callable[[Session, Actor], Iterable[Arguments]]

PUBLIC = ""
HALF_WAY = "password given, code not yet"
EVERYBODY = (
    PUBLIC, "admin", "reviewer", "approver", "finance", "auditor", "organiser", "leader", "clerk", "assessor1",
    "chief", "judge1", "encryption", "scorer", "checkin", "arbiter", "worker",
)  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """Somebody of the demonstration's cast opens the pages that `found` names."""

    login: str
    found: Finder
    status: int = 200


def by(*logins: str, of: Finder | None = None, **query: str) -> tuple[Visit, ...]:
    """Each of *logins* opens the page *of* each of the rows, or the one page there is, with *query* in its address."""

    def find(session: Session, actor: Actor) -> Iterable[Arguments]:
        return ({**arguments, **query} for arguments in (of(session, actor) if of else ({},)))

    return tuple(Visit(login, find) for login in logins)


def refused(status: int, visits: Iterable[Visit]) -> tuple[Visit, ...]:
    """The same visits where the season leaves nothing to do on the page, and it says so with *status*."""
    return tuple(replace(visit, status=status) for visit in visits)


# ── which rows ──────────────────────────────────────────────────────────────────────────────────────────────────────


def in_each_state(model: Any, *states: State, where: sa.ColumnElement[bool] | None = None) -> Finder:
    """The first row of each state (or of each of *states*) that the person may see."""

    def find(session: Session, actor: Actor) -> Iterable[Arguments]:
        subject = subject_of(model.__tablename__)
        assert subject is not None
        query = subject.visible(actor).order_by(None).order_by(model.id)
        seen = set()
        for row in session.scalars(query if where is None else query.where(where)).unique():
            if row.state not in seen and (not states or row.state in states):
                seen.add(row.state)
                yield subject.address(row)

    return find


def one(model: Any) -> Finder:
    """The first row the person may see."""

    def find(session: Session, actor: Actor) -> Iterable[Arguments]:
        return islice(in_each_state(model)(session, actor), 1)

    return find


def some(visible: Callable[[Actor], sa.Select[Any]], count: int = 1, **address: str) -> Finder:
    """The first *count* rows of the query; *address* maps the names in the route to the row's attributes."""

    def find(session: Session, actor: Actor) -> Iterable[Arguments]:
        rows = session.scalars(visible(actor)).unique()
        return ({name: getattr(row, attribute) for name, attribute in (address or {"id": "id"}).items()} for row in islice(rows, count))

    return find


def every(query: sa.Select[Any], **address: str) -> Finder:
    """One row of *query*, whoever is looking."""
    return some(lambda _actor: query, **address)


def editable(model: Any) -> Finder:
    """A row whose content the person may still change."""

    def find(session: Session, actor: Actor) -> Iterable[Arguments]:
        subject = subject_of(model.__tablename__)
        assert subject is not None
        rows = session.scalars(subject.visible(actor)).unique()
        return islice((subject.address(row) for row in rows if row.is_editable_by(actor)), 1)

    return find


def own_drafts(model: Any) -> Finder:
    """What the person uploaded and has not decided on."""
    return some(lambda actor: sa.select(model).where(model.account_id == (actor.account_id or 0)))


def marked_skills(session: Session, actor: Actor) -> Iterable[Arguments]:
    """The skills of the competitions the person serves in, one in each state from the marking on."""
    served = Skill.competition_id.in_(actor.ids(*SERVING))
    return in_each_state(Skill, SkillFlow.marking, SkillFlow.publicity, where=served)(session, actor)


def judges(session: Session, actor: Actor) -> Iterable[Arguments]:
    """The first judge of a competition that the person's organisation holds."""
    held = (
        RoleGrant.role == Role.JUDGE.key,
        RoleGrant.on_id.in_(sa.select(Competition.id).where(Competition.organiser_id.in_(actor.ids(Role.ORGANISER)))),
    )
    grant = session.scalars(sa.select(RoleGrant).where(*held, RoleGrant.ended_at.is_(None)).order_by(RoleGrant.id.desc()).limit(1)).one()
    yield {"id": grant.on_id, "account_id": grant.account_id}


def delegations(session: Session, actor: Actor) -> Iterable[Arguments]:
    """One of the organisations whose team the person leads, in skills of every state."""
    led = min(actor.ids(Role.TEAM_LEADER))
    return ({**skill, "organisation_id": led} for skill in in_each_state(Skill)(session, actor))


def open_delegation(session: Session, actor: Actor) -> Iterable[Arguments]:
    """The same where somebody can still be entered."""
    led = min(actor.ids(Role.TEAM_LEADER))
    return ({**skill, "organisation_id": led} for skill in open_skill(session, actor))


def open_skill(session: Session, actor: Actor) -> Iterable[Arguments]:
    """A skill that takes entries."""
    entered = sa.select(Competition.id).where(Competition.is_in(CompetitionFlow.registration))
    return in_each_state(Skill, where=Skill.competition_id.in_(entered))(session, actor)


def sub_criteria(session: Session, actor: Actor) -> Iterable[Arguments]:
    """A marking form of a scheme that may still be changed."""
    found = session.scalars(own_schemes(actor).join(Criterion).join(SubCriterion).limit(1)).first()
    assert found is not None
    criterion = next(criterion for criterion in found.criteria if criterion.sub_criteria)
    yield {"id": found.id, "letter": criterion.letter, "sub_id": criterion.sub_criteria[0].id}


def practice_forms(session: Session, actor: Actor) -> Iterable[Arguments]:
    """A marking form to practise on."""
    found = session.scalars(visible_schemes(actor).join(Criterion).join(SubCriterion).limit(1)).first()
    assert found is not None
    yield {"id": found.id, "sub_id": found.sub_criteria[0].id}


def version_to_apply(session: Session, actor: Actor) -> Iterable[Arguments]:
    """A later version of a scheme that a skill is being marked by."""
    for scheme in session.scalars(sa.select(MarkingScheme).order_by(MarkingScheme.id.desc())):
        for skill in marked_by(session, actor, scheme):
            yield {"id": scheme.id, "skill_id": skill.id}
            return


def scheme_drafts(actor: Actor) -> sa.Select[Any]:
    """A workbook that was looked through."""
    return sa.select(SchemeDraft).where(SchemeDraft.account_id == actor.account_id)


def own_schemes(actor: Actor) -> sa.Select[Any]:
    """Schemes of the person's organisation that no skill is marked by yet."""
    in_use = sa.select(Skill.scheme_id).where(Skill.scheme_id.is_not(None))
    own = MarkingScheme.organisation_id.in_(actor.ids(Role.ORGANISER))
    return sa.select(MarkingScheme).where(own, MarkingScheme.id.not_in(in_use))


SERVING = (Role.CHIEF_JUDGE, Role.JUDGE, Role.SCORER, Role.ARBITER, Role.ENCRYPTION_JUDGE, Role.CHECK_IN)
PEOPLE = every(sa.select(Person).order_by(Person.id))
ORGANISATIONS = every(sa.select(Organisation).order_by(Organisation.id))
NOTICES = every(sa.select(Notice).where(Notice.is_in(NoticeFlow.published)).order_by(Notice.id))
PROGRAMMES = in_each_state(Programme)
POLICIES = every(sa.select(PolicyVersion), pack_id="pack")
OWN_PRINTS = some(lambda actor: sa.select(Job).where(Job.name == PRINT, Job.account_id == actor.account_id))
EVIDENCE = every(sa.select(EvidenceBundle).order_by(EvidenceBundle.id), id="skill_id", number="job_id")
OWN_LISTS = some(
    lambda actor: sa.select(StoredFile).where(StoredFile.account_id == actor.account_id, StoredFile.kind == "csv"), file_id="id"
)


def lists(session: Session, actor: Actor) -> Iterable[Arguments]:
    return ({"key": "occupations", **arguments} for arguments in OWN_LISTS(session, actor))


def own_layers(session: Session, actor: Actor) -> Iterable[Arguments]:
    """A layer of codes that the person drew, sealed and opened."""
    drawn = sa.select(CodeLayer).where(CodeLayer.drawer_id == actor.account_id).order_by(CodeLayer.id)
    for state in (CodeLayerFlow.sealed, CodeLayerFlow.opened):
        for layer in session.scalars(drawn.where(CodeLayer.is_in(state)).limit(1)):
            yield {"id": layer.skill_id, "layer": layer.layer}


def own_hand_overs(session: Session, actor: Actor) -> Iterable[Arguments]:
    """What the person took in from another device."""
    return every(sa.select(HandOver).where(HandOver.brought_by_id == actor.account_id))(session, actor)


def sheets_to_print(session: Session, actor: Actor) -> Iterable[Arguments]:
    """A sub criterion of the skill being marked."""
    for skill in in_each_state(Skill, SkillFlow.marking)(session, actor):
        yield {**skill, "sub_id": session.scalars(sa.select(Sheet.sub_criterion_id).where(Sheet.skill_id == skill["id"])).first()}


TALLIED = (SkillFlow.publicity, SkillFlow.final)


def tallied_entries(session: Session, actor: Actor) -> Iterable[Arguments]:
    """The code of an entry of each skill whose results are before the public or final."""
    for skill in in_each_state(Skill, *TALLIED)(session, actor):
        found = session.scalars(sa.select(Entry).join(Result, Result.entry_id == Entry.id).where(Result.skill_id == skill["id"])).first()
        yield {**skill, "code": found.code if found else ""}


def published_competitions(session: Session, _actor: Actor) -> Iterable[Arguments]:
    """Competitions with a skill whose results are public."""
    shown = sa.select(Skill.competition_id).where(Skill.is_in(*TALLIED))
    query = sa.select(Competition.id).where(Competition.id.in_(shown), Competition.is_public).order_by(Competition.id)
    return ({"id": id_} for id_ in session.scalars(query))


def own_results(session: Session, actor: Actor) -> Iterable[Arguments]:
    """An entry of the person's own that has a published result."""
    own = sa.select(EntryMember.entry_id).where(EntryMember.person_id == actor.person_id)
    return every(sa.select(Entry).join(Result).where(Entry.id.in_(own)))(session, actor)


def own_to_appeal(session: Session, actor: Actor) -> Iterable[Arguments]:
    """An entry of a delegation the person leads, in a skill that has begun."""
    led = Entry.organisation_id.in_(actor.ids(Role.TEAM_LEADER))
    return every(sa.select(Entry).join(Skill).where(led, Skill.is_in(*TALLIED), Entry.is_in(*APPEALABLE)).order_by(Entry.id))(
        session, actor
    )


def named_accounts(_actor: Actor) -> sa.Select[Any]:
    """Accounts that hold something on the system, on a competition, and nothing."""
    return sa.select(Account).where(Account.login.in_(("admin", "judge1", "worker")))


def employees(session: Session, actor: Actor) -> Iterable[Arguments]:
    """Somebody who works for the enterprise whose clerk the person is."""
    return every(sa.select(Person).where(Person.employer_id.in_(actor.ids(Role.CLERK))))(session, actor)


def team_claims(session: Session, actor: Actor) -> Iterable[Arguments]:
    """A claim that is shared out among a team."""
    return some(lambda viewer: claims(viewer).where(Claim.shares.any()))(session, actor)


# ── the pages ───────────────────────────────────────────────────────────────────────────────────────────────────────

PAGES: dict[str, tuple[Visit, ...]] = {
    # the frame
    "home.home": by(*EVERYBODY),
    "home.search": (
        *by(PUBLIC, "reviewer", q="电工"),
        *by("reviewer", "worker", q="不存在的内容"),
        *by("leader"),
    ),
    "home.styleguide": by("admin"),
    "procedures.procedures": by(PUBLIC),
    "procedures.procedure": tuple(visit for flow in ALL for visit in by(PUBLIC, name=flow.name)),
    "operations.audit_page": by("admin", "auditor"),
    "operations.jobs_page": by("admin"),
    # accounts
    "accounts.login": by(PUBLIC),
    "accounts.expired": by(PUBLIC),
    "accounts.code": by(HALF_WAY),
    "accounts.own": by("worker", "approver"),
    "accounts.password": by("worker"),
    "accounts.second_factor": by("approver"),
    "accounts.notifications": by("worker", "judge1", "reviewer"),
    "accounts.accounts": by("admin"),
    "accounts.account": by("admin", of=some(named_accounts, 3)),
    "accounts.create": by("admin"),
    "accounts.role_grants": by("admin", "auditor"),
    "accounts.grant": by("admin"),
    # registers
    "registry.me": by("worker", "judge1"),
    "registry.people": by("reviewer", "clerk", "auditor"),
    "registry.person": (*by("reviewer", "admin", of=PEOPLE), *by("clerk", of=employees)),
    "registry.edit_person": (*by("reviewer", of=PEOPLE), *by("clerk", of=employees)),
    "registry.create_person": by("reviewer", "clerk"),
    "registry.looks": by("auditor", of=PEOPLE),
    "registry.organisations": by("reviewer", "worker"),
    "registry.organisation": by("reviewer", "worker", of=ORGANISATIONS),
    "registry.edit_organisation": by("reviewer", of=ORGANISATIONS),
    "registry.create_organisation": by("admin"),
    "registry.occupations": by(PUBLIC, "admin"),
    "registry.divisions": by(PUBLIC, "admin"),
    "registry.levels": by(PUBLIC),
    "registry.import_list": by("admin", key="occupations"),
    "registry.preview_list": by("admin", of=lists),
    # notices and certificates
    "notices.notices": by(PUBLIC, "reviewer"),
    "notices.notice": (*by(PUBLIC, of=NOTICES), *by("reviewer", of=in_each_state(Notice))),
    "notices.file_objection": by(PUBLIC, "worker", of=NOTICES),
    "notices.by_receipt": by(PUBLIC),
    "notices.objections": by("reviewer", "worker"),
    "notices.objection": by("reviewer", "arbiter", of=in_each_state(Objection)),
    "notices.calendar": by("admin"),
    "certificates.check": by(PUBLIC),
    "certificates.by_code": by(PUBLIC, of=every(sa.select(Certificate).order_by(Certificate.id), code="check_code")),
    "certificates.certificates": by("reviewer", "clerk", "worker"),
    "certificates.certificate": by("reviewer", "clerk", of=some(certificates.visible)),
    "certificates.printed": by("clerk", of=OWN_PRINTS),
    "seals.seals": by("organiser", "auditor"),
    "seals.seal": by("organiser", "auditor", of=every(sa.select(Seal))),
    # competitions
    "competitions.competitions": by(PUBLIC, "organiser"),
    "competitions.competition": (*by(PUBLIC, "organiser", of=in_each_state(Competition)), *by("worker", of=one(Competition))),
    "competitions.new_competition": by("organiser"),
    "competitions.edit_competition": by("organiser", of=editable(Competition)),
    "competitions.new_skill": by("organiser", of=editable(Competition)),
    "competitions.skill": (*by(PUBLIC, "organiser", of=in_each_state(Skill)), *by("chief", "encryption", "scorer", of=marked_skills)),
    "competitions.edit_skill": by("organiser", of=editable(Skill)),
    "officials.officials": by("organiser", of=in_each_state(Competition)),
    # entries and the draw
    "entries.own": by("worker", "judge1"),
    "entries.entry": (*by("leader", of=in_each_state(Entry)), *by("organiser", "worker", of=one(Entry))),
    "entries.correct": by("leader", of=editable(Entry)),
    "entries.enter": by("worker", "worker2", of=open_skill),
    "entries.entries": (*by("organiser", of=in_each_state(Skill)), *by("checkin", "encryption", of=marked_skills)),
    "entries.delegation": by("leader", of=delegations),
    "entries.enter_others": by("leader", of=open_delegation),
    "entries.preview": by("leader", of=own_drafts(ImportDraft)),
    "desk.desk": by("checkin", of=marked_skills),
    "draw.mapping": by("encryption", of=own_layers),
    "draw.decoding": by("chief", "arbiter", of=marked_skills),
    "draw.draw": (*by(PUBLIC, of=in_each_state(Skill)), *by("encryption", of=marked_skills)),
    # marking
    "schemes.schemes": by("organiser", "chief"),
    "schemes.scheme": (*by("organiser", of=some(visible_schemes, 4)), *by("chief", of=some(visible_schemes))),
    "schemes.new": by("organiser"),
    "schemes.take_over": by("organiser"),
    "schemes.draft": by("organiser", of=some(scheme_drafts)),
    "schemes.earlier": by("organiser"),
    "schemes.copy": by("organiser", of=some(visible_schemes)),
    "schemes.library": by("organiser", "judge1"),
    "schemes.new_version": by("organiser", of=some(own_schemes)),
    "schemes.changes": by("organiser", of=some(own_schemes)),
    "schemes.settings": by("organiser", of=some(own_schemes)),
    "schemes.practise": by("judge1", of=practice_forms),
    "schemes.apply": by("chief", of=version_to_apply),
    "schemes.criteria": by("organiser", of=some(own_schemes)),
    "schemes.new_sub_criterion": by("organiser", of=some(own_schemes), letter="A"),
    "schemes.sub_criterion": by("organiser", of=sub_criteria),
    "marking.desk": by("judge1", "chief", "scorer"),
    "marking.skill": by("chief", of=marked_skills),
    "marking.sheet": by("judge1", "chief", of=in_each_state(Sheet)),
    "locks.locks": by("chief", "arbiter", of=marked_skills),
    "locks.sealing": by("organiser", of=in_each_state(Skill, SkillFlow.marking, SkillFlow.publicity)),
    "locks.unit": by("chief", "judge1", of=in_each_state(LockUnit)),
    "recheck.rechecks": by("arbiter", of=marked_skills),
    "recheck.recheck": by("arbiter", "chief", of=in_each_state(Recheck)),
    "recheck.item": by("arbiter", of=every(sa.select(RecheckItem).order_by(RecheckItem.id))),
    "corrections.corrections": by("chief", "scorer", "arbiter", of=marked_skills),
    "marking.theory_marks": by("scorer", of=marked_skills),
    "panel.panel": (*by("organiser", of=in_each_state(Skill)), *by("chief", of=marked_skills), *by("chief", of=marked_skills, propose="1")),
    "panel.rules": by("organiser", of=in_each_state(Skill, SkillFlow.planned, SkillFlow.marking)),
    "panel.conflicts_of": by("organiser", "chief", "arbiter", of=in_each_state(Skill, SkillFlow.marking, SkillFlow.publicity)),
    "panel.conflict": by("organiser", "chief", "arbiter", of=in_each_state(JudgeConflict)),
    "panel.vacancy": by("chief", of=in_each_state(SeatVacancy)),
    "panel.rounds_of": by("chief", of=marked_skills),
    "panel.register": by("organiser", of=in_each_state(Competition)),
    "panel.judge": (*by("organiser", of=judges), *by("organiser", of=judges, words="a")),
    "panel.mine": by("judge1"),
    "devices.devices": by("chief", of=marked_skills),
    "handover.take_in": by("judge1"),
    "handover.outcome": by("judge1", of=own_hand_overs),
    "offline.shell": by(PUBLIC, "judge1"),
    "paper.desk": by("scorer", of=marked_skills),
    "paper.typing": by("scorer", "chief", of=in_each_state(Sheet, SheetFlow.open)),
    "pins.own_pin": by("judge1"),
    "pins.switch": by(PUBLIC, "judge1"),
    # results
    "results.results": by("organiser", of=in_each_state(Skill, *TALLIED)),
    "results.why": by("organiser", of=tallied_entries),
    "results.evidence_page": by("arbiter", of=in_each_state(Skill, *TALLIED)),
    "results.evidence_made": by("arbiter", of=EVIDENCE),
    "comparing.compare": by("arbiter", of=in_each_state(Skill, *TALLIED)),
    "comparing.methods": by("arbiter", of=in_each_state(Skill, *TALLIED)),
    "overall.overall": by("organiser", of=in_each_state(Competition)),
    "overall.rules": by("organiser", of=in_each_state(Competition)),
    "overall.public": by(PUBLIC, of=published_competitions),
    "honours.packs": by("reviewer"),
    "honours.pack": by("reviewer", pack_id="xuzhou/2023"),
    "honours.chosen": by("organiser", of=in_each_state(Competition)),
    "honours.skill": by("organiser", of=in_each_state(Skill, *TALLIED)),
    "results.own": by("worker", of=own_results),
    "results.public": by(PUBLIC, of=in_each_state(Skill, SkillFlow.publicity, SkillFlow.final)),
    "board.skill": by(PUBLIC, of=in_each_state(Skill, SkillFlow.marking, SkillFlow.publicity, SkillFlow.final)),
    "board.competition": by(PUBLIC, of=in_each_state(Competition, CompetitionFlow.under_way)),
    "board.results_of_competition": by(PUBLIC, of=in_each_state(Competition, CompetitionFlow.registration, CompetitionFlow.under_way)),
    "board.settings": (*by("organiser", of=in_each_state(Skill)), *by("chief", of=one(Skill))),
    # appeals
    "appeals.appeals": by("leader", "arbiter", "organiser", "reviewer"),
    "appeals.of_skill": (*by("leader", "chief", "arbiter", "organiser", of=in_each_state(Skill, *TALLIED)), *by("worker", of=one(Skill))),
    "appeals.new": by("leader", of=own_to_appeal),
    "appeals.edit": by("leader", of=editable(Appeal)),
    "appeals.appeal": (*by("leader", "arbiter", of=in_each_state(Appeal)), *by("arbiter2", "chief", "auditor", of=one(Appeal))),
    "appeals.new_revision": by("organiser", of=in_each_state(Skill, SkillFlow.final)),
    "appeals.edit_revision": by("organiser", of=editable(Revision)),
    "appeals.revision": (*by("organiser", "arbiter", of=in_each_state(Revision)), *by("leader", of=one(Revision))),
    "report.report": by("worker", of=own_results),
    "ceremony.ceremonies": by("organiser", of=in_each_state(Competition, CompetitionFlow.under_way)),
    "ceremony.presenter": by("organiser", of=in_each_state(Ceremony)),
    "ceremony.hall": by(PUBLIC, of=every(sa.select(Ceremony), code="code")),
    # recognition
    "recognition.programmes": by("clerk", "reviewer", "assessor1"),
    "recognition.programme": by("clerk", "reviewer", of=PROGRAMMES),
    "recognition.recognitions": by("clerk", "reviewer", "approver"),
    "recognition.recognition": (*by("clerk", of=in_each_state(DirectRecognition)), *by("assessor1", "reviewer", of=one(DirectRecognition))),
    "recognition.begin_recognition": by("clerk", of=in_each_state(Programme, ProgrammeFlow.accepted)),
    "recognition.edit_recognition": by("clerk", of=editable(DirectRecognition)),
    "recognition.upload": by("clerk", of=in_each_state(Programme, ProgrammeFlow.accepted)),
    "recognition.preview": by("clerk", of=own_drafts(DirectImport)),
    "recognition.panel": by("assessor1"),
    "recognition.offer": by("reviewer", of=in_each_state(RecognitionOffer)),
    # rewards
    "claims.claims": (*by("reviewer", "approver", "finance", "worker", "clerk"), *by("reviewer", state="paid")),
    "claims.claim": (*by("reviewer", of=in_each_state(Claim)), *by("worker", "finance", of=one(Claim))),
    "claims.why": by("reviewer", "worker", of=one(Claim)),
    "claims.account": by("worker", of=editable(Claim)),
    "claims.team": refused(409, by("reviewer", of=team_claims)),
    "claims.correct": by("reviewer", of=in_each_state(Claim, ClaimFlow.submitted)),
    "claims.new": by("worker"),
    "claims.apply": tuple(visit for kind in ASKED for visit in by("worker", kind=kind)),
    "claims.publicity": by("reviewer", "approver"),
    "clawbacks.clawbacks": by("finance", "auditor"),
    "clawbacks.clawback": by("reviewer", "worker2", of=one(Clawback)),
    "payments.batches": by("finance", "auditor"),
    "payments.batch": by("finance", "auditor", of=in_each_state(PaymentBatch)),
    "rewards.achievement": by("reviewer", "worker", of=some(achievements, 3)),
    "rewards.all_policies": by("admin", "reviewer"),
    "rewards.policy": by("admin", "finance", of=POLICIES),
}

# What answers with a file, with data for a program, or by leading elsewhere; the test looks that it is so.
NO_PAGES: dict[str, tuple[Visit, ...]] = {
    "board.competition_data": by(PUBLIC, of=in_each_state(Competition, CompetitionFlow.under_way)),
    "board.skill_data": by(PUBLIC, of=in_each_state(Skill, SkillFlow.final)),
    "actions.show": by("reviewer", of=some(lambda actor: sa.select(Claim)), kind="claim"),
    "appeals.archive_pdf": by("auditor", of=one(Competition)),
    "appeals.case_pdf": by("leader", of=one(Appeal)),
    "appeals.evidence": by("arbiter", of=every(sa.select(AppealEvidence), id="appeal_id", evidence_id="id")),
    "appeals.revision_evidence": by("organiser", of=every(sa.select(RevisionEvidence), id="revision_id", evidence_id="id")),
    "certificates.download": by("clerk", of=OWN_PRINTS),
    "certificates.paper": by("clerk", of=some(certificates.visible)),
    "claims.proof": by("reviewer", of=every(sa.select(Proof), id="claim_id", proof_id="id")),
    "claims.thread": by("reviewer", of=some(lambda actor: sa.select(Claim))),
    "report.paper": by("worker", of=own_results),
    "ceremony.hall_data": by(PUBLIC, of=every(sa.select(Ceremony), code="code")),
    "ceremony.version": by("organiser", of=one(Ceremony)),
    "competitions.occupation_options": by("organiser", occupation_label="电工"),
    "draw.lots": by("encryption", of=own_layers),
    "draw.sealed_list": by("encryption", of=own_layers),
    "locks.form": by("judge1", of=in_each_state(LockUnit, LockFlow.accepted)),
    "locks.paper": by("chief", of=every(sa.select(LockUnit).where(LockUnit.paper_file_id.is_not(None)))),
    "recheck.report": by("arbiter", of=in_each_state(Recheck)),
    "corrections.evidence": by("chief", of=every(sa.select(Correction).where(Correction.file_id.is_not(None)))),
    "draw.decoding_record": by("arbiter", of=in_each_state(Skill, *TALLIED)),
    "entries.seat_labels": by("organiser", of=in_each_state(Skill, SkillFlow.final)),
    "entries.start_list": by("organiser", of=in_each_state(Skill, SkillFlow.final), kind="xlsx"),
    "entries.template": by("leader"),
    "home.healthz": by(PUBLIC),
    "home.text_size": by(PUBLIC, size="large"),
    "devices.who": by(PUBLIC, "judge1"),
    "marking.standing": by("judge1", of=one(Sheet)),
    "marking.theory_template": by("scorer", of=marked_skills),
    "panel.matrix": by("chief", of=marked_skills),
    "offline.day": by("judge1"),
    "offline.worker": by(PUBLIC),
    "paper.printed_sheet": by("judge1", of=one(Sheet)),
    "paper.printed_sheets": by("scorer", of=sheets_to_print),
    "remarks.photo": by("judge1", of=every(sa.select(AspectPhoto).order_by(AspectPhoto.id))),
    "notices.paper": by(PUBLIC, of=NOTICES),
    "seals.picture": by("organiser", of=every(sa.select(Seal))),
    "payments.list_pdf": by("finance", of=in_each_state(PaymentBatch)),
    "payments.result_template": by("finance"),
    "recognition.evidence": by("clerk", of=every(sa.select(DirectEvidence), id="recognition_id", evidence_id="id")),
    "recognition.template": by("clerk"),
    "results.export": by("organiser", of=in_each_state(Skill, *TALLIED), format="xlsx"),
    "results.export_evidence": by("arbiter", of=in_each_state(Skill, *TALLIED)),
    "results.fetch_evidence": by("arbiter", of=EVIDENCE),
    "comparing.methods_file": by("arbiter", of=in_each_state(Skill, SkillFlow.final)),
    "overall.overall_file": by("organiser", of=in_each_state(Competition)),
    "overall.public_file": by(PUBLIC, of=published_competitions),
    "results.public_file": by(PUBLIC, of=in_each_state(Skill, SkillFlow.final), format="csv"),
    "rewards.all_evidence": by("auditor"),
    "schemes.export": by("organiser", of=some(visible_schemes)),
    "schemes.export_own": by("organiser", of=some(visible_schemes)),
    "schemes.template": by("organiser"),
}
