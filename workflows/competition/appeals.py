"""When an appeal is in time, who decides it in the end, and what its reader may learn of whose it is.

The figures are data of each skill with their source.  The national rules let the team leader appeal in writing within two hours of the
end of the competition and have the answer within two hours; who is not content goes on to the arbitration committee, whose decision is
final.  They set no clock for that second instance: ours stands by analogy, and a skill may say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from workflows.text import Text

STARTS: dict[str, Text] = {
    "end": Text("比赛结束", "The end of the competition in the skill"),
    "publication": Text("成绩公布", "The publication of the results"),
    "both": Text("比赛结束和成绩公布各起一次", "Both, each once"),
}
"""What starts the clock of an appeal."""

PUBLICITY_AGAIN: dict[str, Text] = {
    "awards": Text("奖项有变化时", "Where awards change"),
    "always": Text("每次更正都公示", "After every revision"),
    "never": Text("不再公示", "Never"),
}
"""When a revision of final results is put before the public again."""

GROUNDS: dict[str, Text] = {
    "equipment": Text("设备、工具、材料", "Equipment, tools, materials"),
    "conduct": Text("工作人员或裁判违规", "Conduct of officials or judges"),
    "marking": Text("评分", "Marking"),
    "counting": Text("计分、名次、奖项", "Counting, places, awards"),
    "other": Text("其他", "Other"),
}
"""What an appeal is about: 对设备、工具、工作人员违规可申诉 (深圳 2016), and what results rest on."""

SOURCE = Text(
    "全国竞赛通行规程：比赛结束后 2 小时内由领队书面提出，2 小时内答复，仲裁委员会裁决为最终；第二级的时限规程未写，比照第一级",
    "Common national rules: in writing by the team leader within 2 hours of the end, answered within 2 hours, the committee's decision "
    "final; the rules set no clock for the second instance, which follows the first",
)


@dataclass(frozen=True, slots=True)
class AppealRules:
    """The clocks of one skill, in minutes; how many of the committee must vote; when a revision goes before the public again.

    `source` says which document set them, where it is not the common rule.
    """

    window: int = 120
    answer: int = 120
    further: int = 120
    committee_answer: int = 120
    votes: int = 2
    starts: str = "end"
    publicity_again: str = "awards"
    source: str = ""

    def __post_init__(self) -> None:
        if min(self.window, self.answer, self.further, self.committee_answer) < 1 or self.votes < 2:
            raise ValueError("every clock of an appeal runs for at least a minute, and at least two decide in the end")
        if self.starts not in STARTS or self.publicity_again not in PUBLICITY_AGAIN:
            raise ValueError(f"no such rule: {self.starts}, {self.publicity_again}")

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> AppealRules:
        """What the plan of a skill says; what it does not say is as usual."""
        return cls(**data)

    def as_data(self) -> dict[str, Any]:
        """What differs from the common rule; nothing where nothing does."""
        usual = asdict(AppealRules())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}

    @property
    def where_from(self) -> Text:
        return Text(self.source, self.source) if self.source else SOURCE


def closes_at(rules: AppealRules, ended_at: datetime | None, published_at: datetime | None) -> datetime | None:
    """When the window closes, by the clocks that have started; None while none has."""
    started = {"end": (ended_at,), "publication": (published_at,), "both": (ended_at, published_at)}[rules.starts]
    moments = [moment for moment in started if moment is not None]
    return max(moments) + timedelta(minutes=rules.window) if moments else None


def majority(votes: Sequence[bool], least: int) -> bool | None:
    """What the committee decided; None while fewer than *least* have voted, or as many for as against."""
    if len(votes) < least or sum(votes) * 2 == len(votes):
        return None
    return sum(votes) * 2 > len(votes)


def without_names(text: str, names: Iterable[str], code: str) -> str:
    """*text* for who may only know the code: every one of *names* in it gives way to the code, the longest first."""
    for name in sorted({name for name in names if name}, key=len, reverse=True):
        text = text.replace(name, code)
    return text
