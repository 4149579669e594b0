"""Direct recognition (直接认定): on which ground a worker may be given a level without an examination.

Every ground has its clause, the words of it, the evidence that must be attached, and the levels it reaches.  The clause opens
the way and the enterprise answers for the decision, so what the text leaves open (how long somebody is newly hired, how many
assessors decide) is a default here, with what it rests on beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from workflows.ladder import BY_DIGIT, SENIOR, SkillLevel
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kind of proof: its key and what it is called."""

    key: str
    title: Text


CONTRACT = Evidence("contract", Text("劳动合同或社保证明", "Labour contract or proof of social insurance"))
PERFORMANCE = Evidence("performance", Text("日常表现考核", "Appraisal of daily performance"))
RESULTS = Evidence("results", Text("工作业绩证明", "Proof of results at work"))
POST = Evidence("post", Text("一线岗位证明", "Proof of a front-line post"))
TITLE = Evidence("title", Text("专业技术职称证书", "Certificate of professional title"))
CONTRIBUTION = Evidence("contribution", Text("重大贡献证明", "Proof of the major contribution"))
AWARD = Evidence("award", Text("竞赛获奖证书或文件", "Competition award certificate or document"))
OTHER = Evidence("other", Text("其他材料", "Other material"))

EVIDENCE: dict[str, Evidence] = {
    evidence.key: evidence for evidence in (CONTRACT, PERFORMANCE, RESULTS, POST, TITLE, CONTRIBUTION, AWARD, OTHER)
}


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground of direct recognition.  `lowest` is the lowest level it gives, None where the clause names none."""

    key: str
    title: Text
    document: Text
    clause: Text
    quote: str
    required: tuple[Evidence, ...]
    lowest: SkillLevel | None = None
    needs_front_line: bool = False
    needs_new_or_ungraded: bool = False
    needs_award: bool = False


_OPINIONS = Text("关于加强新时代高技能人才队伍建设的意见（2022）", "Opinions on highly skilled workers in the new era (2022)")
_THIRTEEN = Text("（十三）", "(13)")

UNGRADED = Ground(
    "A",
    Text("新招录或未定级职工", "Newly hired or ungraded worker"),
    _OPINIONS,
    _THIRTEEN,
    "企业对新招录或未定级职工，可根据其日常表现、工作业绩，结合职业标准和企业岗位规范要求，直接认定相应的职业技能等级。",
    (CONTRACT, PERFORMANCE, RESULTS),
    needs_new_or_ungraded=True,
)
OUTSTANDING = Ground(
    "B",
    Text("技能高超、业绩突出的一线职工", "Front-line worker of outstanding skill and results"),
    _OPINIONS,
    _THIRTEEN,
    "打破学历、资历、年龄、比例等限制，对技能高超、业绩突出的一线职工，可直接认定高级工以上职业技能等级。",
    (POST, RESULTS),
    lowest=SENIOR,
    needs_front_line=True,
)
PROFESSIONAL = Ground(
    "C",
    Text("贡献重大的专业技术人才", "Professional with a major contribution"),
    Text("桐人社发〔2021〕7号", "Tonglu HR document 2021 No. 7"),
    Text("第13条", "clause 13"),
    "对贡献重大、业绩突出的专业技术人才，可按照高技能人才直接认定的方法进行申报评价。",
    (TITLE, CONTRIBUTION),
    lowest=SENIOR,
)
WINNER = Ground(
    "D",
    Text("竞赛获奖（以赛代评）", "Competition winner"),
    Text("以激励为核心促进技能人才大发展", "Incentives at the heart of developing skilled workers"),
    Text("创新技能人才引进评价选拔方式", "new ways of attracting, assessing and selecting"),
    "推广“以赛代评”技能人才选拔模式。",
    (AWARD,),
    needs_award=True,
)

GROUNDS: dict[str, Ground] = {ground.key: ground for ground in (UNGRADED, OUTSTANDING, PROFESSIONAL, WINNER)}


@dataclass(frozen=True, slots=True)
class Default:
    """A figure an enterprise may file differently: its value, and what it rests on."""

    value: int
    rests_on: Text


CERTIFICATES_A_YEAR = Default(
    1,
    Text("“同一年度一人一证”（深圳优才公司 2025 年直接认定公告）", "“One person, one certificate a year” (a notice from Shenzhen, 2025)"),
)
PANEL_MINIMUM = Default(
    3, Text("评审会不少于 3 人（各地惯例，文件未作规定）", "At least three assessors (common practice; the document says nothing)")
)
PUBLICITY_DAYS = Default(
    5, Text("公示 5 个工作日（各地惯例，文件未作规定）", "Five working days (common practice; the document says nothing)")
)
NEW_FOR_MONTHS = Default(12, Text("入职一年内视为新招录（文件未作规定）", "Newly hired means within a year (the document says nothing)"))


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate of level that somebody holds.  `issued_on` None: declared, the day not known."""

    occupation_code: str
    level: SkillLevel
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """One assessor's vote, with the reason given."""

    assessor: int
    in_favour: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Count:
    """What the panel's votes come to."""

    in_favour: int
    against: int
    needed: int

    @property
    def is_complete(self) -> bool:
        return self.in_favour + self.against >= self.needed

    @property
    def has_majority(self) -> bool:
        """More for than against; equal votes decide nothing."""
        return self.in_favour > self.against


def count(votes: Iterable[Vote], needed: int) -> Count:
    """The votes counted; *needed* is how many the panel must have."""
    opinions = [vote.in_favour for vote in votes]
    return Count(sum(opinions), len(opinions) - sum(opinions), needed)


def is_newly_hired(employed_since: date | None, today: date) -> bool:
    """Whether *today* lies within the first months of employment that count as new."""
    if employed_since is None or employed_since > today:
        return False
    months = (today.year - employed_since.year) * 12 + today.month - employed_since.month - (today.day < employed_since.day)
    return months < NEW_FOR_MONTHS.value


def level_refusal(ground: Ground, level: SkillLevel) -> Text | None:
    """Why *ground* does not give *level*, if so."""
    if level.digit is None:
        return Text("{level}由评聘产生，不能直接认定", "{level} comes by appointment, not by direct recognition").format(level=level.title)
    if ground.lowest is not None and not level.is_at_least(ground.lowest):
        return Text("“{ground}”只能直接认定{lowest}以上：{quote}", "“{ground}” gives {lowest} and above only: {quote}").format(
            ground=ground.title, lowest=ground.lowest.title, quote=ground.quote
        )
    return None


def held_refusal(held: Iterable[Held], occupation_code: str, level: SkillLevel) -> Text | None:
    """Why somebody who holds *held* cannot be given *level* in this occupation: never twice, never downwards."""
    best = max((h.level for h in held if h.occupation_code == occupation_code), key=lambda it: it.order, default=None)
    if best is None or not best.is_at_least(level):
        return None
    if best == level:
        return Text("已持有同职业同等级证书（{level}）", "Already holds this level in this occupation ({level})").format(level=best.title)
    return Text("已持有更高等级（{held}），不能认定{level}", "Already holds a higher level ({held}); {level} cannot be recognised").format(
        held=best.title, level=level.title
    )


def yearly_refusal(held: Iterable[Held], limit: int, year: int) -> Text | None:
    """Why another certificate in *year* would be one too many; a *limit* of 0 means none is set."""
    this_year = sum(1 for h in held if h.issued_on is not None and h.issued_on.year == year)
    if limit and this_year >= limit:
        return Text(
            "{year} 年度已取得 {n} 本证书，备案规定每人每年最多 {limit} 本",
            "Has {n} certificates of {year}; the programme allows {limit} a year",
        ).format(year=year, n=this_year, limit=limit)
    return None


def missing_evidence(ground: Ground, attached: Collection[str]) -> list[Evidence]:
    """What *ground* requires and is not attached yet."""
    return [evidence for evidence in ground.required if evidence.key not in attached]


def level_of(digit: int) -> SkillLevel:
    """The level with this digit (5 … 1).  Raises KeyError."""
    return BY_DIGIT[digit]
