"""What an organiser is warned of while planning, and what may no longer change once people have been told."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from workflows.text import Text

# 「技能操作权重原则上不低于 70%」: a recommendation of the provinces' rules (Cangzhou), so a warning and not a refusal.
USUAL_PRACTICE_WEIGHT = Decimal(70)

# What people decide by when they enter: it stands once the competition is announced.
ANNOUNCED_TERMS: dict[str, Text] = {
    "name": Text("赛项名称", "name"),
    "occupation_code": Text("职业", "occupation"),
    "document_level": Text("技术文件等级", "level of the technical document"),
    "group": Text("组别", "group"),
    "form": Text("参赛形式", "form"),
    "team_size": Text("每队人数", "team size"),
    "min_age": Text("最低年龄", "minimum age"),
    "max_age": Text("最高年龄", "maximum age"),
    "theory_weight": Text("理论权重", "weight of theory"),
    "practice_weight": Text("实操权重", "weight of practice"),
    "method": Text("计分方法", "method"),
    "medal_rule": Text("奖牌规则", "medal rule"),
    "tie_break": Text("同分规则", "tie-break chain"),
    "unshared_places": Text("不并列名次", "places that are not shared"),
    "prizes": Text("奖项", "prizes"),
    "promotion": Text("晋级", "promotion"),
    "appeal_rules": Text("申诉规则", "rules of appeals"),
}


def weight_warning(practice_weight: Decimal) -> Text | None:
    """A word of warning where practice counts for less than is usual."""
    if practice_weight >= USUAL_PRACTICE_WEIGHT:
        return None
    return Text(
        "实操权重 {weight}% 低于通行的 {usual}%，请确认赛项规程如此规定",
        "Practice counts for {weight} %, less than the usual {usual} %; make sure the rules of the skill say so",
    ).format(weight=f"{practice_weight.normalize():f}", usual=f"{USUAL_PRACTICE_WEIGHT:f}")


def refused_changes(changed: Collection[str], *, is_announced: bool) -> Text | None:
    """Why these fields of a skill may not change now, or None where they may."""
    fixed = [title for name, title in ANNOUNCED_TERMS.items() if name in changed]
    if not is_announced or not fixed:
        return None
    return Text("竞赛已发布，不能再改：{terms}", "The competition is announced; this cannot change any more: {terms}").format(
        terms=Text("、".join(title.zh for title in fixed), ", ".join(title.en for title in fixed))
    )
