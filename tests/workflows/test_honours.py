"""Every document about honours does what its cases say; no rule without its source; what each rule gives, and why not."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from workflows.clauses.sections import PackError
from workflows.competition.honours import attributes, pack_file
from workflows.competition.honours.pack_file import load, read
from workflows.competition.honours.rules import Evidence, Finding, Kind, findings, own_pack
from workflows.ladder import SENIOR, SENIOR_TECHNICIAN, TECHNICIAN

PATHS = pack_file.files()
ON = date(2026, 6, 1)


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def cases_of(path: Path) -> list[dict[str, Any]]:
    beside = path.with_suffix(".cases.toml")
    cases: list[dict[str, Any]] = tomllib.loads(beside.read_text("utf-8"), parse_float=Decimal)["case"] if beside.exists() else []
    return cases


ALL_CASES = [pytest.param(path, case, id=f"{name_of(path)}: {case['name']}") for path in PATHS for case in cases_of(path)]


def by_rule(found: list[Finding]) -> dict[str, Finding]:
    return {each.rule.id: each for each in found}


@pytest.mark.parametrize(("path", "case"), ALL_CASES)
def test_the_pack_says_what_the_case_expects(path: Path, case: dict[str, Any]) -> None:
    found = by_rule(findings([load(path)], case["facts"], case["on"], case.get("history", ())))
    assert {id_: each.gives.zh for id_, each in found.items() if each.granted} == case["given"]
    for rule, words in case.get("refused", {}).items():
        reason = found[rule].reason
        assert reason is not None
        assert words in reason.zh


@pytest.mark.parametrize("path", PATHS, ids=name_of)
def test_every_rule_is_given_and_refused_by_a_case(path: Path) -> None:
    pack = load(path)
    everything = {rule.id for rule in pack.rules}
    assert {id_ for case in cases_of(path) for id_ in case["given"]} == everything
    alone = {"winner", "merit"} if pack.id == "ningbo/district" else set()
    assert {id_ for case in cases_of(path) for id_ in case.get("refused", {})} >= everything - alone


@pytest.mark.parametrize("path", PATHS, ids=name_of)
def test_every_rule_has_its_source_its_words_and_how_sure_it_is(path: Path) -> None:
    pack = load(path)
    assert pack.open_questions
    for rule in pack.rules:
        assert rule.source.document
        assert rule.source.clause
        assert rule.source.quote
        assert rule.evidence is not Evidence.OWN
        assert rule.title.en != rule.title.zh


GOOD = """
id = "x/1"
title = { zh = "标题", en = "Title" }
document = "某文件"
issuer = "某局"
effective_from = 2026-01-01

[[rule]]
id = "r"
title = { zh = "规则", en = "Rule" }
clause = "第一条"
quote = "原文"
evidence = "库"
when = { competition = "county_1", place = 1 }
gives = { promotes_to = 2 }
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('clause = "第一条"\n', "", "clause: is missing"),
        ('quote = "原文"', 'quote = ""', "quote: is empty"),
        ('evidence = "库"\n', "", "evidence: is missing"),
        ('evidence = "库"', 'evidence = "传"', "evidence: one of"),
        ("place = 1", "rank = 1", "nothing is known as 'rank'"),
        ("place = 1", 'award = "golden"', "'golden' is none of"),
        ("{ promotes_to = 2 }", "{ promotes_to = 9 }", "a level from 5 to 1"),
        ("{ promotes_to = 2 }", "{ next_if_held = true }", "names a level"),
        ("{ promotes_to = 2 }", '{ honour = { zh = "甲", en = "A" }, promotes_to = 2 }', "unknown keys: promotes_to"),
        ("{ promotes_to = 2 }", '{ promotes_to = 2 }\nonce_per = ["house"]', "nothing is known as 'house'"),
        ("{ promotes_to = 2 }", '{ promotes_to = 2 }\nquestion = "why"', "no open question is called 'why'"),
        ("effective_from", "effective_since", "effective_from: is missing"),
    ],
)
def test_a_rule_that_is_not_whole_does_not_load(old: str, new: str, problem: str) -> None:
    assert read(GOOD.encode(), "x.toml").rules[0].kind is Kind.PROMOTION
    with pytest.raises(PackError, match=problem):
        read(GOOD.replace(old, new, 1).encode(), "x.toml")


def test_two_rules_of_one_name_do_not_load() -> None:
    twice = GOOD + GOOD[GOOD.index("[[rule]]") :]
    with pytest.raises(PackError, match="same id"):
        read(twice.encode(), "x.toml")


def test_a_rule_about_other_competitions_or_another_time_is_not_even_shown() -> None:
    pack = read(GOOD.encode(), "x.toml")
    assert findings([pack], {"competition": "county_2", "place": 1}, ON) == []
    assert findings([pack], {"competition": "county_1", "place": 1}, date(2025, 12, 31)) == []
    assert [each.granted for each in findings([pack], {"competition": "county_1", "place": 1}, ON)] == [True]


def test_of_the_promotions_of_several_documents_the_highest_is_given_once() -> None:
    own = own_pack({"first": 3}, "竞赛规程")
    assert own is not None
    facts = {"competition": "county_1", "place": 1, "award": "first"}
    found = findings([own, read(GOOD.encode(), "x.toml"), read(GOOD.encode(), "y.toml")], facts, ON)
    assert [(each.granted, each.level) for each in found] == [(False, SENIOR), (True, TECHNICIAN), (False, TECHNICIAN)]
    assert found[0].reason is not None
    assert "已按另一条晋升技师" in found[0].reason.zh


def test_a_skills_own_promotions_are_rules_like_the_others() -> None:
    own = own_pack({"first": 1, "second": 3}, "杭技竞办〔2026〕3号")
    assert own is not None
    first = by_rule(findings([own], {"award": "first"}, ON))
    assert (first["own-first"].granted, first["own-first"].level) == (True, SENIOR_TECHNICIAN)
    assert first["own-first"].rule.source.document == "杭技竞办〔2026〕3号"
    assert not first["own-second"].granted
    assert own_pack({}, "") is None


def test_the_share_from_the_top_counts_the_place_within_half() -> None:
    assert [attributes.top_share(place, 47) for place in (1, 23, 24)] == [3, 49, 52]
    assert attributes.top_share(20, 40) == 50


def test_what_may_be_given_and_what_is_open_is_said() -> None:
    zhejiang = load(next(path for path in PATHS if name_of(path) == "zhejiang/2016"))
    found = by_rule(findings([zhejiang], {"competition": "provincial_1", "place": 8}, ON))["provincial-1-promotion"]
    assert found.granted
    assert found.rule.is_optional
    assert found.rule.question is not None
    assert found.rule.question.id == "which-level"
    assert found.met[-1].zh == "名次：8；要求：不大于8"
