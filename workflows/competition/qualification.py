"""What a judge should bring: years, level or title, terms served, a valid certificate.  Rules are data; what is lacking is a warning.

The rules differ from one public call to the next, so nothing here refuses anybody: whoever appoints sees what is lacking and the source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from workflows.roles import Role
from workflows.text import Text

# From the lowest up: 职业技能等级 and 专业技术职称.
LEVELS: Mapping[str, Text] = {
    "junior": Text("初级工", "Junior worker"),
    "intermediate": Text("中级工", "Intermediate worker"),
    "senior": Text("高级工", "Senior worker"),
    "technician": Text("技师", "Technician"),
    "senior_technician": Text("高级技师", "Senior technician"),
    "special": Text("特级技师", "Special-grade technician"),
    "chief": Text("首席技师", "Chief technician"),
}
TITLES: Mapping[str, Text] = {
    "assistant": Text("初级职称", "Junior title"),
    "intermediate": Text("中级职称", "Intermediate title"),
    "associate_senior": Text("副高级职称", "Associate senior title"),
    "senior": Text("正高级职称", "Senior title"),
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a role asks for: one of level and title, years in the trade, terms served.  `oldest`: age in full years, None for no limit."""

    level: str
    title: str
    years: int = 0
    terms: int = 0
    oldest: int | None = None
    source: str = ""


# The call for judges of Yibin, December 2025 (rsj.yibin.gov.cn): a chief judge has five years in the trade and is senior technician or
# associate senior; a judge has judged twice at municipal or industry level and is technician or of intermediate title.  At most 65 years:
# 全国职业院校技能大赛专家和裁判工作管理办法 (2014), there of experts.
REQUIREMENTS: Mapping[Role, Requirement] = {
    Role.CHIEF_JUDGE: Requirement("senior_technician", "associate_senior", years=5, oldest=65, source="宜宾市 2025 年裁判长遴选公告"),
    Role.JUDGE: Requirement("technician", "intermediate", terms=2, oldest=65, source="宜宾市 2025 年裁判员遴选公告"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """What the register says of a judge."""

    level: str = ""
    title: str = ""
    years: int = 0
    terms: int = 0
    born: date | None = None
    certificate_no: str = ""
    certificate_until: date | None = None
    occupations: Collection[str] = ()


def doubts(card: Card | None, role: Role, on: date, occupation: str | None = None) -> list[Text]:
    """What *card* lacks for *role* on that day, for a skill of that occupation; empty where it lacks nothing or nothing is asked."""
    asked = REQUIREMENTS.get(role)
    if asked is None:
        return []
    if card is None:
        return [Text("未登记执裁资格", "No qualification on the register")]
    found = []
    if _below(LEVELS, card.level, asked.level) and _below(TITLES, card.title, asked.title):
        found.append(
            Text("应具有{level}等级或{title}（{source}）", "Should be {level} or of {title} ({source})").format(
                level=LEVELS[asked.level], title=TITLES[asked.title], source=asked.source
            )
        )
    if card.years < asked.years:
        found.append(
            Text("从事本专业 {n} 年，应不少于 {years} 年（{source}）", "{n} years in the trade, should be {years} ({source})").format(
                n=card.years, years=asked.years, source=asked.source
            )
        )
    if card.terms < asked.terms:
        found.append(
            Text("执裁 {n} 届，应不少于 {terms} 届（{source}）", "Judged {n} times, should be {terms} ({source})").format(
                n=card.terms, terms=asked.terms, source=asked.source
            )
        )
    if asked.oldest is not None and card.born is not None and _age(card.born, on) > asked.oldest:
        found.append(
            Text("{age} 周岁，超过 {oldest} 周岁", "{age} years old, above {oldest}").format(age=_age(card.born, on), oldest=asked.oldest)
        )
    if not card.certificate_no:
        found.append(Text("未登记裁判员证", "No judge's certificate on the register"))
    elif card.certificate_until is not None and card.certificate_until < on:
        found.append(
            Text("裁判员证 {until} 到期", "The judge's certificate ended on {until}").format(until=card.certificate_until.isoformat())
        )
    if occupation and card.occupations and occupation not in card.occupations:
        found.append(Text("执裁职业不含本赛项职业", "Not a judge of this occupation"))
    return found


def _below(ladder: Mapping[str, Text], held: str, asked: str) -> bool:
    order = list(ladder)
    return held not in ladder or order.index(held) < order.index(asked)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
