"""The season's recognitions: one enterprise files its programme and recognises its own people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, engine
from app.core.db import transaction
from app.demo.cast import Cast
from app.demo.passing import until
from app.demo.proof import attached
from app.recognition import commands
from app.recognition.models import DirectRecognition, Programme
from app.registry.models import Occupation, Person
from workflows.recognition import direct
from workflows.recognition.direct_flow import DirectFlow
from workflows.recognition.programme_flow import ProgrammeFlow

COVERED = {"6-31-01-03": (5, 4, 3), "6-20-01-01": (5, 4, 3, 2), "6-18-02-04": (5, 4)}
ASSESSORS = ("assessor1", "assessor2", "assessor3")


def day(month: int, day_of_month: int, hour: int = 9) -> datetime:
    return clock.at_local(date(2026, month, day_of_month), hour)


@dataclass(frozen=True)
class Case:
    """One recognition, and how far it has come."""

    kind: str
    occupation: str
    level: int
    until: str  # the state the story leaves it in


CASES = (
    Case("A", "6-31-01-03", 5, "issued"),
    Case("A", "6-31-01-03", 4, "issued"),
    Case("B", "6-20-01-01", 3, "issued"),
    Case("B", "6-20-01-01", 2, "issued"),
    Case("A", "6-18-02-04", 5, "issued"),
    Case("B", "6-31-01-03", 3, "issued"),
    Case("A", "6-20-01-01", 4, "publicity"),
    Case("A", "6-20-01-01", 5, "publicity"),
    Case("B", "6-31-01-03", 3, "passed"),
    Case("A", "6-18-02-04", 4, "submitted"),
    Case("A", "6-31-01-03", 4, "returned"),
    Case("B", "6-20-01-01", 3, "rejected"),
    Case("A", "6-31-01-03", 5, "draft"),
)


def file_programme(cast: Cast) -> None:
    """The enterprise puts its programme on file; the bureau asks for a supplement, gives the station code and accepts."""
    clerk, reviewer = cast.actor("clerk"), cast.actor("reviewer")
    with transaction() as session:
        programme = commands.begin_programme(session, session.merge(cast.organisations["hydro"], load=False), clerk, day(3, 3))
        commands.describe_programme(
            session,
            programme,
            clerk,
            day(3, 3),
            arrangements="设评审委员会；理论、实操与业绩结合；考评员与内部督导分设；试题由企业题库与行业题库抽取。",
            certificates_a_year=direct.CERTIFICATES_A_YEAR.value,
            panel_minimum=direct.PANEL_MINIMUM.value,
            publicity_days=direct.PUBLICITY_DAYS.value,
        )
        for code, levels in COVERED.items():
            commands.cover(session, programme, session.get_one(Occupation, code), levels, clerk, day(3, 3))
        engine.fire(session, programme, ProgrammeFlow.submit, clerk, day(3, 3, 14))
        engine.fire(session, programme, ProgrammeFlow.ask_supplement, reviewer, day(3, 5), "请补充内部督导人员名单")
        engine.fire(session, programme, ProgrammeFlow.resubmit, clerk, day(3, 6))
        commands.assign_station(session, programme, reviewer, day(3, 9), agency="0000", province="33", station="000326")
        engine.fire(session, programme, ProgrammeFlow.accept, reviewer, day(3, 9), "同意备案")


def recognise_staff(cast: Cast) -> None:
    """Thirteen of its people, each left where the story has come."""
    people = cast.workers_of("hydro")[: len(CASES)]
    with transaction() as session:
        programme = session.scalars(sa.select(Programme)).one()
        made = [(case, _begin(session, cast, programme, person.id, case)) for case, person in zip(CASES, people, strict=True)]
        commands.submit_all(session, [it for case, it in made if case.until != "draft"], cast.actor("clerk"), day(5, 8))
        for case, recognition in made:
            _decide(session, cast, case, recognition)
        _publish(session, cast, programme, [it for case, it in made if case.until == "issued"], day(5, 18))
    until(day(6, 1))
    with transaction() as session:
        programme = session.scalars(sa.select(Programme)).one()
        waiting = [session.get_one(DirectRecognition, it.id) for case, it in made if case.until == "publicity"]
        _publish(session, cast, programme, waiting, day(6, 11))


def _begin(session: Session, cast: Cast, programme: Programme, person_id: int, case: Case) -> DirectRecognition:
    clerk, ground = cast.actor("clerk"), direct.GROUNDS[case.kind]
    person = session.get_one(Person, person_id)
    content = commands.Content(
        kind=case.kind,
        occupation_code=case.occupation,
        level=case.level,
        employed_since=person.employed_since,
        is_front_line=ground.needs_front_line,
        basis="近三年生产业绩突出，解决现场工艺问题多项，质量考核全部合格。",
    )
    recognition = commands.begin_recognition(session, programme, person, content, clerk, day(5, 6))
    for evidence in ground.required:
        commands.attach(session, recognition, evidence.key, attached(session, evidence.title.zh, clerk, day(5, 6)), clerk, day(5, 6))
    return recognition


def _decide(session: Session, cast: Cast, case: Case, recognition: DirectRecognition) -> None:
    if case.until == "returned":
        engine.fire(session, recognition, DirectFlow.send_back, cast.actor("assessor1"), day(5, 11), "业绩证明缺少考核年度，请补充")
    if case.until not in ("issued", "publicity", "passed", "rejected"):
        return
    in_favour = case.until != "rejected"
    for login in ASSESSORS:
        reason = "业绩真实，技能达到该等级要求" if in_favour else "实操水平与高级工要求尚有差距"
        commands.vote(session, recognition, in_favour, reason, cast.actor(login), day(5, 13))
    step = DirectFlow.decide if in_favour else DirectFlow.reject
    engine.fire(session, recognition, step, cast.actor("assessor1"), day(5, 14), "" if in_favour else "多数评委认为业绩证明不足")


def _publish(session: Session, cast: Cast, programme: Programme, ready: Sequence[DirectRecognition], moment: datetime) -> None:
    commands.open_publicity(session, programme, ready, "人力资源部 0571-0000 0002", cast.actor("clerk"), moment + timedelta(hours=1))
