"""From places to prizes, by fixed numbers or by quota, and the money of each.

A tie across a prize line lifts everyone in it, unless the competition's rules say that it falls; the lines themselves do
not move, so what is given extra above is not given below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import accumulate
from typing import Any, Literal

from workflows.competition.medals import RULES, allocate
from workflows.exact import Exact, exact, half_up, plain
from workflows.text import Text

Kind = Literal["fixed", "quota", "scale"]
Ties = Literal["lift", "fall"]

MERIT = "merit"
AWARDS: dict[str, Text] = {
    "first": Text("一等奖", "First prize"),
    "second": Text("二等奖", "Second prize"),
    "third": Text("三等奖", "Third prize"),
    MERIT: Text("优胜奖", "Merit prize"),
    "gold": Text("金牌", "Gold medal"),
    "silver": Text("银牌", "Silver medal"),
    "bronze": Text("铜牌", "Bronze medal"),
    "medallion": Text("优胜奖", "Medallion for Excellence"),
}

ROUNDINGS: dict[str, Text] = {
    "half_up": Text("四舍五入", "Half up"),
    "floor": Text("舍去小数", "Down"),
    "ceil": Text("进一取整", "Up"),
}

KINDS: dict[Kind, Text] = {
    "fixed": Text("固定名额", "Fixed numbers"),
    "quota": Text("按参赛人数比例", "A share of the competitors"),
    "scale": Text("按世赛标尺分授予奖牌", "Medals by WorldSkills Scale points"),
}

BASES: dict[str, Text] = {
    "entered": Text("报名人数", "Competitors entered"),
    "checked_in": Text("检录人数", "Competitors checked in"),
    "marked": Text("有有效成绩的人数", "Competitors with a valid mark"),
}

# 「排名在参赛人数 1/2 以上」: second national competition, Hainan, Heilongjiang.
MERIT_SHARE = Decimal("0.5")


def by_quota(n: int, shares: Sequence[Exact], rounding: str = "half_up") -> list[int]:
    """How many prizes of each rank *n* competitors make, each share of *n* rounded by itself.

    *shares* are per cent (10, 20, 30) or, when they add up to no more than one, parts of one ("0.1", "0.2", "0.3").
    *rounding* is "half_up" (the usual 四舍五入), "floor" or "ceil": 47 competitors make 5/9/14, 4/9/14 or 5/10/15.
    There are never more prizes than competitors; what is short is short at the lowest rank.

    Raises ValueError for n below zero, a share below zero, shares above the whole, or an unknown rounding.
    """
    if n < 0:
        raise ValueError(f"{n} competitors")
    known = _shares(shares)
    left = n
    numbers = []
    for share in known:
        number = min(_whole(n * share, rounding), left)
        left -= number
        numbers.append(number)
    return numbers


def _shares(shares: Sequence[Exact]) -> list[Decimal]:
    """The shares as parts of one."""
    known = [exact(share, "share") for share in shares]
    if any(share < 0 for share in known):
        raise ValueError("a share is below zero")
    whole = sum(known, Decimal(0))
    if whole > 100:
        raise ValueError(f"the shares add up to {plain(whole)} per cent, more than everybody")
    return [share / 100 for share in known] if whole > 1 else known


def _whole(value: Decimal, rounding: str) -> int:
    match rounding.replace("-", "_"):
        case "half_up":
            return int(half_up(value, 0))
        case "floor":
            return int(value.to_integral_value(ROUND_FLOOR))
        case "ceil":
            return int(value.to_integral_value(ROUND_CEILING))
        case _:
            raise ValueError(f"unknown rounding {rounding!r}; known are {', '.join(ROUNDINGS)}")


# --- a competition's scheme -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prize:
    """One rank of prize: how many (`number`) or what share of the competitors (`share`, per cent), and the money of each.

    In a scheme by scale points neither is given: the medal rule decides.  Money is in yuan, for one competitor or one team.
    """

    award: str
    number: int | None = None
    share: Decimal | None = None
    money: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PrizeScheme:
    """How the prizes of a skill are given.

    `prizes` stand from the highest down.  `merit` adds the merit prize for everyone else placed within `merit_share` of the
    competitors (rank ≤ n/2, rounded by `merit_rounding`: 47 make rank 23, or 24 with "ceil").  `ties` says what happens to a
    tie across a line: "lift" gives all of them the higher prize, "fall" gives none of them it.  `base` names the number that
    shares are taken of.  `needs_pass`: where the skill sets
    pass marks (双合格), whoever misses one gets no prize (Zhejiang 2015, Xuzhou 2023).

    Raises ValueError, when made, for a scheme that cannot be applied.
    """

    kind: Kind
    prizes: tuple[Prize, ...]
    rounding: str = "half_up"
    ties: Ties = "lift"
    base: str = "marked"
    merit: Prize | None = None
    merit_share: Decimal = MERIT_SHARE
    merit_rounding: str = "floor"
    medal_rule: str = "exact"
    medal_threshold: int = field(default=700)
    needs_pass: bool = True

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise ValueError(problem)

    def _problems(self) -> Iterable[str]:
        awards = [prize.award for prize in (*self.prizes, *((self.merit,) if self.merit else ()))]
        if self.kind not in KINDS:
            yield f"unknown kind of prize scheme {self.kind!r}"
        if self.base not in BASES:
            yield f"unknown base {self.base!r}"
        if self.ties not in ("lift", "fall"):
            yield f"unknown rule for ties {self.ties!r}"
        if unknown := set(awards) - set(AWARDS):
            yield f"unknown award {', '.join(sorted(unknown))}"
        if len(set(awards)) != len(awards):
            yield "an award stands twice in the scheme"
        if any(prize.money < 0 for prize in self.prizes):
            yield "prize money below zero"
        if self.kind == "fixed" and any(prize.number is None or prize.number < 0 for prize in self.prizes):
            yield "a scheme of fixed numbers says how many of each prize there are"
        if self.kind == "quota" and any(prize.share is None for prize in self.prizes):
            yield "a scheme by quota gives each prize its share"
        if self.kind == "scale" and self.medal_rule not in RULES:
            yield f"unknown medal rule {self.medal_rule!r}"
        for rounding in (self.rounding, self.merit_rounding):
            if rounding not in ROUNDINGS:
                yield f"unknown rounding {rounding!r}"

    def numbers(self, n: int) -> list[int]:
        """How many of each prize *n* competitors make (an empty list where points decide)."""
        if self.kind == "fixed":
            return [prize.number or 0 for prize in self.prizes]
        if self.kind == "quota":
            return by_quota(n, [prize.share or 0 for prize in self.prizes], self.rounding)
        return []

    def money(self, award: str | None) -> Decimal:
        """The prize money of that award, in yuan; nothing for no award."""
        known: dict[str, Decimal] = {prize.award: prize.money for prize in (*self.prizes, *((self.merit,) if self.merit else ()))}
        return known.get(award or "", Decimal(0))

    def as_data(self) -> dict[str, Any]:
        """The scheme as plain JSON values; `from_data` reads it back."""
        return {
            "kind": self.kind,
            "prizes": [_prize_data(prize) for prize in self.prizes],
            "rounding": self.rounding,
            "ties": self.ties,
            "base": self.base,
            "merit": _prize_data(self.merit) if self.merit else None,
            "merit_share": str(self.merit_share),
            "merit_rounding": self.merit_rounding,
            "medal_rule": self.medal_rule,
            "medal_threshold": self.medal_threshold,
            "needs_pass": self.needs_pass,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PrizeScheme:
        """The scheme that `as_data` wrote down; what is left out takes its default."""
        known = dict(data)
        known["prizes"] = tuple(_prize_from(prize) for prize in known["prizes"])
        if known.get("merit"):
            known["merit"] = _prize_from(known["merit"])
        if "merit_share" in known:
            known["merit_share"] = exact(known["merit_share"], "merit share")
        return cls(**known)


def fixed(first: int, second: int, third: int, *, money: Sequence[Exact] = (0, 0, 0), merit: Prize | None = None) -> PrizeScheme:
    """The usual first, second and third prize in fixed numbers (1/3/6 in a municipal competition of 47)."""
    numbers = zip(("first", "second", "third"), (first, second, third), money, strict=True)
    return PrizeScheme("fixed", tuple(Prize(award, number=n, money=exact(yuan, "money")) for award, n, yuan in numbers), merit=merit)


def award(places: Sequence[int | None], scheme: PrizeScheme, n: int | None = None) -> list[str | None]:
    """The award of each place, in the order given; None for no place or no prize.

    *places* are as `ranking.rank` gives them: a shared place stands for everyone in the tie.  *n* is the base of quota and
    merit prize; left out, it is the number of places.

    The lines are cumulative: 1/3/6 gives the first prize to place 1, the second to places up to 4, the third up to 10.  With
    ties that lift, a place at or above the line is enough for all who share it (two at place 1: two first prizes, then two
    seconds).  With ties that fall, all who share the place must fit above the line.

    Raises ValueError for a scheme by scale points: `award_by_points` does those.
    """
    if scheme.kind == "scale":
        raise ValueError("this scheme gives medals by scale points, not by place")
    placed = sum(place is not None for place in places)
    base = placed if n is None else n
    lines = list(zip(accumulate(scheme.numbers(base)), (prize.award for prize in scheme.prizes), strict=True))
    if scheme.merit is not None:
        merit_line = _whole(base * scheme.merit_share, scheme.merit_rounding)
        lines.append((max([merit_line, *(line for line, _ in lines)]), scheme.merit.award))
    size = {place: places.count(place) for place in set(places) if place is not None}
    return [None if place is None else _above(lines, place if scheme.ties == "lift" else place + size[place] - 1) for place in places]


def _above(lines: Iterable[tuple[int, str]], place: int) -> str | None:
    return next((award for line, award in lines if place <= line), None)


def award_by_points(points: Sequence[Exact | None], scheme: PrizeScheme) -> list[str | None]:
    """The medal of each competitor by scale points, in the order given, by the scheme's medal rule and threshold."""
    return list(allocate(points, scheme.medal_rule, threshold=scheme.medal_threshold))


def _prize_data(prize: Prize) -> dict[str, Any]:
    return {
        "award": prize.award,
        "number": prize.number,
        "share": None if prize.share is None else str(prize.share),
        "money": str(prize.money),
    }


def _prize_from(data: Mapping[str, Any]) -> Prize:
    share = data.get("share")
    return Prize(
        data["award"],
        number=data.get("number"),
        share=None if share is None else exact(share, "share"),
        money=exact(data.get("money", 0), "money"),
    )
