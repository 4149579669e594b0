"""The order in which winners are revealed (颁奖揭晓): from the last place to the first, skill by skill or award by award.

A script is a list of scenes.  What the hall sees is the scene that was stepped to; those who share a place come out together, and after
each award everybody who won it is called for the photograph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from workflows.competition.prizes import AWARDS
from workflows.text import Text

ORDERS: dict[str, Text] = {
    "by_skill": Text("逐个赛项，每项从末名到第一名", "Skill by skill, each from the last place to the first"),
    "over_all": Text("逐个奖项，各赛项一起，最高奖最后", "Award by award over all skills, the highest last"),
}

MASKED, FULL = "masked", "full"
NAMES: dict[str, Text] = {
    MASKED: Text("姓名部分隐去（张*三）", "Names partly hidden (张*三)"),
    FULL: Text("全名（规则要求时）", "Names in full (where the rules ask for it)"),
}
"""How names stand on the lists that the end of a ceremony puts before the public."""

# How high an award stands, whichever kind of competition gives it.
_RANKS = {award: rank for rank, pair in enumerate((("first", "gold"), ("second", "silver"), ("third", "bronze"))) for award in pair}
LOWEST = 3


@dataclass(frozen=True, slots=True)
class Winner:
    """Somebody (or a team) who won an award in a skill."""

    skill: str
    place: int
    award: str
    name: str
    organisation: str
    total: str

    @property
    def rank(self) -> int:
        """0 for the highest award."""
        return _RANKS.get(self.award, LOWEST)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the hall sees at one step.  `kind`: `skill` and `award` are headings, `reveal` shows winners, `photo` all of an award.

    A heading says how many are to come, and nobody's name.
    """

    kind: str
    skill: str = ""
    award: str = ""
    count: int = 0
    winners: tuple[Winner, ...] = ()


def script(skills: Sequence[Sequence[Winner]], order: str) -> list[Scene]:
    """The scenes of a ceremony over *skills*, each the winners of one skill in any order.  Raises ValueError for an unknown order."""
    if order == "by_skill":
        return [scene for winners in skills if winners for scene in _of_a_skill(winners)]
    if order == "over_all":
        return [scene for rank in range(LOWEST, -1, -1) for scene in _of_an_award(_of_rank(skills, rank))]
    raise ValueError(f"no such order: {order}")


def _of_rank(skills: Sequence[Sequence[Winner]], rank: int) -> list[Winner]:
    return [winner for winners in skills for winner in winners if winner.rank == rank]


def _of_a_skill(winners: Sequence[Winner]) -> Iterator[Scene]:
    skill = winners[0].skill
    yield Scene("skill", skill, count=len(winners))
    for rank in range(LOWEST, -1, -1):
        for scene in _of_an_award([winner for winner in winners if winner.rank == rank]):
            yield replace(scene, skill=skill)


def _of_an_award(winners: Sequence[Winner]) -> Iterator[Scene]:
    """The heading, the winners from the last place to the first, the photograph; several skills one after the other."""
    if not winners:
        return
    award = winners[0].award
    yield Scene("award", award=award, count=len(winners))
    for skill, of_skill in groupby(winners, key=lambda winner: winner.skill):
        from_last = sorted(of_skill, key=lambda winner: -winner.place)
        for _place, together in groupby(from_last, key=lambda winner: winner.place):
            yield Scene("reveal", skill, award, winners=tuple(together))
    yield Scene("photo", award=award, count=len(winners), winners=tuple(sorted(winners, key=lambda winner: (winner.skill, winner.place))))


def as_data(scene: Scene) -> dict[str, object]:
    """*scene* as it is kept and sent, in both languages."""
    award = AWARDS.get(scene.award)
    return {
        "kind": scene.kind,
        "skill": scene.skill,
        "award": {"key": scene.award, "zh": award.zh, "en": award.en} if award else None,
        "count": scene.count,
        "winners": [
            {
                "skill": winner.skill,
                "place": winner.place,
                "name": winner.name,
                "organisation": winner.organisation,
                "total": winner.total,
            }
            for winner in scene.winners
        ],
    }
