"""Who scores which sub criterion: the rules of a skill's panel, and a proposal that keeps them.

The proposal is a plain greedy choice, the same every time: the sub criteria with the most work first, and for each the judges who are there
that day, who need not avoid anybody, who have done least so far.  It says why it took whom, and what cannot be done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.competition.seating import Duty, VacancyRule
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class PanelRules:
    """What a skill asks of its panel.

    `scorers` judges score a sub criterion and `coordinators` stand by (WSC2026 Technical Description 17 §4.6: three, and a fourth);
    at most `per_employer` of them of one employer (the public calls for judges take at most two of a unit); with `vacancy`
    FEWER never below `least`.  `conflicts`: kinds of `conflicts.KINDS` that this skill treats otherwise than its level does.
    """

    scorers: int = 3
    coordinators: int = 0
    per_employer: int = 2
    vacancy: VacancyRule = VacancyRule.REPLACE
    least: int = 3
    conflicts: Mapping[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        return {
            "scorers": self.scorers,
            "coordinators": self.coordinators,
            "per_employer": self.per_employer,
            "vacancy": self.vacancy.value,
            "least": self.least,
            "conflicts": dict(self.conflicts),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PanelRules:
        """The rules as stored; what is not there is the default."""
        known = {key: data[key] for key in ("scorers", "coordinators", "per_employer", "least", "conflicts") if key in data}
        if "vacancy" in data:
            known["vacancy"] = VacancyRule(data["vacancy"])  # type: ignore[call-arg]  # looked up by its value
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Able:
    """A judge who can be put on the panel: the seat, the days they cannot come, whom they belong to, how many they must avoid.

    `doubts`: what their qualification lacks; a judge without any is taken first.
    """

    position: int
    name: str
    days_off: frozenset[int] = frozenset()
    employer: str = ""
    avoids: frozenset[int] = frozenset()
    doubts: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """A sub criterion to be scored: its day, and how many values one judge gives in it."""

    id: int
    code: str
    day: int
    values: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A judge on a sub criterion, and why this one."""

    work_id: int
    position: int
    duty: Duty
    why: Text


@dataclass(frozen=True, slots=True)
class Proposal:
    """The choices, what each judge would have to do (values by position), and what is impossible."""

    choices: tuple[Choice, ...]
    load: Mapping[int, int]
    problems: tuple[Text, ...]


_TAKEN = Text("{name}：当天可到，{avoids}，已分配 {load} 项", "{name}: there that day, {avoids}, {load} values so far")
_FREE = Text("无需回避", "nobody to avoid")
_AVOIDS = Text("须回避 {n} 个参赛单元", "has to avoid {n} entries")
_SHORT = Text(
    "{codes}（第 {day} 天）需要 {needed} 名裁判，只有 {there} 名可派：{off} 名当天不能到，{same} 名因同单位超过 {limit} 人",
    "{codes} (day {day}) need {needed} judges, {there} can be had: {off} cannot come that day, {same} would exceed {limit} of one employer",
)
_NO_RESERVE = Text(
    "{codes}：{names} 须回避部分选手，没有不须回避的协调裁判可替补",
    "{codes}: {names} must avoid some competitors, and no coordinating judge can stand in for all of them",
)


def propose(judges: Sequence[Able], works: Sequence[Work], rules: PanelRules) -> Proposal:
    """Judges for every sub criterion, keeping *rules*; deterministic."""
    load: Counter[int] = Counter({judge.position: 0 for judge in judges})
    choices: list[Choice] = []
    problems: dict[tuple[Text, tuple[tuple[str, object], ...]], list[str]] = {}
    for work in sorted(works, key=lambda work: (work.day, -work.values, work.code)):
        there = [judge for judge in judges if work.day not in judge.days_off]
        chosen = _take(there, rules.scorers, [], load, rules)
        reserve = _take([judge for judge in there if judge not in chosen], rules.coordinators, chosen, load, rules)
        for judge in chosen:
            choices.append(Choice(work.id, judge.position, Duty.SCORES, _why(judge, load)))
            load[judge.position] += work.values
        choices += [Choice(work.id, judge.position, Duty.COORDINATES, _why(judge, load)) for judge in reserve]
        for words, values in _problems(work, judges, there, chosen, reserve, rules):
            problems.setdefault((words, tuple(values.items())), []).append(work.code)
    order = {work.id: n for n, work in enumerate(works)}
    choices.sort(key=lambda choice: (order[choice.work_id], choice.duty is Duty.COORDINATES, choice.position))
    said = [words.format(codes="、".join(codes), **dict(values)) for (words, values), codes in problems.items()]
    return Proposal(tuple(choices), dict(load), tuple(said))


def _take(there: Sequence[Able], number: int, beside: Sequence[Able], load: Mapping[int, int], rules: PanelRules) -> list[Able]:
    """The first *number* of those there, none of them one too many of their employer: with nobody to avoid first, then the least busy."""
    employers = Counter(judge.employer for judge in beside if judge.employer)
    taken: list[Able] = []
    for judge in sorted(there, key=lambda judge: (len(judge.avoids), judge.doubts, load[judge.position], judge.position)):
        if len(taken) == number:
            break
        if judge.employer and employers[judge.employer] >= rules.per_employer:
            continue
        taken.append(judge)
        employers[judge.employer] += bool(judge.employer)
    return taken


def _why(judge: Able, load: Mapping[int, int]) -> Text:
    avoids = _AVOIDS.format(n=len(judge.avoids)) if judge.avoids else _FREE
    return _TAKEN.format(name=judge.name, avoids=avoids, load=load[judge.position])


def _problems(
    work: Work, judges: Sequence[Able], there: Sequence[Able], chosen: Sequence[Able], reserve: Sequence[Able], rules: PanelRules
) -> Iterator[tuple[Text, dict[str, object]]]:
    """What cannot be done for one sub criterion, as words and what fills them; the same for several is said once."""
    needed, found = rules.scorers + rules.coordinators, len(chosen) + len(reserve)
    if found < needed:
        off, same = len(judges) - len(there), len(there) - found
        yield _SHORT, {"day": work.day, "needed": needed, "there": found, "off": off, "same": same, "limit": rules.per_employer}
    needing = [judge for judge in chosen if judge.avoids]
    if not all(any(not judge.avoids & each.avoids for judge in reserve) for each in needing):
        yield _NO_RESERVE, {"names": "、".join(judge.name for judge in needing)}
