"""What the season came to, in one table, and whether every account of it agreed."""

from __future__ import annotations

from app.demo.play.stage import Outcome, padded, yuan

LABEL_WIDTH = 46


def conclude(outcome: Outcome) -> int:
    """Print the table; 1 where anything did not agree."""
    print("\n━━ 一季总账 · The season in one table\n")
    lines = [
        ("报名 entered", str(outcome.entered)),
        ("排名 ranked", str(outcome.ranked)),
        ("获奖 awarded", f"{outcome.awarded}   主办方奖金 prize money {yuan(outcome.prize_money)} 元"),
        ("获奖证书 award certificates", str(outcome.award_certificates)),
        ("等级证书 certificates of level", str(outcome.recognised)),
        ("申领 claims", str(outcome.claims)),
        ("发放 paid", f"{outcome.paid}   {yuan(outcome.paid_yuan)} 元 yuan"),
        *((f"  其中 of which {rule}", f"{count}   {yuan(total)} 元 yuan") for rule, (count, total) in sorted(outcome.by_rule.items())),
    ]
    for label, value in lines:
        print(f"  {padded(label, LABEL_WIDTH)}{value}")
    for difference in outcome.disagreements:
        print(f"  ✗ {difference}")
    agreed = not outcome.disagreements
    print("\n  ✓ 全部相符 · everything agrees\n" if agreed else "\n  ✗ 有不符之处 · something does not agree\n", flush=True)
    return 0 if agreed else 1
