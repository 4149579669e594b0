"""The season's competitions, told through the commands of the slice."""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.ceremony.commands import prepare
from app.competitions.corrections import commands as correcting
from app.competitions.corrections.commands import Proposal
from app.competitions.draw import commands as drawing
from app.competitions.draw.queries import outside_in
from app.competitions.entries import commands as entries
from app.competitions.locks import commands as locking
from app.competitions.marking import commands as marking
from app.competitions.marking.recording import NewMark, record_marks
from app.competitions.models import Aspect, Competition, Entry, Sheet, Skill
from app.competitions.officials.commands import appoint
from app.competitions.planning import commands as planning
from app.competitions.recheck import commands as rechecking
from app.competitions.results import commands as results
from app.competitions.schemes import commands as schemes
from app.core import clock, engine
from app.core.actor import Actor
from app.core.db import transaction
from app.demo import judging, marking_desk
from app.demo.cast import SEED, Cast
from app.demo.celebrating import hold_ceremonies, seal_papers
from app.demo.passing import until
from app.demo.proof import attached
from app.demo.schemes import ELECTRICIAN, FITTER, WELDER, scheme_of, web_scheme
from app.registry.models import Person
from workflows.competition import codes, prizes
from workflows.competition.aspects import entry_of
from workflows.competition.code_flow import CodeLayerFlow
from workflows.competition.codes import Layer
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.correction_flow import CorrectionFlow
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.lock_flow import LockFlow
from workflows.competition.panels import PanelRules
from workflows.competition.recheck_flow import RecheckFlow
from workflows.competition.scheme import MarkingScheme
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

OFFICIALS = (
    ("chief", Role.CHIEF_JUDGE),
    ("encryption", Role.ENCRYPTION_JUDGE),
    ("seals2", Role.ENCRYPTION_JUDGE),
    ("seals3", Role.ENCRYPTION_JUDGE),
    ("scorer", Role.SCORER),
    ("checkin", Role.CHECK_IN),
    ("arbiter", Role.ARBITER),
    ("arbiter2", Role.ARBITER),
    ("arbiter3", Role.ARBITER),
)
ENCRYPTION = ("encryption", "seals2", "seals3")
JUDGES = ("judge1", "judge2", "judge3")


def day(month: int, day_of_month: int, hour: int = 9) -> datetime:
    return clock.at_local(date(2026, month, day_of_month), hour)


@dataclass(frozen=True)
class Plan:
    """A skill to be held: its plan as the form gives it, its scheme, and how many take part."""

    values: dict[str, Any]
    scheme: MarkingScheme
    competitors: Sequence[Person]
    judges: Sequence[str] = JUDGES
    is_released: bool = False


def decide_municipal(cast: Cast) -> None:
    """A municipal competition: the fitters (47, prizes 1/3/6) are decided, the electricians (18) before the public."""
    plans = (
        Plan(
            {
                "code": "A",
                "name": "钳工",
                "occupation_code": "6-20-01-01",
                "document_level": 3,
                "tie_break": ["practice", "module:B", "theory", "chief_judge"],
                "unshared_places": [[1, 3]],
                "prizes": prizes.fixed(1, 3, 6, money=(5000, 3000, 2000)).as_data(),
                "promotion": {"first": 2, "second": 3, "third": 3},
                "appeal_rules": {"publicity_again": "never"},
            },
            scheme_of("钳工", FITTER),
            cast.workers[:47],
        ),
        Plan(
            {
                "code": "B",
                "name": "电工",
                "occupation_code": "6-31-01-03",
                "document_level": 3,
                "tie_break": ["practice", "theory", "chief_judge"],
                "unshared_places": [[1, 3]],
                "prizes": prizes.fixed(1, 2, 3, money=(5000, 3000, 2000)).as_data(),
                "promotion": {"first": 3},
                "appeal_rules": {"window": 5 * 24 * 60, "starts": "publication", "source": "杭技竞办〔2026〕3号：成绩公布后五日内"},
            },
            scheme_of("电工", ELECTRICIAN),
            cast.workers[47:65],
        ),
    )
    values = {
        "name": "2026年杭州市装备制造业职工职业技能竞赛",
        "level": "municipal_1",
        "level_class": 1,
        "document_no": "杭技竞办〔2026〕3号",
        "hosts": "杭州市人力资源和社会保障局、杭州市总工会",
        "place": "桐庐技师学院实训中心",
        "description": "面向全市装备制造企业在职职工，理论与实操分别计分。",
        "contact": "竞赛办 0571-0000 0001",
        "honour_packs": ["zhejiang/2016"],
        "registration_opens_at": day(3, 16),
        "registration_closes_at": day(4, 10, 17),
        "starts_at": day(4, 18, 8),
        "ends_on": date(2026, 4, 19),
    }
    competition = announce(cast, values, plans, submitted=day(3, 4), announced=day(3, 9))
    enter(cast, competition, plans, day(3, 20))
    until(day(4, 10, 18))
    fitters, electricians = begin(cast, competition, day(4, 18, 8))
    mark(cast, fitters, day(4, 18, 10), share=1)
    correct(cast, fitters, day(4, 19))
    decide(cast, fitters, day(4, 20))
    until(day(6, 1))
    mark(cast, electricians, day(6, 9), share=1)
    decide(cast, electricians, day(6, 11))
    hold_ceremonies(cast, competition, day(6, 11, 15))
    seal_papers(cast, day(6, 11, 16))


def mark_county(cast: Cast) -> None:
    """A county competition by the WorldSkills method, with the structure of a real scheme; the judges are in the middle of it."""
    plan = Plan(
        {
            "code": "W",
            "name": "网站设计与开发",
            "occupation_code": "4-04-05-01",
            "document_level": 3,
            "code_layers": 3,
            "method": "worldskills",
            "theory_weight": Decimal(0),
            "practice_weight": Decimal(100),
            "medal_rule": "exact",
            "panel_rules": PanelRules(coordinators=1).as_data(),
            "prizes": prizes.PrizeScheme(
                "scale",
                tuple(prizes.Prize(award, money=Decimal(yuan)) for award, yuan in (("gold", 3000), ("silver", 2000), ("bronze", 1000))),
            ).as_data(),
        },
        web_scheme(),
        cast.workers[65:77],
    )
    values = {
        "name": "桐庐县第六届职业技能大赛",
        "level": "county_1",
        "level_class": 1,
        "document_no": "桐技竞〔2026〕2号",
        "hosts": "桐庐县人力资源和社会保障局、桐庐县总工会",
        "place": "桐庐技师学院信息楼",
        "contact": "竞赛办 0571-0000 0001",
        "honour_packs": ["zhejiang/2016"],
        "registration_opens_at": day(5, 6),
        "registration_closes_at": day(5, 29, 17),
        "starts_at": day(6, 13, 8),
        "ends_on": date(2026, 6, 15),
    }
    competition = announce(cast, values, (plan,), submitted=day(4, 27), announced=day(4, 29))
    judging.make_up_panel(cast, competition, day(4, 30))
    enter(cast, competition, (plan,), day(5, 12))
    until(day(6, 12))
    judging.override_one_conflict(cast, competition, day(6, 12))
    for skill in begin(cast, competition, day(6, 13, 8)):
        mark(cast, skill, day(6, 14, 8), share=0.6)
        judging.go_on_with_another_judge(cast, skill, day(6, 14, 18))
        judging.differ(cast, skill, day(6, 14, 19))
        marking_desk.lay_out(cast, skill, day(6, 15, 8))


def decode_trials(cast: Cast) -> None:
    """The county's trials by the WorldSkills method: decoded, with scale and medals, and a ceremony prepared whose end publishes them."""
    plan = Plan(
        {
            "code": "T",
            "name": "电气装置",
            "occupation_code": "6-31-01-03",
            "document_level": 3,
            "method": "worldskills",
            "theory_weight": Decimal(0),
            "practice_weight": Decimal(100),
            "medal_rule": "exact",
            "prizes": prizes.PrizeScheme("scale", tuple(prizes.Prize(award) for award in ("gold", "silver", "bronze"))).as_data(),
        },
        scheme_of("电气装置", ELECTRICIAN),
        cast.workers[:10],
        ("judge1", "judge3", "judge4"),  # the second judge works with some of these competitors
    )
    values = {
        "name": "桐庐县第48届世界技能大赛选拔赛",
        "level": "county_2",
        "level_class": 2,
        "hosts": "桐庐县人力资源和社会保障局",
        "place": "桐庐技师学院电气楼",
        "contact": "竞赛办 0571-0000 0001",
        "registration_opens_at": day(5, 11),
        "registration_closes_at": day(6, 5, 17),
        "starts_at": day(6, 12, 8),
        "ends_on": date(2026, 6, 12),
    }
    organiser = cast.actor("organiser")
    competition = announce(cast, values, (plan,), submitted=day(5, 6), announced=day(5, 8))
    enter(cast, competition, (plan,), day(5, 14))
    for skill_id in begin(cast, competition, day(6, 12, 8)):
        mark(cast, skill_id, day(6, 12, 9), share=1)
        with transaction() as session:
            skill = session.get_one(Skill, skill_id)
            tally_and_decode(session, cast, skill, day(6, 12, 18))
            prepare(session, skill.competition, organiser, day(6, 14), title="选拔赛颁奖", order="by_skill", skills=[skill.id])


def open_enterprise(cast: Cast) -> None:
    """A county skill that takes entries now: six places, all taken, two waiting, one sent back."""
    plan = Plan(
        {
            "code": "H",
            "name": "焊工",
            "occupation_code": "6-18-02-04",
            "document_level": 4,
            "quota": 6,
            "tie_break": ["practice", "theory"],
            "prizes": prizes.PrizeScheme(
                "quota", tuple(prizes.Prize(a, share=Decimal(s)) for a, s in (("first", 10), ("second", 20), ("third", 30)))
            ).as_data(),
        },
        scheme_of("焊工", WELDER),
        cast.workers[77:87],
        (*JUDGES, "judge4", "judge5"),
        is_released=True,
    )
    values = {
        "name": "2026年桐庐县焊接岗位练兵技能比武",
        "level": "county_2",
        "level_class": 2,
        "hosts": "桐庐县总工会",
        "place": "富春江起重机械有限公司焊接车间",
        "contact": "竞赛办 0571-0000 0001",
        "registration_opens_at": day(6, 8),
        "registration_closes_at": day(6, 30, 17),
        "starts_at": day(7, 11, 8),
        "ends_on": date(2026, 7, 12),
    }
    competition = announce(cast, values, (plan,), submitted=day(6, 1), announced=day(6, 3))
    moment = day(6, 10)
    until(moment)
    with transaction() as session:
        skill = session.get_one(Competition, competition).live_skills[0]
        made = _enter_all(session, cast, skill, plan.competitors, moment)
        organiser = cast.actor("organiser")
        for entry in made[:6]:
            engine.fire(session, entry, EntryFlow.accept, organiser, moment)
        for entry in made[6:8]:
            engine.fire(session, entry, EntryFlow.put_on_waiting_list, organiser, moment)
        engine.fire(session, made[8], EntryFlow.send_back, organiser, moment, "请补充本职业工作年限")


# ── the steps every competition takes ───────────────────────────────────────────────────────────────────────────────


def announce(cast: Cast, values: dict[str, Any], plans: Sequence[Plan], *, submitted: datetime, announced: datetime) -> int:
    """Plan, have it approved, appoint the officials, announce; the competition's id."""
    organiser, organisation = cast.actor("organiser"), cast.organisations["organiser"]
    with transaction() as session:
        competition = planning.plan(session, organiser, submitted, organisation.id, values)
        for plan in plans:
            scheme = schemes.import_scheme(
                session, organiser, organisation.id, plan.scheme.title, plan.scheme, submitted, partial=False, source="演示"
            )
            scheme.occupation_code = plan.values["occupation_code"]
            if plan.is_released:
                schemes.release(session, scheme, organiser, submitted)
            planning.plan_skill(session, competition, organiser, submitted, {"scheme_id": scheme.id} | plan.values)
        session.flush()
        session.refresh(competition, ["skills"])
        engine.fire(session, competition, CompetitionFlow.submit, organiser, submitted)
        engine.fire(session, competition, CompetitionFlow.approve, cast.actor("reviewer"), submitted + timedelta(days=1), "同意立项")
        for login, role in OFFICIALS:
            appoint(session, organiser, competition, cast.accounts[login], role, announced)
        panels = {plan.values["code"]: plan.judges for plan in plans}
        for skill in competition.live_skills:
            for login in panels[skill.code]:
                appoint(session, organiser, competition, cast.accounts[login], Role.JUDGE, announced, skill=skill)
        engine.fire(session, competition, CompetitionFlow.announce, organiser, announced)
        id_ = competition.id
        for login in {*itertools.chain(*panels.values()), *(login for login, _role in OFFICIALS)}:
            session.refresh(cast.accounts[login], ["grants"])
    return id_


def enter(cast: Cast, competition: int, plans: Sequence[Plan], moment: datetime) -> None:
    """The delegation's leader enters everybody, the organiser accepts them."""
    until(moment)
    with transaction() as session:
        skills = session.get_one(Competition, competition).live_skills
        for skill, plan in zip(skills, plans, strict=True):
            made = _enter_all(session, cast, skill, plan.competitors, moment)
            entries.take_all(session, made, EntryFlow.accept, cast.actor("organiser"), moment + timedelta(days=2))


def _enter_all(session: Session, cast: Cast, skill: Skill, people: Sequence[Person], moment: datetime) -> list[Entry]:
    leader = cast.actor("leader")
    made = []
    for person in (session.merge(person, load=False) for person in people):
        entry = entries.enter(session, leader, skill, [person], moment, organisation=person.employer)
        engine.fire(session, entry, EntryFlow.submit, leader, moment)
        made.append(entry)
    return made


def begin(cast: Cast, competition: int, moment: datetime) -> list[int]:
    """Check everybody in (one is absent), draw by a seed announced before, and start the marking; the skills' ids."""
    until(moment)
    with transaction() as session:
        held = session.get_one(Competition, competition)
        engine.fire(session, held, CompetitionFlow.start, cast.actor("organiser"), moment)
        desk = cast.actor("checkin")
        for skill in held.live_skills:
            for number, entry in enumerate(skill.entries):
                step = EntryFlow.mark_absent if number == 12 and len(skill.entries) < 47 else EntryFlow.check_in
                engine.fire(session, entry, step, desk, moment)
            _draw_codes(session, cast, skill, moment)
            engine.fire(session, skill, SkillFlow.start_marking, cast.actor("chief"), moment + timedelta(hours=1))
        return [skill.id for skill in held.live_skills]


def _draw_codes(session: Session, cast: Cast, skill: Skill, moment: datetime) -> None:
    """Every layer committed to beforehand, drawn by its own encryption judge, and sealed before the arbiter."""
    used = codes.layers(skill.code_layers)
    drawers = {kind: cast.actor(login) for kind, login in zip(used, ENCRYPTION, strict=False)}
    for kind, drawer in drawers.items():
        drawing.begin(session, skill, kind, drawer, moment - timedelta(hours=1), f"{skill.competition.name}/{skill.code}/{kind.key}")
    session.refresh(skill, ["layers"])
    for layer in skill.layers:
        if layer.kind is Layer.SEAT:
            engine.fire(session, skill, SkillFlow.draw, drawers[layer.kind], moment)
        else:
            engine.fire(session, layer, CodeLayerFlow.draw, drawers[layer.kind], moment)
        engine.fire(session, layer, CodeLayerFlow.seal, cast.actor("arbiter"), moment)


def _decode(session: Session, cast: Cast, skill: Skill, moment: datetime) -> None:
    """The chief judge asks, the arbiter opens the layers from the outside in."""
    engine.fire(session, skill, SkillFlow.request_decoding, cast.actor("chief"), moment)
    for layer in outside_in(skill):
        engine.fire(session, layer, CodeLayerFlow.open, cast.actor("arbiter"), moment)
    engine.fire(session, skill, SkillFlow.decode, cast.actor("arbiter"), moment)


def mark(cast: Cast, skill_id: int, moment: datetime, *, share: float) -> None:
    """The judges mark *share* of the sheets, sign them, and the chief judge locks them; theory papers are entered."""
    chance = random.Random(f"{SEED}/{skill_id}")
    judges = judges_by_account(cast)
    pace = timedelta(seconds=20 if share == 1 else 90)  # from one sheet to the next; what is decided must be done by the evening
    with transaction() as session:
        skill = session.get_one(Skill, skill_id)
        gift = {entry.id: chance.gauss(0.72, 0.12) for entry in skill.entries}
        sheets = list(session.scalars(sa.select(Sheet).where(Sheet.skill_id == skill_id).order_by(Sheet.entry_id, Sheet.id)))
        for place, sheet in enumerate(sheets[: round(len(sheets) * share)]):
            at = moment + place * pace
            _mark_sheet(session, sheet, judges, gift[sheet.entry_id], chance, at)
            _sign_and_lock(session, sheet, judges, cast.actor("chief"), at)
        if share == 1:
            panel = [judges[seat.account_id] for seat in skill.panel]
            _accept(session, skill, panel, cast.actor("chief"), moment + timedelta(hours=8))
        if skill.theory_weight:
            present = [entry.id for entry in skill.entries if entry.is_in(EntryFlow.checked_in)]
            papers = {entry: Decimal(round(min(100, max(30, chance.gauss(78, 9))) * 2)) / 2 for entry in present}
            marking.enter_theory(session, skill, cast.actor("scorer"), papers, "", moment)


def judges_by_account(cast: Cast) -> dict[int, Actor]:
    return {account.id: account.actor for account in cast.accounts.values()}


def _mark_sheet(session: Session, sheet: Sheet, judges: Mapping[int, Actor], gift: float, chance: random.Random, moment: datetime) -> None:
    """Every seat of the sheet by whoever holds it; the first also puts down what was measured."""
    aspects = sheet.sub_criterion.aspects
    for seat, account_id in sheet.held_by.items():
        marks = []
        for aspect in aspects:
            if aspect.kind == "judgement":
                value = Decimal(min(3, max(0, round(gift * 3 + chance.gauss(0, 0.2)))))
            elif seat == 1:
                value = _measured(aspect, gift, chance)
            else:
                continue
            place = seat if aspect.kind == "judgement" else 0
            marks.append(NewMark(_mark_id(chance), aspect.id, place, 0, value, moment, device="平板 " + str(seat)))
        if marks:
            record_marks(session, sheet, judges[account_id], marks, moment)
    session.expire(sheet, ["marks"])


def _measured(aspect: Aspect, gift: float, chance: random.Random) -> Decimal:
    """What the panel finds: of the choices one as good as the work, of full and nothing one of the two."""
    choices = [value for value, _label in entry_of(aspect).choices]
    if len(choices) <= 2:
        return aspect.max_mark if chance.random() < gift else Decimal(0)
    best = sorted(choices, key=lambda value: aspect.method.mark([value], aspect.max_mark))
    return best[min(len(best) - 1, max(0, round(chance.gauss(gift, 0.15) * (len(best) - 1))))]


def _mark_id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _sign_and_lock(session: Session, sheet: Sheet, judges: Mapping[int, Actor], chief: Actor, moment: datetime) -> None:
    if list(sheet.open_differences):
        return
    for account_id in sheet.held_by.values():
        marking.sign(session, sheet, judges[account_id], moment, digest=sheet.digest)
    engine.fire(session, sheet, SheetFlow.lock, chief, moment + timedelta(minutes=30))


def _accept(session: Session, skill: Skill, judges: Sequence[Actor], chief: Actor, moment: datetime) -> None:
    """Every sub criterion of the day is locked, and accepted by the judges on their tablets."""
    locking.lock_complete(session, skill, chief, moment)
    for unit in skill.units:
        if unit.is_in(LockFlow.locked):
            digest = unit.digest
            for judge in judges:
                locking.sign(session, unit, judge, moment, digest=digest)
            if unit is skill.units[0]:
                locking.take_in_paper(session, unit, chief, moment, attached(session, "签字的成绩确认表", chief, moment))
            engine.fire(session, unit, LockFlow.accept, chief, moment)


def _recheck(session: Session, cast: Cast, skill: Skill, moment: datetime) -> None:
    """The arbiter rechecks the best and a sample, and finds everything as it should be."""
    arbiter = cast.actor("arbiter")
    recheck = rechecking.begin(session, skill, arbiter, moment, f"{skill.competition.name}/{skill.code}/recheck")
    engine.fire(session, recheck, RecheckFlow.draw, arbiter, moment)
    for item in recheck.items:
        rechecking.find(session, item, arbiter, moment, aspect_id=None, mark=None, reason="")
    engine.fire(session, recheck, RecheckFlow.finish, arbiter, moment)


def correct(cast: Cast, skill_id: int, moment: datetime) -> None:
    """A penalty proposed by the scorer with its record, approved by the arbiter."""
    scorer = cast.actor("scorer")
    with transaction() as session:
        skill = session.get_one(Skill, skill_id)
        code = max(entry.code for entry in skill.entries)
        said = Proposal("penalty", code, "", Decimal("1.00"), "未按规程佩戴护目镜，经提醒未改正")
        proof = attached(session, "现场违规记录", scorer, moment)
        correction = correcting.propose(session, skill, scorer, said, moment, file=proof)
        engine.fire(session, correction, CorrectionFlow.approve, cast.actor("arbiter"), moment + timedelta(minutes=20))


def tally_and_decode(session: Session, cast: Cast, skill: Skill, moment: datetime) -> None:
    """From the last mark to the names: tallied, rechecked, decoded before the arbiter."""
    engine.fire(session, skill, SkillFlow.tally, cast.actor("scorer"), moment)
    _recheck(session, cast, skill, moment + timedelta(minutes=30))
    _decode(session, cast, skill, moment + timedelta(hours=1))


def decide(cast: Cast, skill_id: int, moment: datetime) -> None:
    """Tally, decode in front of the arbiter, and put the list before the public."""
    organiser = cast.actor("organiser")
    with transaction() as session:
        skill = session.get_one(Skill, skill_id)
        tally_and_decode(session, cast, skill, moment)
        results.draw_up_list(session, skill, organiser, moment + timedelta(hours=2), full_names=False)
        engine.fire(session, skill, SkillFlow.publish, organiser, moment + timedelta(hours=2))
