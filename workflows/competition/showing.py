"""What the public may see of a skill, by where the skill stands and by what its organiser allows while the marking goes on.

Names appear with the published results and not before; until then there are codes at most.
"""

from __future__ import annotations

from workflows.competition.skill_flow import SkillFlow
from workflows.text import Text
from workflows.workflow import State

NOTHING, PROGRESS, STANDINGS, RESULTS = "nothing", "progress", "standings", "results"

CHOICES: dict[str, Text] = {
    NOTHING: Text("评分期间不展示", "Nothing while the marking goes on"),
    PROGRESS: Text("评分期间只展示进度", "Progress only while the marking goes on"),
    STANDINGS: Text("评分期间按编号展示即时排名", "Standings by code while the marking goes on"),
}
DEFAULT = PROGRESS

UNDER_WAY = (SkillFlow.marking, SkillFlow.provisional, SkillFlow.decoded)
RELEASED = (SkillFlow.publicity, SkillFlow.final)


def shown(state: State, choice: str) -> str:
    """What may be shown of a skill in *state*: NOTHING, PROGRESS, STANDINGS or RESULTS."""
    if state in RELEASED:
        return RESULTS
    return choice if state in UNDER_WAY else NOTHING


def is_moving(kind: str) -> bool:
    """Whether it changes from mark to mark, so that it is read when it is asked for rather than kept."""
    return kind in (PROGRESS, STANDINGS)
