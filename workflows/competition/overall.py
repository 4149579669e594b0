"""Over all skills of a competition: the best of each delegation, the best of all, points of teams, the table of medals.

Scale points make different skills comparable; a team or a pair counts as one competitor.  What an award is worth in points is data of
the competition, with where the figures come from; the defaults stand here with their sources.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflows.exact import exact
from workflows.text import Text

# Prizes stand beside the medals of their rank, so that a competition with both has one table.
RANK: dict[str, int] = {
    "gold": 1,
    "first": 1,
    "silver": 2,
    "second": 2,
    "bronze": 3,
    "third": 3,
    "medallion": 4,
    "merit": 4,
}

RANK_TITLES: dict[int, Text] = {
    1: Text("金牌 / 一等奖", "Gold / first"),
    2: Text("银牌 / 二等奖", "Silver / second"),
    3: Text("铜牌 / 三等奖", "Bronze / third"),
    4: Text("优胜奖", "Medallion / merit"),
}


@dataclass(frozen=True, slots=True)
class PointTable:
    """What the awards of each rank are worth, from the first down, and where the figures come from."""

    points: tuple[Decimal, ...]
    source: Text

    def __post_init__(self) -> None:
        if not 1 <= len(self.points) <= len(RANK_TITLES) or any(value < 0 for value in self.points):
            raise ValueError(f"one to {len(RANK_TITLES)} values, none below zero")

    def of(self, award: str | None) -> Decimal:
        """The points of an award; none for no award, or one below the last that counts."""
        rank = RANK.get(award or "", len(self.points) + 1)
        return self.points[rank - 1] if rank <= len(self.points) else Decimal(0)

    @property
    def shown(self) -> str:
        return " / ".join(map(str, self.points))


TEAM_POINTS = PointTable(
    (Decimal(10), Decimal(7), Decimal(5)),
    Text("团体积分惯例：金 10、银 7、铜 5（崇明区技能竞赛）", "In use in Chongming: gold 10, silver 7, bronze 5"),
)
MEDAL_POINTS = PointTable(
    (Decimal(4), Decimal(3), Decimal(2), Decimal(1)),
    Text("世界技能组织奖牌积分：4、3、2、1", "WorldSkills medal points: gold 4, silver 3, bronze 2, medallion 1"),
)


def point_table(values: Iterable[object], source: Text) -> PointTable:
    """A competition's own table.  Raises ValueError for what is no figure, or for too many."""
    return PointTable(tuple(exact(str(value), "points") for value in values), source)


@dataclass(frozen=True, slots=True)
class Scored:
    """One entry with what it came to: its skill's code, who sent it, the region it comes from, its scale points and its award."""

    id: int
    skill: str
    delegation: str
    region: str = ""
    points: int | None = None
    award: str | None = None


def best(scored: Iterable[Scored], left_out: Collection[str] = ()) -> list[Scored]:
    """Who has the highest scale points over all skills but those *left_out*; shared if equal."""
    standing = [each for each in scored if each.points is not None and each.skill not in left_out]
    highest = max((each.points or 0 for each in standing), default=0)
    return sorted((each for each in standing if each.points == highest), key=lambda each: (each.skill, each.id))


def best_of_each(scored: Iterable[Scored], of: Callable[[Scored], str], left_out: Collection[str] = ()) -> list[tuple[str, list[Scored]]]:
    """The best in each delegation or region, the strongest first; whoever belongs to none is left aside."""
    groups: dict[str, list[Scored]] = {}
    for each in scored:
        if of(each):
            groups.setdefault(of(each), []).append(each)
    found = [(name, best(group, left_out)) for name, group in groups.items()]
    return sorted(((name, who) for name, who in found if who), key=lambda line: (-(line[1][0].points or 0), line[0]))


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A delegation with how many awards of each rank it has, what they are worth, and its place."""

    delegation: str
    counts: tuple[int, ...]
    points: Decimal
    place: int
    entries: int


def team_table(scored: Sequence[Scored], table: PointTable = TEAM_POINTS) -> list[TeamLine]:
    """Delegations by points; equal points are told apart by the awards of the highest rank, then the next; then they share the place."""
    return _table(scored, table, lambda counts, points: (points, *counts))


def medal_table(scored: Sequence[Scored], table: PointTable = MEDAL_POINTS) -> list[TeamLine]:
    """Delegations by golds, then silvers, bronzes, medallions; equal counts share the place."""
    return _table(scored, table, lambda counts, _points: tuple(Decimal(count) for count in counts))


def _table(
    scored: Sequence[Scored], table: PointTable, worth: Callable[[tuple[int, ...], Decimal], tuple[Decimal | int, ...]]
) -> list[TeamLine]:
    counted: dict[str, list[Scored]] = {}
    for each in scored:
        if each.delegation:
            counted.setdefault(each.delegation, []).append(each)
    rows: list[tuple[str, tuple[int, ...], Decimal, int]] = []
    for delegation, entries in counted.items():
        counts = tuple(sum(RANK.get(each.award or "") == rank for each in entries) for rank in RANK_TITLES)
        rows.append((delegation, counts, sum((table.of(each.award) for each in entries), Decimal(0)), len(entries)))
    keys = {delegation: worth(counts, points) for delegation, counts, points, _ in rows}
    ordered = sorted(keys.values(), reverse=True)
    lines = [TeamLine(delegation, counts, points, ordered.index(keys[delegation]) + 1, n) for delegation, counts, points, n in rows]
    return sorted(lines, key=lambda line: (line.place, line.delegation))


# --- a competition's own rules --------------------------------------------------------------------------------------

BY_ORGANISATION, BY_REGION = "organisation", "region"

DELEGATIONS: dict[str, Text] = {
    BY_ORGANISATION: Text("参赛单位", "Organisation that entered them"),
    BY_REGION: Text("地区", "Region"),
}


@dataclass(frozen=True, slots=True)
class OverallRules:
    """What a competition says about its overall tables: whom points are added up for, what awards are worth, the skills left out.

    *left_out*: codes of skills that do not count for the best over all skills (`exclude_from_a_v` of WorldSkills' system).
    """

    delegation: str = BY_ORGANISATION
    team: PointTable = TEAM_POINTS
    medals: PointTable = MEDAL_POINTS
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.delegation not in DELEGATIONS:
            raise ValueError(f"unknown delegation {self.delegation!r}; known are {', '.join(DELEGATIONS)}")

    def as_data(self) -> dict[str, Any]:
        """The rules as plain JSON values; `from_data` reads them back."""
        return {
            "delegation": self.delegation,
            "team": _table_data(self.team),
            "medals": _table_data(self.medals),
            "left_out": list(self.left_out),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> OverallRules:
        """The rules that `as_data` wrote down; what is left out takes its default."""
        known = {name: _table_from(data[name]) for name in ("team", "medals") if name in data}
        return cls(data.get("delegation", BY_ORGANISATION), left_out=tuple(data.get("left_out", ())), **known)


def _table_data(table: PointTable) -> dict[str, Any]:
    return {"points": [str(value) for value in table.points], "source": {"zh": table.source.zh, "en": table.source.en}}


def _table_from(data: Mapping[str, Any]) -> PointTable:
    return point_table(data["points"], Text(data["source"]["zh"], data["source"]["en"]))
