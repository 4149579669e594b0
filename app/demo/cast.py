"""The people and organisations of the demonstration.  Nobody here exists; every number is valid in form and made up.

Everything follows from one fixed random seed, so that two demonstrations are alike to the last digit.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session
from stdnum.cn import ric, uscc

from app.accounts import commands as accounts
from app.accounts.models import Account
from app.core.actor import Actor, Grant
from app.registry import commands as registry
from app.registry import importing
from app.registry.commands import OrganisationData, PersonData
from app.registry.models import Organisation, Person
from workflows.roles import Role

SEED = 2021_7
PASSWORD = "jiangbang-demo"  # told to whoever starts the demonstration

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎段雷黎史龙陶贺顾毛郝龚邵万覃武钱戴严莫孔向常"
    "汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英建华文辉玲鑫波斌宇浩凯健俊帆峰琳雪婷旭宁倩志远思远晓东"
    "海燕春梅国庆立新永康家豪子涵雨桐梓萱一鸣嘉诚振宇佳怡浩然欣怡俊杰诗涵天佑雅静"
)

ORGANISATIONS = (
    ("bureau", "桐庐县人力资源和社会保障局", "bureau"),
    ("organiser", "桐庐县职业技能竞赛组委会办公室", "institution"),
    ("pens", "桐庐分水制笔有限公司", "enterprise"),
    ("crane", "富春江起重机械有限公司", "enterprise"),
    ("hydro", "富春江水电设备有限公司", "enterprise"),
    ("knitting", "桐庐横村针织有限公司", "enterprise"),
    ("express", "桐庐快递装备科技有限公司", "enterprise"),
    ("medical", "桐庐内窥镜医疗器械有限公司", "enterprise"),
    ("college", "桐庐技师学院", "school"),
)
EMPLOYERS = ("pens", "crane", "hydro", "knitting", "express", "medical")


@dataclass(frozen=True)
class Cast:
    """Who plays in the season."""

    organisations: dict[str, Organisation]
    accounts: dict[str, Account]
    workers: list[Person]
    password_hash: str

    def actor(self, login: str) -> Actor:
        return self.accounts[login].actor

    def workers_of(self, key: str) -> list[Person]:
        return [person for person in self.workers if person.employer_id == self.organisations[key].id]


# login, name, role, what it is held on ("" the system, "org:key" an organisation; competition roles are appointed in the season)
STAFF = (
    ("admin", "蒋管理", Role.ADMINISTRATOR, ""),
    ("reviewer", "方经办", Role.REVIEWER, ""),
    ("approver", "潘审核", Role.APPROVER, ""),
    ("finance", "钱会计", Role.FINANCE, ""),
    ("finance2", "俞出纳", Role.FINANCE, ""),
    ("auditor", "严审计", Role.AUDITOR, ""),
    ("organiser", "申屠组委", Role.ORGANISER, "organiser"),
    ("leader", "皇甫领队", Role.TEAM_LEADER, "pens"),
    ("clerk", "章人事", Role.CLERK, "hydro"),
    ("assessor1", "孟考评", Role.ASSESSOR, "hydro"),
    ("assessor2", "季考评", Role.ASSESSOR, "hydro"),
    ("assessor3", "柯考评", Role.ASSESSOR, "hydro"),
    ("chief", "柴裁判长", None, ""),
    ("judge1", "濮裁判", None, ""),
    ("judge2", "翁裁判", None, ""),
    ("judge3", "麻裁判", None, ""),
    ("encryption", "封加密", None, ""),
    ("seals2", "管加密", None, ""),
    ("seals3", "印加密", None, ""),
    ("scorer", "计计分", None, ""),
    ("checkin", "甄检录", None, ""),
    ("arbiter", "仲仲裁", None, ""),
    ("judge4", "宓协调", None, ""),
    ("judge5", "储后备", None, ""),
    ("arbiter2", "公仲裁", None, ""),
    ("arbiter3", "平仲裁", None, ""),
)

FOUNDER = Actor(name="演示载入", grants=frozenset({Grant(Role.ADMINISTRATOR), Grant(Role.REVIEWER)}))


def gather(session: Session, now: datetime, password_hash: str, workers: int = 96) -> Cast:
    """Put everybody on the registers and give the staff their roles."""
    chance = random.Random(SEED)  # alike on every machine, not secret
    importing.load_starters(session)
    organisations = {
        key: registry.create_organisation(
            session,
            FOUNDER,
            now,
            OrganisationData(
                name=name,
                credit_code=_credit_code(chance),
                kind=kind,
                division_code="330122",
                address="浙江省杭州市桐庐县",
                bank_name="桐庐农商银行",
                bank_account=f"201000{chance.randrange(10**9):09d}",
            ),
        )
        for key, name, kind in ORGANISATIONS
    }
    session.flush()
    cast = Cast(organisations, {}, [], password_hash)
    for login, name, role, on in STAFF:
        account = _account(session, now, password_hash, login, name)
        cast.accounts[login] = account
        if role is not None:
            accounts.grant(session, FOUNDER, account, role, organisations[on].id if on else 0, now, "演示")
    for key in EMPLOYERS[1:]:  # the county's delegation has one leader for all its firms
        accounts.grant(session, FOUNDER, cast.accounts["leader"], Role.TEAM_LEADER, organisations[key].id, now, "演示")
    for number in range(workers):
        employer = organisations[EMPLOYERS[number % len(EMPLOYERS)]]
        cast.workers.append(_worker(session, now, chance, number, employer))
    session.flush()
    for account in cast.accounts.values():
        session.refresh(account, ["grants"])
    return cast


def give_account(session: Session, cast: Cast, login: str, person: Person, now: datetime) -> None:
    """Let one of the workers sign in."""
    cast.accounts[login] = _account(session, now, cast.password_hash, login, person.name, person.id)
    session.flush()


def _account(session: Session, now: datetime, password_hash: str, login: str, name: str, person_id: int | None = None) -> Account:
    account = accounts.create(session, FOUNDER, now, login=login, name=name, password_hash=password_hash, person_id=person_id)
    account.must_change_password = False
    return account


def _worker(session: Session, now: datetime, chance: random.Random, number: int, employer: Organisation) -> Person:
    born = date(1972, 1, 1) + timedelta(days=chance.randrange(30 * 365))
    return registry.create_person(
        session,
        FOUNDER,
        now,
        PersonData(
            name=made_up_name(chance),
            id_number=id_number(born, number),
            phone=f"13{chance.randrange(10)}{chance.randrange(10**8):08d}",
            employer_id=employer.id,
            employed_since=max(date(2010, 3, 1), date(born.year + 20, 7, 1)),
            position=chance.choice(("操作工", "班组长", "维修工", "装配工", "工艺员")),
            bank_name="桐庐农商银行",
            bank_account=made_up_card(chance),
        ),
    )


def made_up_name(chance: random.Random) -> str:
    given = "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))
    return chance.choice(SURNAMES) + given


def id_number(born: date, number: int) -> str:
    body = f"330122{born:%Y%m%d}{number % 999 + 1:03d}"
    return body + ric.calc_check_digit(body + "0")


def _credit_code(chance: random.Random) -> str:
    body = "91330122" + "MA" + "".join(chance.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(7))
    return body + uscc.calc_check_digit(body)


def made_up_card(chance: random.Random) -> str:
    """A bank card number whose last digit is right (Luhn)."""
    body = "622858" + "".join(str(chance.randrange(10)) for _ in range(12))
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
    return body + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)
