"""The recomputation of the rewards agrees with what is right, and finds whatever was changed."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools import recompute_rewards

PACK = Path(__file__).parents[2] / "workflows/rewards/packs/tonglu/2021-7.toml"
TEXT = PACK.read_text("utf-8")
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()
AWARD = {
    "achievement": "competition_award",
    "level": "municipal",
    "award": "first",
    "prize_received": "5000.00",
    "person": "person:1",
    "competition": "2026年杭州市制笔模具竞赛",
    "skill": "模具钳工",
    "awarded_on": "2026-07-05",
}
GRADE = {
    "achievement": "grade_certificate",
    "certificate_kind": "skill_level",
    "claimed_by": "enterprise",
    "grade_level": 3,
    "occupation": "6-31-01-03",
    "person": "person:2",
    "certificate_issued_on": "2026-07-14",
}


def claim(number: int, rule: str, facts: dict[str, Any], amount: str, *, on: str = "2026-07-14", is_paid: bool = True) -> dict[str, Any]:
    record = json.dumps({"facts": facts}, ensure_ascii=False)
    digest = hashlib.sha256(record.encode()).hexdigest()
    return {
        "claim": number,
        "state": "paid" if is_paid else "submitted",
        "rule": rule,
        "amount": amount,
        "determination": digest,
        "determinations": [{"policy": DIGEST, "on": on, "sha256": digest, "record": record}],
        "shares": [],
        "notice": {"id": 1} if is_paid else None,
        "payment": {"amount": amount} if is_paid else None,
    }


def exported(*claims: dict[str, Any], total: str) -> dict[str, Any]:
    policies = [{"pack": "tonglu/2021-7", "digest": DIGEST, "text": TEXT}]
    return {"format": recompute_rewards.FORMAT, "policies": policies, "claims": list(claims), "total_paid": total}


@pytest.fixture
def evidence() -> dict[str, Any]:
    return exported(claim(1, "prize-match", AWARD, "5000.00"), claim(2, "certificate-subsidy", GRADE, "2000.00"), total="7000.00")


def found(evidence: dict[str, Any]) -> list[str]:
    return recompute_rewards.differences(evidence)[0]


def test_what_is_right_has_no_difference(evidence: dict[str, Any]) -> None:
    assert found(evidence) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda e: e["claims"][0].update(amount="5000.01"), "claim 1: computed 5000.00, claimed 5000.01"),
        (lambda e: e["claims"][0]["payment"].update(amount="6000.00"), "claim 1: paid 6000.00, due 5000.00"),
        (lambda e: e["claims"][0].update(payment=None), "claim 1: paid, but no payment"),
        (lambda e: e["claims"][0].update(state="bounced"), "claim 1: bounced, but paid"),
        (lambda e: e["claims"][0].update(notice=None), "claim 1: paid without having been before the public"),
        (lambda e: e["policies"][0].update(text=TEXT + "\n"), "policy tonglu/2021-7: its text is not the one its digest names"),
        (lambda e: e.update(total_paid="6999.00"), "paid 7000.00 in all, the office says 6999.00"),
        (
            lambda e: e["claims"][0]["determinations"][0].update(record=e["claims"][0]["determinations"][0]["record"] + " "),
            "claim 1: the record of its determination is not the one its digest names",
        ),
    ],
)
def test_whatever_was_changed_is_named(evidence: dict[str, Any], change: Callable[[dict[str, Any]], None], words: str) -> None:
    changed = copy.deepcopy(evidence)
    change(changed)
    assert words in found(changed)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"level": "county"}, "a county award is matched by nothing"),
        ({"prize_received": ""}, "honour without money has no base"),
        ({"organiser_kind": "association"}, "an association's own competition does not count"),
        ({"level": "world", "award": "gold"}, "the WorldSkills reward takes the match's place"),
    ],
)
def test_a_match_that_the_policy_does_not_give_is_a_difference(facts: dict[str, str], reason: str) -> None:
    assert found(exported(claim(1, "prize-match", AWARD | facts, "5000.00"), total="5000.00")) == [
        "claim 1: computed None, claimed 5000.00"
    ], reason


def test_a_worldskills_gold_and_its_expert_team_are_each_due_half_a_million() -> None:
    gold = AWARD | {"level": "world", "award": "gold"}
    team = gold | {"beneficiary": "expert_team"}
    both = (claim(1, "worldskills-competitor", gold, "500000.00"), claim(2, "worldskills-expert-team", team, "500000.00"))
    assert found(exported(*both, total="1000000.00")) == []


def test_the_same_occupation_and_level_is_not_paid_twice() -> None:
    twice = (claim(1, "certificate-subsidy", GRADE, "2000.00"), claim(2, "certificate-subsidy", GRADE, "2000.00", is_paid=False))
    assert "claim 2: 2 for the same person, occupation, grade_level, at most 1" in found(exported(*twice, total="2000.00"))


def test_a_fourth_certificate_in_a_year_is_named() -> None:
    four = [claim(n, "certificate-subsidy", GRADE | {"occupation": f"6-31-01-0{n}"}, "2000.00") for n in (1, 2, 3, 4)]
    assert found(exported(*four, total="8000.00")) == ["claim 4: 4 for the same person, at most 3"]


def test_a_lower_level_after_a_higher_one_is_named() -> None:
    lower = claim(2, "certificate-subsidy", GRADE | {"grade_level": 4}, "1500.00")
    assert "claim 2: a higher grade_level was granted before" in found(
        exported(claim(1, "certificate-subsidy", GRADE, "2000.00"), lower, total="3500.00")
    )


def test_a_claim_two_years_later_is_late() -> None:
    late = claim(1, "certificate-subsidy", GRADE, "2000.00", on="2028-07-14")
    assert found(exported(late, total="2000.00")) == ["claim 1: claimed more than 12 months after 2026-07-14"]


def test_a_file_of_another_kind_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "evidence.json"
    path.write_text('{"format": "something else"}', "utf-8")
    assert recompute_rewards.main([str(path)]) == 2
    assert "cannot be read" in capsys.readouterr().out
