"""The demonstration's season as a test database: unfolded once, copied for whoever wants to look around in it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.accounts.models import Account
from app.certificates import queries as certificates
from app.certificates.printing import PRINT
from app.competitions.models import Competition, MarkingScheme, Skill
from app.competitions.planning import commands as planning
from app.competitions.results.bundling import JOB as EVIDENCE
from app.competitions.schemes import workbooks
from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.jobs import Job
from app.core.migrating import migrator
from app.demo import demonstration
from app.notices.models import Notice
from app.recognition.models import Programme
from tests.support.people import sign_in
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.publicity.notice_flow import NoticeFlow
from workflows.recognition.programme_flow import ProgrammeFlow
from workflows.roles import Role

PATIENCE = 300  # seconds another process may take to unfold it
SETTINGS: dict[str, Any] = {"CLOCK_CAN_MOVE": True, "RATELIMIT_ENABLED": False, "WAKE_WORKERS": False, "SHARED_ASKED_AGAIN": 0}


def unfolded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation with the whole season in it; of several test processes the first unfolds it, the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    instance, ready = shared / "season", shared / "season.ready"
    try:
        instance.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + PATIENCE
        while not ready.exists():
            if time.monotonic() > deadline:
                raise TimeoutError("the process that began to unfold the season did not finish") from None
            time.sleep(0.2)
        return instance
    _unfold(instance)
    ready.touch()
    return instance


@contextmanager
def opened(season: Path, instance: Path) -> Iterator[Flask]:
    """An office over a copy of *season*: its database, keys and files, its clock on the day the visitor arrives."""
    shutil.copytree(season, instance)
    app = create_app(instance, **SETTINGS)
    yield app
    with app.app_context():
        db.engine.dispose()


def account(login: str) -> Account:
    return db.session.scalars(sa.select(Account).where(Account.login == login)).one()


def cookie(app: Flask, address: str, login: str, **kept: Any) -> Any:
    """What a browser keeps after *login* has signed in at *address* (nobody, if empty), with *kept* beside it in the session."""
    with app.app_context():
        return cookie_of(app, address, account(login) if login else None, **kept)


def cookie_of(app: Flask, address: str, who: Account | None, **kept: Any) -> Any:
    """The same for an account."""
    session = kept | ({"_user_id": who.get_id(), "_fresh": True} if who else {})
    signing = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return {"name": "session", "value": signing.dumps(session), "url": address}


def leave_half_done(app: Flask) -> None:
    """What the season does not leave lying about: spreadsheets not decided on, a scheme and a competition begun, an objection, papers."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        people = "姓名,身份证号,手机号\n范本一,330122199001010017,13800000000\n范本二,330122199001010018,13800000000\n"
        skill = db.session.scalars(sa.select(Skill).join(Competition).where(Competition.is_in(CompetitionFlow.registration))).one()
        pens = min(account("leader").actor.ids(Role.TEAM_LEADER))
        _hand_in(app, "leader", f"/skills/{skill.id}/delegations/{pens}/import", people)

        staff = "姓名,身份证号,认定依据,职业,认定等级,业绩摘要\n范本一,330122199001010017,B,电工,四级,带班三年\n"
        programme = db.session.scalars(sa.select(Programme).where(Programme.is_in(ProgrammeFlow.accepted))).first()
        assert programme is not None
        _hand_in(app, "clerk", f"/recognition/programmes/{programme.id}/directs/import", staff)

        occupations = "职业编码,职业名称,小类名称,大类编码,大类名称\n4-99-99-99,范本职业,范本小类,4,社会生产服务和生活服务人员\n"
        _hand_in(app, "admin", "/lists/occupations/import", occupations)

        marked = sa.select(Skill.scheme_id).where(Skill.is_in(SkillFlow.marking))
        scheme = db.session.scalars(sa.select(MarkingScheme).where(MarkingScheme.id.in_(marked)).order_by(MarkingScheme.id)).first()
        assert scheme is not None
        book, keeper = workbooks.cis(scheme.rules), scheme.organisation_id
        _send(app, "organiser", f"/schemes/{scheme.id}/version", {"reason": "增加一项测量"})
        _send(app, "organiser", f"/schemes/{scheme.id}/release", {})
        _send(app, "organiser", "/schemes/import", {"organisation_id": keeper, "file": (BytesIO(book), "scheme.xlsx")})

        decided = db.session.scalars(sa.select(Skill).where(Skill.is_in(SkillFlow.final))).first()
        assert decided is not None
        _send(app, "organiser", f"/skills/{decided.id}/revisions/new", {"reason": "复核发现一处登记有误"})

        notice = db.session.scalars(sa.select(Notice).where(Notice.is_in(NoticeFlow.published))).first()
        assert notice is not None
        objection = {"name": "范本一", "contact": "0571-0000 0002", "reason": "名单中第一人的工作单位与事实不符，请核对。"}
        _send(app, "worker", f"/notices/{notice.id}/object", objection)

        next_year = {
            "name": "2027年桐庐县技能比武（筹备中）",
            "level": "county_1",
            "level_class": 1,
            "hosts": "桐庐县人力资源和社会保障局",
        }
        with transaction() as session:
            organiser = account("organiser").actor
            planned = planning.plan(session, organiser, clock.now(), min(organiser.ids(Role.ORGANISER)), next_year)
            planning.plan_skill(session, planned, organiser, clock.now(), {"code": "A", "name": "钳工", "occupation_code": "6-20-01-01"})

        papers = db.session.scalars(certificates.visible(account("clerk").actor)).all()
        _send(app, "clerk", "/certificates/print", {"id": [it.id for it in papers]})
        job = db.session.scalars(sa.select(Job).where(Job.name == PRINT)).one()
        jobs.run(job.id)
        decided = db.session.scalars(sa.select(Skill).where(Skill.is_in(SkillFlow.final)).order_by(Skill.id)).first()
        assert decided is not None
        _send(app, "arbiter", f"/skills/{decided.id}/evidence", {})
        jobs.run(db.session.scalars(sa.select(Job.id).where(Job.name == EVIDENCE)).one())
    app.config["WTF_CSRF_ENABLED"] = True


def _hand_in(app: Flask, login: str, address: str, table: str) -> None:
    """Upload *table* as a CSV file, as *login*."""
    _send(app, login, address, {"file": (BytesIO(table.encode("utf-8-sig")), "名单.csv")})


def _send(app: Flask, login: str, address: str, form: dict[str, Any]) -> None:
    client = sign_in(app.test_client(), account(login))
    with app.app_context():  # of its own: whoever was asked for before must not be remembered
        answer = client.post(address, data=form)
    assert answer.status_code in (302, 303), answer.get_data(as_text=True)
    db.session.rollback()  # what comes next sees what was just written


def _unfold(instance: Path) -> None:
    app = create_app(instance, **SETTINGS)
    with app.app_context():
        migrator(app).upgrade()
        demonstration.load(season_too=True)
        db.session.rollback()
        with db.engine.connect() as connection:
            connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()
