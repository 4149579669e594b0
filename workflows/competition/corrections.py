"""Corrections: the only way by which a mark becomes another than its sheet gives.

Each is of a kind that says what it does, has a value and a reason, and is proposed by one person and approved by another.  What the
sheets give is never overwritten: the calculated mark and the final one stand side by side.  No mark falls below 0.00.

Sources: an adjustment with type, reason and value, and the final mark beside the calculated one, is how WorldSkills' system records it;
full marks for all where the infrastructure made a task impossible is TD49; no mark below 0.00 is in Chinese rules (技术文件 §4.4).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workflows.competition.marking import ZERO
from workflows.text import Text

MOST_DEDUCTED = Decimal(100)


class Act(enum.Enum):
    """What a correction does to a mark."""

    DEDUCT = "deduct"  # takes the value off
    SET = "set"  # puts the value in its place
    MAXIMUM = "maximum"  # gives the maximum of the aspect; carries no value


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of correction.  On an aspect, or on the total; `for_all` where it is for every competitor and not for one."""

    key: str
    title: Text
    act: Act
    on_aspect: bool
    for_all: bool = False


KINDS: tuple[Kind, ...] = (
    Kind("penalty", Text("违规扣分", "Penalty"), Act.DEDUCT, on_aspect=False),
    Kind("time_penalty", Text("超时扣分", "Time penalty"), Act.DEDUCT, on_aspect=False),
    Kind("full_marks", Text("场地设备原因，全体满分", "Infrastructure: full marks to all"), Act.MAXIMUM, on_aspect=True, for_all=True),
    Kind("transcription", Text("誊录错误", "Transcription error"), Act.SET, on_aspect=True),
    Kind("recheck", Text("复核更正", "Recheck"), Act.SET, on_aspect=True),
    Kind("appeal", Text("申诉更正", "Appeal"), Act.SET, on_aspect=True),
    Kind("other", Text("其他更正", "Other"), Act.SET, on_aspect=True),
    Kind("other_deduction", Text("其他扣分", "Other deduction"), Act.DEDUCT, on_aspect=False),
)


def kind(key: str) -> Kind:
    """The kind with that key; `KeyError` where there is none."""
    return {each.key: each for each in KINDS}[key]


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction that counts.  `aspect` is its code ("A1.3"), None on the total; `value` is None where the maximum is given."""

    kind: str
    value: Decimal | None
    reason: str
    aspect: str | None = None


def why_not(what: Kind, aspect: str | None, value: Decimal | None, max_mark: Decimal | None) -> Text | None:
    """Why a correction cannot be put like this; None where it can.  *max_mark* is the aspect's."""
    if what.on_aspect and aspect is None:
        return Text("「{kind}」须指明评分项", "“{kind}” needs an aspect").format(kind=what.title)
    if not what.on_aspect and aspect is not None:
        return Text("「{kind}」作用于总成绩，不针对评分项", "“{kind}” acts on the total, not on an aspect").format(kind=what.title)
    return _value_refused(what, value, max_mark)


def _value_refused(what: Kind, value: Decimal | None, max_mark: Decimal | None) -> Text | None:
    if what.act is Act.MAXIMUM:
        return None if value is None else Text("「{kind}」不填分值", "“{kind}” carries no value").format(kind=what.title)
    if value is None or value.as_tuple().exponent < -2:  # type: ignore[operator]  # a finite number
        return Text("请填分值，最多两位小数", "Give a value with at most two decimals")
    if what.act is Act.DEDUCT and not ZERO < value <= MOST_DEDUCTED:
        return Text("扣分应大于 0，不超过 100", "A deduction lies above 0 and not above 100")
    if what.act is Act.SET and max_mark is not None and not ZERO <= value <= max_mark:
        return Text("更正后的得分应在 0 到 {max_mark} 之间", "The corrected mark lies between 0 and {max_mark}").format(max_mark=max_mark)
    return None


def aspects_corrected(
    marks: Mapping[str, Decimal], max_marks: Mapping[str, Decimal], corrections: Iterable[Correction]
) -> tuple[dict[str, Decimal], list[Text]]:
    """The marks by aspect after *corrections*, the latest counting last, and each step in words.  What names no aspect here is left."""
    corrected, steps = dict(marks), []
    for each in corrections:
        if each.aspect is None or each.aspect not in corrected:
            continue
        before = corrected[each.aspect]
        given = max_marks[each.aspect] if kind(each.kind).act is Act.MAXIMUM else each.value or ZERO
        corrected[each.aspect] = max(ZERO, given)
        steps.append(
            Text(
                "更正（{kind}）{aspect}：{before} → {after}，{reason}", "Correction ({kind}) {aspect}: {before} → {after}, {reason}"
            ).format(kind=kind(each.kind).title, aspect=each.aspect, before=before, after=corrected[each.aspect], reason=each.reason)
        )
    return corrected, steps


def total_corrected(total: Decimal, corrections: Sequence[Correction]) -> tuple[Decimal, list[Text]]:
    """The total after the deductions, never below 0.00, and each step in words."""
    steps = []
    for each in corrections:
        if each.aspect is not None:
            continue
        before, total = total, max(ZERO, total - (each.value or ZERO))
        steps.append(
            Text(
                "更正（{kind}）总成绩：{before} − {value} = {after}，{reason}",
                "Correction ({kind}): {before} − {value} = {after}, {reason}",
            ).format(kind=kind(each.kind).title, before=before, value=each.value, after=total, reason=each.reason)
        )
    return total, steps
