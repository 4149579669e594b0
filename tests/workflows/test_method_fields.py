"""A method written as texts and read again, with a reason for every text that cannot be read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from tests.workflows.test_aspects import ANY, HARDNESS
from workflows.competition import method_fields
from workflows.competition.aspects import Method
from workflows.competition.methods import Add, Numeric, Timed


@given(ANY)
def test_what_is_written_of_a_method_reads_back_as_the_same_method(method: Method) -> None:
    for language in ("zh", "en"):
        assert method_fields.read(method.key, method_fields.write(method, language)) == method


def test_a_table_may_stand_on_one_line_and_say_above_in_either_language() -> None:
    for text in ("50 = 0; 55=1；以上 = 2", "≤ 50 → 0\n55 ＝ 1\nabove = 2"):
        assert method_fields.read("numeric", {"unit": "HRC", "table": text}) == HARDNESS


def test_a_limit_may_be_written_as_a_watch_shows_it() -> None:
    assert method_fields.read("time", {"limit": "60:00"}) == Timed(Decimal(3600))


def test_each_parameter_that_cannot_be_read_is_named_with_its_reason() -> None:
    with pytest.raises(method_fields.Unreadable) as caught:
        method_fields.read("add", {"each": "viel", "items": ""})
    assert {name: reason.zh for name, reason in caught.value.reasons.items()} == {"each": "看不懂“viel”", "items": "必填"}
    with pytest.raises(method_fields.Unreadable) as caught:
        method_fields.read("numeric", {"table": "0.02 = 4\n0.05: 2"})
    assert caught.value.reasons["table"].en == "“0.05: 2” is not understood"


@pytest.mark.parametrize(("words", "key"), [("从零累加", "add"), ("Deduct from full", "deduct"), ("scores", "scores"), ("别的", None)])
def test_a_method_is_known_by_its_name_in_either_language(words: str, key: str | None) -> None:
    assert method_fields.method_named(words) == key


def test_a_method_says_itself_in_one_line_in_the_readers_words() -> None:
    assert method_fields.summary(HARDNESS).zh == "实测值：单位 HRC，分值表 50 = 0；55 = 1；以上 = 2"
    assert method_fields.summary(HARDNESS).en == "Measured value: Unit HRC, Table 50 = 0; 55 = 1; above = 2"
    assert method_fields.summary(Add(Decimal("0.4"), 5)).zh == "从零累加：每项（处、次）分值 0.4，项数 5"
    assert method_fields.summary(Numeric(Decimal(60), Decimal("-0.02"), Decimal("0.02"), "mm")).en == (
        "Measured value: Nominal value 60, Lower deviation -0.02, Upper deviation 0.02, Unit mm"
    )
