"""Every policy pack does what its cases say, has cases for each of its rules, and speaks both languages."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from workflows.rewards.policy import determine, load

PACKS = Path(__file__).parents[2] / "workflows" / "rewards" / "packs"
PATHS = sorted(path for path in PACKS.rglob("*.toml") if not path.name.endswith(".cases.toml"))


def cases_of(path: Path) -> list[dict]:
    """The cases beside a pack; none where nobody wrote any."""
    beside = path.with_suffix(".cases.toml")
    return tomllib.loads(beside.read_text("utf-8"), parse_float=Decimal)["case"] if beside.exists() else []


ALL_CASES = [pytest.param(path, case, id=f"{path.parent.name}/{path.stem}: {case['name']}") for path in PATHS for case in cases_of(path)]


@pytest.fixture(scope="module")
def packs():
    return {path: load(path) for path in PATHS}


def test_there_are_packs():
    assert PATHS


@pytest.mark.parametrize(("path", "case"), ALL_CASES)
def test_the_pack_says_what_the_case_expects(packs, path, case):
    decision = determine(packs[path], case["facts"], case["on"])
    assert dict(decision.granted) == case["granted"]
    for rule, words in case.get("refused", {}).items():
        assert words in decision.finding(rule).reason.zh
    for rule, shares in case.get("shares", {}).items():
        assert [share for _, share in decision.finding(rule).shares] == shares


@pytest.mark.parametrize(("path", "case"), ALL_CASES)
def test_the_findings_agree_with_what_is_granted_and_can_be_stored(packs, path, case):
    decision = determine(packs[path], case["facts"], case["on"])
    assert [finding.rule for finding in decision.findings] == [rule.id for rule in packs[path].rules]
    assert tuple((f.rule, f.amount) for f in decision.findings if f.granted) == decision.granted
    for finding in decision.findings:
        assert finding.clause
        assert finding.quote
        assert (finding.reason is None) == finding.granted
        assert bool(finding.steps) == finding.granted
    assert json.loads(json.dumps(decision.as_record()))["digest"] == packs[path].digest


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_rule_is_both_granted_and_refused_by_a_case(packs, path):
    granted, refused = set(), set()
    for case in cases_of(path):
        granted |= set(case["granted"])
        refused |= set(case.get("refused", {}))
    rules = {rule.id for rule in packs[path].rules}
    payable = {rule.id for rule in packs[path].rules if rule.suspended_by is None}
    assert granted == payable, f"granted by no case: {payable - granted}"
    assert refused == rules, f"refused by no case: {rules - refused}"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_case_has_a_name_of_its_own(path):
    names = [case["name"] for case in cases_of(path)]
    assert len(names) == len(set(names))
