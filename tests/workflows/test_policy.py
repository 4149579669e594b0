"""What a pack may say, what is refused when it is read, and how a determination treats facts it is given by others."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rewards.instalments import equal_instalments, schedule
from workflows.rewards.months import months_after
from workflows.rewards.policy import PackError, determine, load
from workflows.rewards.split import split, split_equally

TONGLU = Path(__file__).parents[2] / "workflows" / "rewards" / "packs" / "tonglu" / "2021-7.toml"
DAY = date(2026, 3, 2)
PRIZE = {"achievement": "competition_award", "level": "municipal", "award": "first", "prize_received": Decimal(5000)}

HEADER = """
id = "test/1"
title = { zh = "试行办法", en = "A trial" }
document_no = "试〔2026〕1号"
issuer = "某县"
effective_from = 2026-01-01
[[open_question]]
id = "q"
clause = "一"
question = { zh = "问", en = "asked" }
default = { zh = "默认", en = "default" }
[[attribute]]
name = "rank"
title = { zh = "等次", en = "rank" }
kind = "word"
ordered = true
values = { low = { zh = "低", en = "low" }, middle = { zh = "中", en = "middle" }, high = { zh = "高", en = "high" } }
[[attribute]]
name = "person"
title = { zh = "人员", en = "person" }
kind = "name"
[[attribute]]
name = "count"
title = { zh = "人数", en = "count" }
kind = "number"
[[attribute]]
name = "fee"
title = { zh = "费用", en = "fee" }
kind = "money"
"""


A_WORD_FOR_TWO = """
[[attribute]]
name = "award"
title = { zh = "奖项", en = "award" }
kind = "word"
values = { gold = { zh = "金牌", en = "gold" }, silver = { zh = "银牌", en = "silver", also = ["金牌"] } }
"""


def a_rule(id="r", when='rank = "high"', amount="100", more=""):
    return f"""
[[rule]]
id = "{id}"
title = {{ zh = "规则", en = "a rule" }}
clause = "一"
quote = "原文"
when = {{ {when} }}
amount = {amount}
pays = "person"
{more}
"""


@pytest.fixture
def written(tmp_path):
    """A pack written to a file and read back."""

    def write(*rules, tail=""):
        path = tmp_path / "pack.toml"
        path.write_text(HEADER + "".join(rules) + tail, encoding="utf-8")
        return load(path)

    return write


@pytest.fixture(scope="module")
def tonglu():
    return load(TONGLU)


def granted(pack, facts, on=DAY):
    return dict(determine(pack, facts, on).granted)


# ---- reading a pack


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (a_rule().replace('clause = "一"\n', ""), "pack.toml: rule r: clause: is missing"),
        (a_rule().replace('quote = "原文"\n', ""), "pack.toml: rule r: quote: is missing"),
        (a_rule().replace('"原文"', '""'), "pack.toml: rule r: quote: is empty"),
        (a_rule(more='once_pre = ["person"]'), "pack.toml: rule r: unknown keys: once_pre"),
        (a_rule(amount="-5"), "rule r: amount: a positive amount"),
        (a_rule(amount="0.001"), "rule r: amount: a positive amount"),
        (a_rule(amount='{ by = "rank", table = { highest = 5 } }'), "'highest' is none of low, middle, high"),
        (a_rule(amount='{ match = "count", ratio = 1 }'), "rule r: amount: count is not money"),
        (a_rule(amount='{ match = "prize", ratio = 1 }'), "no attribute is called 'prize'"),
        (a_rule(when='rnak = "high"'), "rule r: when: no attribute is called 'rnak'"),
        (a_rule(when='rank = "hihg"'), "rule r: when: rank: 'hihg' is none of"),
        (a_rule(when='rank = { at_laest = "low" }'), "rule r: when: rank: unknown keys: at_laest"),
        (a_rule(when="person = { at_least = 3 }"), "rule r: when: person: person cannot be bounded"),
        (a_rule(when=""), "rule r: when: is empty"),
        (a_rule(more='excludes = ["s"]'), "rule r: excludes: no other rule is called 's'"),
        (a_rule(more='suspended_by = "nobody asked"'), "rule r: suspended_by: no open question"),
        (a_rule(more='[[rule.limit]]\nkind = "sometimes"'), "rule r: limit 1: kind: at_most"),
        (a_rule(more='[[rule.limit]]\nkind = "at_most"\nmost = 1'), "rule r: limit 1: keys: is missing"),
        (a_rule(more='[[rule.limit]]\nkind = "higher_covers"\nattribute = "person"\nkeys = ["rank"]'), "person has no order"),
        (a_rule(more='group = "g"'), "group: g is named by a rule and declared nowhere"),
        (a_rule() + a_rule(), "two rules have the same id"),
        (a_rule().replace('pays = "person"', 'pays = "nobody"'), "rule r: pays: one of"),
        ("", "at least one rule"),
        (A_WORD_FOR_TWO, "attribute award: values: silver: '金牌' already stands for 'gold'"),
        ("[[rule", "pack.toml: "),
    ],
)
def test_an_error_in_a_pack_names_file_rule_and_field(written, rule, says):
    with pytest.raises(PackError) as error:
        written(rule)
    assert says in str(error.value)
    assert str(error.value).startswith("pack.toml: ")


def test_the_digest_is_that_of_the_file(tonglu):
    assert tonglu.digest == hashlib.sha256(TONGLU.read_bytes()).hexdigest()


def test_open_questions_show_their_clause_and_default(tonglu):
    questions = {question.id: question for question in tonglu.open_questions}
    assert questions["match-without-money"].clause == "二(二)8"
    assert "无基数" in questions["match-without-money"].default.zh
    assert questions["worldskills-and-match"].default.en


# ---- conditions and amounts


@pytest.mark.parametrize(
    ("when", "fits", "does_not"),
    [
        ('rank = "middle"', ["middle"], ["low", "high"]),
        ('rank = ["low", "high"]', ["low", "high"], ["middle"]),
        ('rank = { at_least = "middle" }', ["middle", "high"], ["low"]),
        ('rank = { at_most = "middle" }', ["low", "middle"], ["high"]),
        ('rank = { from = "middle", to = "middle" }', ["middle"], ["low", "high"]),
        ('rank = "present"', ["low", "middle", "high"], [None, ""]),
    ],
)
def test_each_condition_lets_through_what_it_names(written, when, fits, does_not):
    pack = written(a_rule(when=when))
    assert all(granted(pack, {"rank": rank}) == {"r": 100} for rank in fits)
    assert all(granted(pack, {"rank": rank}) == {} for rank in does_not)


@pytest.mark.parametrize(
    ("amount", "facts", "yuan"),
    [
        ("100", {}, "100"),
        ('{ by = "rank", table = { high = 70, low = 30 } }', {}, "70"),
        ('{ match = "fee", ratio = 1 }', {"fee": "1234.56"}, "1234.56"),
        ('{ match = "fee", ratio = 2, cap = 2000 }', {"fee": 1500}, "2000"),
        ('{ percent = 60, of = "fee", cap = 6000 }', {"fee": 8000}, "4800"),
        ('{ percent = 60, of = "fee", cap = 6000 }', {"fee": 12000}, "6000"),
        ('{ percent = 33.3, of = "fee" }', {"fee": "0.05"}, "0.02"),
        ('{ per = "count", rate = 800 }', {"count": 3}, "2400"),
        ('{ per = "count", rate = 800, cap = 2000 }', {"count": "3"}, "2000"),
        ('{ monthly = 300, months = "count" }', {"count": 8}, "2400"),
        ('{ monthly = { by = "rank", table = { high = 300 } }, months = "count", at_most = 6 }', {"count": 8}, "1800"),
    ],
)
def test_each_kind_of_amount(written, amount, facts, yuan):
    decision = determine(written(a_rule(amount=amount)), {"rank": "high", **facts}, DAY)
    assert decision.granted == (("r", Decimal(yuan)),)
    assert decision.finding("r").steps[-1].en == f"Due: {Decimal(yuan):.2f} yuan"


def test_instalments_are_planned_to_the_fen(written):
    pack = written(a_rule(amount="40000", more="instalments = 3"))
    plan = determine(pack, {"rank": "high"}, DAY).finding("r").instalments
    assert [str(part.amount) for part in plan] == ["13333.33", "13333.33", "13333.34"]
    assert [part.due for part in plan] == [DAY, date(2027, 3, 2), date(2028, 3, 2)]


GROUP = '[[group]]\nname = "g"\nkeys = ["person"]\nclause = "二"\nquote = "就高"\n'
IN_GROUP = (a_rule("small", more='group = "g"'), a_rule("large", amount="300", more='group = "g"'))


def test_of_a_group_only_the_highest_is_granted(written):
    pack = written(*IN_GROUP, tail=GROUP)
    decision = determine(pack, {"rank": "high", "person": "P1"}, DAY)
    assert dict(decision.granted) == {"large": 300}
    assert "就高" in decision.finding("small").reason.zh


@pytest.mark.parametrize(("top_up", "result"), [("", {}), ("top_up = true", {"large": 200})])
def test_an_earlier_grant_of_the_group_blocks_or_counts_against_it(written, top_up, result):
    pack = written(*IN_GROUP, tail=GROUP + top_up)
    history = [{"rule": "small", "person": "P1", "year": 2025, "amount": 100}]
    assert granted(pack, {"rank": "high", "person": "P1", "history": history}) == result
    assert granted(pack, {"rank": "high", "person": "P2", "history": history}) == {"large": 300}


# ---- facts as others give them


@pytest.mark.parametrize("prize", [5000, "5000", "5,000.00", "5000元", Decimal("5000")])
def test_an_amount_may_be_a_whole_number_text_or_decimal(tonglu, prize):
    assert granted(tonglu, PRIZE | {"prize_received": prize}) == {"prize-match": Decimal(5000)}


@pytest.mark.parametrize(
    "facts", [{"prize_received": 5000.0}, {"members": [{"person": "P1", "share": 0.5}]}, {"level": "county", "prize": {"received": 1.5}}]
)
def test_a_float_is_an_error_that_says_where_it_is(tonglu, facts):
    with pytest.raises(TypeError, match=r"facts\..* is the float"):
        determine(tonglu, PRIZE | facts, DAY)


@pytest.mark.parametrize("prize", ["viel", "NaN", "-Infinity", True, [], {"a": 1}, -5, "-1"])
def test_an_amount_that_is_none_is_a_reason_and_not_a_crash(tonglu, prize):
    decision = determine(tonglu, PRIZE | {"prize_received": prize}, DAY)
    assert decision.granted == ()
    assert "奖金" in decision.finding("prize-match").reason.zh


def test_nested_facts_are_found(tonglu):
    facts = {"achievement": "competition_award", "competition": {"level": "municipal"}, "prize": {"received": "800"}}
    assert granted(tonglu, facts) == {"prize-match": 800}


def test_a_refusal_by_level_cites_the_clause(tonglu):
    finding = determine(tonglu, PRIZE | {"level": "county"}, DAY).finding("prize-match")
    assert (finding.granted, finding.amount, finding.clause) == (False, None, "二(二)8")
    assert "市级（含）以上" in finding.quote
    assert finding.reason.en == "level of the competition is county; the clause asks for at least municipal"


def test_a_finding_tells_its_inputs_and_its_arithmetic(tonglu):
    finding = determine(tonglu, PRIZE, DAY).finding("prize-match")
    assert {"level": "municipal", "prize_received": Decimal(5000)}.items() <= {i.name: i.value for i in finding.inputs}.items()
    assert "实发奖金 5000 元 × 1 ＝ 5000.00 元" in [step.zh for step in finding.steps]


def test_the_same_facts_give_the_same_record_byte_for_byte(tonglu):
    once, again = (json.dumps(determine(load(TONGLU), dict(PRIZE), DAY).as_record(), ensure_ascii=False) for _ in range(2))
    assert once == again


def test_facts_changed_afterwards_do_not_change_a_determination(tonglu):
    facts = dict(PRIZE)
    decision = determine(tonglu, facts, DAY)
    facts["level"] = "county"
    assert decision.finding("prize-match").granted


WORDS = st.one_of(
    st.none(),
    st.text("a三 1.-", max_size=4),
    st.integers(-5, 9),
    st.booleans(),
    st.dates(),
    st.decimals(),
    st.lists(st.text("a1", max_size=2), max_size=3),
    st.sampled_from(["competition_award", "certificate", "world", "municipal", "county", "gold", "first", "expert_team", "2026-01-01"]),
)
KEYS = st.sampled_from(
    [
        "achievement",
        "level",
        "award",
        "prize_received",
        "beneficiary",
        "members",
        "grade_level",
        "occupation",
        "certificate_issued_on",
        "claimed_by",
        "person",
        "competition",
        "skill",
        "represents_county",
        "training_fee",
        "months",
        "is_first",
        "awarded_on",
    ]
)


GRANTS = st.dictionaries(st.sampled_from(["rule", "person", "year", "level", "on"]), WORDS)


@given(st.dictionaries(KEYS, WORDS), st.lists(GRANTS, max_size=2))
def test_whatever_the_facts_the_answer_is_reasoned(facts, history):
    decision = determine(PACK, facts | {"history": history}, DAY)
    for finding in decision.findings:
        assert finding.granted == (finding.reason is None) == (finding.amount is not None)
    assert {f.rule for f in decision.findings if f.granted} == set(dict(decision.granted))
    json.dumps(decision.as_record())


PACK = load(TONGLU)

# ---- parts of a whole

FEN = st.integers(0, 10**9).map(lambda fen: Decimal(fen) / 100)


@given(FEN, st.integers(1, 40))
def test_equal_parts_add_up_and_differ_by_less_than_a_fen_each(total, count):
    parts = split_equally(total, count)
    assert sum(parts) == total
    assert 0 <= parts[-1] - parts[0] < Decimal("0.01") * count


@given(FEN, st.lists(st.integers(1, 99), min_size=1, max_size=6))
def test_parts_of_one_add_up_to_the_total(total, weights):
    hundredths = [Decimal(weight) / 1000 for weight in weights]
    assert sum(split(total, [*hundredths, 1 - sum(hundredths)])) == total


@pytest.mark.parametrize("shares", [["0.5", "0.4"], ["300", "199.99"], ["-1", "2"], []])
def test_a_table_that_does_not_add_up_is_refused(shares):
    with pytest.raises(ValueError, match="share"):
        split(Decimal(500), [Decimal(share) for share in shares])


def test_a_schedule_gives_the_last_part_the_remainder():
    years = [(date(2026, 1, 1), Decimal("0.333")), (date(2027, 1, 1), Decimal("0.333")), (date(2028, 1, 1), Decimal("0.334"))]
    assert [str(part.amount) for part in schedule(Decimal("100.01"), years)] == ["33.30", "33.30", "33.41"]
    with pytest.raises(ValueError, match="add up to one"):
        schedule(Decimal(100), years[:2])


@given(FEN, st.integers(1, 12), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_instalments_pay_exactly_the_total(total, parts, first):
    plan = equal_instalments(total, first, parts)
    assert sum(part.amount for part in plan) == total
    assert [part.due for part in plan] == sorted(part.due for part in plan)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2024-02-29", 12, "2025-02-28"), ("2025-12-31", 2, "2026-02-28"), ("2025-05-06", 12, "2026-05-06"), ("2025-01-31", 0, "2025-01-31")],
)
def test_months_end_where_the_calendar_lets_them(day, months, later):
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(later)
