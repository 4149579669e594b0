"""From scale points to medals, by the rule of the edition.

To WSC2024 points within two of the best share the medal; from WSC2026 only equal points do, and the next medals are
still given.  Both rules were found from published results: they give all medals in 62 of 63 skills and in 35 of 35.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workflows.exact import Exact, exact, plain
from workflows.text import Text

Medal = Literal["gold", "silver", "bronze", "medallion"]
RuleName = Literal["near-2", "exact"]
Sharing = Literal["near", "medals", "equal"]

TOLERANCE = 2  # points; measured from the top of the group, never chained from one competitor to the next
MEDALS: tuple[Medal, Medal, Medal] = ("gold", "silver", "bronze")

TITLES: dict[Medal, Text] = {
    "gold": Text("金牌", "Gold medal"),
    "silver": Text("银牌", "Silver medal"),
    "bronze": Text("铜牌", "Bronze medal"),
    "medallion": Text("优胜奖", "Medallion for Excellence"),
}

RULES: dict[RuleName, Text] = {
    "near-2": Text("相差两分以内并列（至 2024 年）", "Within two points share a medal (to 2024)"),
    "exact": Text("整数分相同才并列（2026 年起）", "Only equal whole points share a medal (from 2026)"),
}


@dataclass(frozen=True, slots=True)
class EditionRule:
    """What decides the medals of one edition: the rule, the points from which a medallion is given, and who shares a position shown.

    Sharing was read off the published tables: "near", within two points all the way down (2011 to 2017; earlier tables show no positions,
    so the same is assumed); "medals", whoever shares a medal, and below the medals only equals (2019 to 2024); "equal" (2026).
    """

    rule: RuleName
    threshold: int
    sharing: Sharing


def rule_of(year: int) -> EditionRule:
    """The rule of the WorldSkills Competition of that year (500 scale to 2015, the tolerance of two to 2024)."""
    if year <= 2017:
        return EditionRule("near-2", 500 if year <= 2015 else 700, "near")
    return EditionRule("near-2", 700, "medals") if year <= 2024 else EditionRule("exact", 700, "equal")


def positions(points: Sequence[Exact | None], rule: EditionRule) -> list[int | None]:
    """The position that the edition's table shows for each competitor, in the order given; None without points.

    Whoever shares a position takes up as many: 1, 1, 3, 4.  Raises ValueError for points that are not whole.
    """
    known = [None if value is None else _whole(value) for value in points]
    field = sorted((value for value in known if value is not None), reverse=True)
    medals = allocate(field, rule.rule, threshold=rule.threshold)
    shown: dict[int, int] = {}
    top, top_medal, position = None, None, 0
    for count, (value, medal) in enumerate(zip(field, medals, strict=True), start=1):
        is_shared = top is not None and (
            value == top
            or (rule.sharing == "near" and value >= top - TOLERANCE)
            or (rule.sharing == "medals" and medal in MEDALS and medal == top_medal)
        )
        if not is_shared:
            top, top_medal, position = value, medal, count
        shown[value] = position
    return [None if value is None else shown[value] for value in known]


def allocate(points: Sequence[Exact | None], rule: str = "near-2", *, threshold: int | None = None) -> list[Medal | None]:
    """The medal of each competitor, in the order given.

    *points* are rounded scale points; None (excluded, or no scale) gets nothing.  *rule* is "near-2" or "exact".  Who has
    no medal but at least *threshold* points gets the medallion; left out, it is the centre of the scale the field is on, 700 or 500.

    Near-2, on rounded points: gold to all within two of the best.  After one gold, silver to all within two of the best
    left; after one silver, bronze likewise; after several silvers, bronze only within two of the lowest silver.  After two
    golds no silver, and bronze to all within two of the best left.  After three golds or more no silver, and bronze only
    within two of the lowest gold.

    Raises ValueError for an unknown rule, or points that are not whole (round first: medals compare whole points).
    """
    if rule not in RULES:
        raise ValueError(f"unknown medal rule {rule!r}; known are {', '.join(RULES)}")
    known = [None if value is None else _whole(value) for value in points]
    field = sorted((value for value in known if value is not None), reverse=True)
    if threshold is None:
        threshold = _centre(field)
    medal_of = _equal_points(field) if rule == "exact" else _within_two(field)
    return [None if value is None else medal_of.get(value, "medallion" if value >= threshold else None) for value in known]


def _centre(field: list[int]) -> int:
    """The centre of the scale: a whole field has its median at 700 on one scale and its mean at 500 on the other."""
    return 500 if field and field[len(field) // 2] < 600 else 700


def _equal_points(field: list[int]) -> dict[int, Medal]:
    """The first, second and third distinct value of a field in order."""
    return dict(zip(dict.fromkeys(field), MEDALS, strict=False))


def _within_two(field: list[int]) -> dict[int, Medal]:
    rest = field
    medal_of: dict[int, Medal] = {}

    def give(medal: Medal, lowest: int) -> list[int]:
        nonlocal rest
        given = [value for value in rest if value >= lowest]
        rest = rest[len(given) :]
        medal_of.update(dict.fromkeys(given, medal))
        return given

    if not rest:
        return medal_of
    golds = give("gold", rest[0] - TOLERANCE)
    above_bronze, medals_above = golds, 2  # two golds stand for a gold and a silver
    if len(golds) == 1 and rest:
        above_bronze, medals_above = give("silver", rest[0] - TOLERANCE), 1
    if rest:
        # With more above than the medals there are, bronze reaches only those who are as near as a tie would allow.
        crowded = len(above_bronze) > medals_above
        give("bronze", (above_bronze[-1] if crowded else rest[0]) - TOLERANCE)
    return medal_of


def _whole(value: Exact) -> int:
    known = exact(value, "points")
    if known != int(known):
        raise ValueError(f"points {plain(known)} are not whole: medals are decided on rounded points")
    return int(known)
