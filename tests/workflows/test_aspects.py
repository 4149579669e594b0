"""Every method of marking: what may be entered, what mark it comes to, and the words that explain it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.recompute import aspect_mark
from workflows.competition import aspects, methods
from workflows.competition.aspects import AspectType, Marked, Method, mark_of, value_from
from workflows.competition.mark_tables import Row
from workflows.competition.methods import (
    FULL_OR_ZERO,
    JUDGEMENT,
    PARTIAL,
    Add,
    Band,
    Banded,
    Deduct,
    Errors,
    Judgement,
    Numeric,
    Scores,
    Timed,
)
from workflows.competition.scheme import Aspect

TWO = Decimal("2.00")


def d(text: str) -> Decimal:
    return Decimal(text)


def table(*rows: tuple[str | None, str]) -> tuple[Row, ...]:
    return tuple(Row(None if bound is None else d(bound), d(mark)) for bound, mark in rows)


def marked(method: Method, *values: str | None, most: Decimal = TWO) -> Marked:
    first = 1 if method.is_scored_by_each else 0
    return Marked("A1.1", method, most, {seat: None if value is None else d(value) for seat, value in enumerate(values, start=first)})


SIZE = Numeric(d("60"), d("-0.02"), d("0.02"), "mm", table(("0.01", "1.50"), ("0.03", "0.50")))
SLOPE = Numeric(
    d("60"),
    d("-0.02"),
    d("0.02"),
    "mm",
    table(
        ("0.04", "0"),
    ),
    is_linear=True,
)
HARDNESS = Numeric(unit="HRC", table=table(("50", "0"), ("55", "1"), (None, "2")))
BANDS = Banded((Band(d("0"), "开裂"), Band(d("1.20"), "轻微咬边"), Band(d("2"), "无缺陷")))
QUICK = Timed(limit=d("3600"), table=table(("3000", "2"), ("3300", "1"), ("3600", "0.5")))
EASING = Timed(table=table(("3000", "2"), ("3600", "0")), is_linear=True)


@pytest.mark.parametrize(
    ("method", "values", "mark"),
    [
        (FULL_OR_ZERO, ["2"], "2.00"),
        (FULL_OR_ZERO, ["0"], "0.00"),
        (PARTIAL, ["1.25"], "1.25"),
        (Add(d("0.4"), 5), ["3"], "1.20"),
        (Add(d("0.75"), 3), ["3"], "2.00"),  # 2.25, but no more than the maximum
        (Deduct(d("0.25")), ["3"], "1.25"),  # Technical Description 17: 2.00, 0.25 off each kind of error
        (Deduct(d("0.25")), ["9"], "0.00"),
        (BANDS, ["2"], "1.20"),
        (SIZE, ["60.02"], "2.00"),
        (SIZE, ["59.98"], "2.00"),
        (SIZE, ["60.03"], "1.50"),
        (SIZE, ["59.95"], "0.50"),
        (SIZE, ["60.06"], "0.00"),
        (SLOPE, ["60.03"], "1.50"),
        (SLOPE, ["60.05000001"], "0.50"),
        (HARDNESS, ["49.5"], "0.00"),
        (HARDNESS, ["55"], "1.00"),
        (HARDNESS, ["58.12345678"], "2.00"),
        (JUDGEMENT, ["2", "2", "3"], "1.56"),  # rounding the mean first would give 1.55
        (Scores(), ["80", "86", "90", "84", "95"], "1.73"),  # 86 + 90 + 84 = 260; ÷ 3 ÷ 100 × 2
        (Scores(drop_highest=0, drop_lowest=0), ["80", "86", "90", "84", "95"], "1.74"),
        (Scores(), ["80", "90"], "1.70"),  # not all in: nothing is dropped yet
        (Timed(limit=d("600")), ["599.99"], "2.00"),
        (Timed(limit=d("600")), ["600.01"], "0.00"),
        (QUICK, ["3300"], "1.00"),
        (QUICK, ["3601"], "0.00"),
        (EASING, ["3150"], "1.50"),
        (EASING, ["120"], "2.00"),
        (Errors(d("0.5"), free=1), ["3"], "1.00"),
        (Errors(d("0.5")), ["40"], "0.00"),
    ],
)
def test_what_is_entered_comes_to_its_mark(method: Method, values: list[str], mark: str) -> None:
    assert mark_of(marked(method, *values)) == d(mark)


@pytest.mark.parametrize("method", [FULL_OR_ZERO, JUDGEMENT, SIZE, QUICK, Errors(d("0.5"))])
def test_what_was_not_attempted_earns_nothing_and_says_so(method: Method) -> None:
    nothing = marked(method, None)
    assert mark_of(nothing) == 0
    assert [step.en for step in aspects.explain(nothing)] == ["Not attempted: no mark"]


@pytest.mark.parametrize(
    ("method", "value", "reason"),
    [
        (FULL_OR_ZERO, "0.75", "earns 2 or 0"),
        (PARTIAL, "2.01", "from 0 to 2"),
        (PARTIAL, "1.234", "two decimals"),
        (Add(d("0.4"), 5), "6", "At most 5"),
        (Add(d("0.4"), 5), "1.5", "whole number"),
        (Deduct(d("0.25")), "-1", "not below zero"),
        (BANDS, "4", "bands 1 to 3"),
        (JUDGEMENT, "1.5", "one of 0, 1, 2, 3"),
        (Scores(), "101", "from 0 to 100"),
        (Scores(step=d("0.5")), "86.25", "steps of 0.5"),
        (SIZE, "60.123456789", "eight decimals"),
        (SIZE, "1000000000", "thousand million"),
        (QUICK, "-1", "not below zero"),
        (Errors(d("0.5")), "2.5", "whole number"),
    ],
)
def test_what_cannot_be_entered_is_refused_with_its_reason(method: Method, value: str, reason: str) -> None:
    refusal = aspects.why_not(Aspect(method, "尺寸", TWO), d(value))
    assert refusal is not None
    assert reason in refusal.en


def test_the_calculation_is_told_step_by_step() -> None:
    assert [step.zh for step in aspects.explain(marked(SIZE, "60.03"))] == [
        "实测 60.03 mm",
        "允许 59.98 至 60.02",
        "超出公差 0.01",
        "分值表 ≤ 0.01：1.5 分",
        "得 1.50 分",
    ]
    assert [step.en for step in aspects.explain(marked(Scores(), "80", "86", "90", "84", "95"))] == [
        "Scores 80 + 86 + 90 + 84 + 95",
        "Dropped: highest 95, lowest 80",
        "Mean as a mark: 260 ÷ 3 ÷ 100 × 2 ≈ 1.733333",
        "Mark: 1.73",
    ]
    assert aspects.explain(marked(QUICK, "3150"))[0].zh == "用时 52 分 30 秒"


def test_a_few_answers_are_buttons_and_a_measure_is_a_number_with_its_unit() -> None:
    judged = aspects.entry_of(Aspect(JUDGEMENT, "外观", TWO))
    assert [value for value, _ in judged.choices] == [0, 1, 2, 3]
    size = aspects.entry_of(Aspect(SIZE, "外形", TWO))
    assert (size.choices, size.lowest, size.step) == ((), None, d("0.01"))
    assert size.unit is not None
    assert size.unit.zh == "mm"
    assert [label.en for _, label in aspects.entry_of(Aspect(Deduct(d("0.75")), "缺陷", TWO)).choices] == ["0", "1", "2", "3 or more"]


def test_every_judge_scores_where_each_has_a_view_and_the_panel_measures_as_one() -> None:
    assert aspects.seats_of(Aspect(Scores(), "作品", TWO), (1, 2, 3, 4, 5)) == (1, 2, 3, 4, 5)
    assert aspects.seats_of(Aspect(QUICK, "用时", TWO), (1, 2, 3)) == (aspects.PANEL,)


@pytest.mark.parametrize(("typed", "value"), [("12:34.5", "754.5"), ("1:02:03", "3723"), ("0.12345678", "0.12345678"), ("-0.02", "-0.02")])
def test_a_time_may_be_typed_as_the_watch_shows_it(typed: str, value: str) -> None:
    assert value_from(typed) == d(value)


@pytest.mark.parametrize("typed", ["", "1:75", "1:2:3:4", ":30", "1,5", "1e3", "0.123456789"])
def test_what_is_no_number_is_no_value(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says, the page says it in its own words
        value_from(typed)


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        (Add(d("0.4"), 4), "less than the maximum"),
        (Deduct(d("0")), "no mark above zero"),
        (Banded((Band(d("1"), "x"), Band(d("1.5"), "y"))), "No band earns the maximum"),
        (Banded((Band(d("2"), "x"),)), "at least two"),
        (Numeric(table=table(("50", "0"), ("60", "2"))), "more than 60"),
        (Numeric(table=table(("50", "0"), ("40", "1"), (None, "2"))), "must be above 50"),
        (Numeric(table=table((None, "0"), ("40", "2"))), "only the last"),
        (Numeric(d("60"), d("0.1"), d("-0.1")), "lies above"),
        (Numeric(upper=d("0.1"), table=table((None, "2"))), "no nominal"),
        (Numeric(d("60"), table=table(("0.1", "1"), ("0.2", "1.5"))), "may not earn more"),
        (Scores(judges=2), "leave none"),
        (Scores(highest=d("10"), step=d("3")), "multiple"),
        (Timed(), "neither a limit nor a table"),
        (Timed(table=table(("60", "1"), ("90", "2"))), "may not earn more"),
        (Errors(d("3")), "no mark above zero"),
        (Judgement(judges=0), "at least one judge"),
    ],
)
def test_a_method_that_cannot_work_says_why(method: Method, reason: str) -> None:
    assert any(reason in problem.en for problem in method.problems(TWO))


@pytest.mark.parametrize(
    "method",
    [
        FULL_OR_ZERO,
        PARTIAL,
        JUDGEMENT,
        Add(d("0.4"), 5),
        Deduct(d("0.25")),
        BANDS,
        SIZE,
        SLOPE,
        HARDNESS,
        Scores(),
        QUICK,
        Errors(d("0.5")),
    ],
)
def test_a_sound_method_is_not_complained_about(method: Method) -> None:
    assert list(method.problems(TWO)) == []


# --- of all methods and values --------------------------------------------------------------------------------------

CENTS = st.integers(1, 200).map(lambda cents: Decimal(cents).scaleb(-2))
FIGURES = st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-3))


@st.composite
def tables(draw: st.DrawFn, *, is_open: bool = False) -> tuple[Row, ...]:
    bounds = sorted(draw(st.sets(FIGURES, min_size=1, max_size=5)))
    marks = sorted(draw(st.lists(st.integers(0, 200), min_size=len(bounds), max_size=len(bounds))), reverse=True)
    rows = [Row(bound, Decimal(mark).scaleb(-2)) for bound, mark in zip(bounds, marks, strict=True)]
    return (*rows, Row(None, d("0"))) if is_open else tuple(rows)


FALLING = st.one_of(  # the more is entered, the less it earns
    st.builds(Deduct, CENTS),
    st.builds(Errors, CENTS, st.integers(0, 3)),
    st.builds(Timed, st.none() | FIGURES, tables(), st.booleans()),
    st.builds(Numeric, st.none(), table=tables(is_open=True), is_linear=st.booleans()),
)
RISING = st.one_of(
    st.just(PARTIAL),
    st.just(JUDGEMENT),
    st.builds(Add, CENTS, st.integers(1, 20)),
    st.builds(Scores, st.integers(3, 9), highest=st.sampled_from([d("10"), d("100")]), step=st.sampled_from([d("0.5"), d("1")])),
)
SIZES = st.builds(Numeric, FIGURES, FIGURES.map(lambda n: -n), FIGURES, st.just("mm"), tables(), st.booleans())
ANY = st.one_of(FALLING, RISING, SIZES, st.just(FULL_OR_ZERO), st.just(BANDS))


@st.composite
def values_of(draw: st.DrawFn, method: Method) -> list[Decimal]:
    """Values that may be entered."""
    entry = method.entry(TWO, ())
    if entry.choices and entry.highest is None:
        one = st.sampled_from([value for value, _ in entry.choices])
    elif method.type in (AspectType.TIME, AspectType.MEASUREMENT) and entry.highest is None and entry.step != 1:
        one = FIGURES
    else:
        one = st.integers(0, int((entry.highest or 20) / entry.step)).map(lambda n: n * entry.step)
    return draw(st.lists(one, min_size=1, max_size=9 if method.is_scored_by_each else 1))


@given(st.data())
def test_a_mark_lies_between_nothing_and_the_maximum_and_has_two_decimals(data: st.DataObject) -> None:
    method = data.draw(ANY)
    values = data.draw(values_of(method))
    assert all(aspects.why_not(Aspect(method, "x", TWO), value) is None for value in values)
    mark = mark_of(Marked("A1.1", method, TWO, dict(enumerate(values))))
    assert 0 <= mark <= TWO
    assert mark.as_tuple().exponent == -2


@given(st.data())
def test_the_stand_alone_script_finds_the_same_mark(data: st.DataObject) -> None:
    method = data.draw(ANY)
    values = dict(enumerate(data.draw(values_of(method))))
    said = {"method": json.loads(json.dumps(methods.data_of(method))), "max_mark": "2.00"}
    assert aspect_mark(said, {str(seat): str(value) for seat, value in values.items()}) == mark_of(Marked("A1.1", method, TWO, values))


@given(st.data())
def test_more_never_earns_less_where_more_is_better_nor_more_where_it_is_worse(data: st.DataObject) -> None:
    is_rising = data.draw(st.booleans())
    method = data.draw(RISING if is_rising else FALLING)
    low, high = sorted([data.draw(values_of(method))[0], data.draw(values_of(method))[0]])
    less, more = (mark_of(Marked("A1.1", method, TWO, {1: value})) for value in (low, high))
    assert less <= more if is_rising else less >= more


@given(SIZES, FIGURES, FIGURES)
def test_farther_from_the_tolerance_never_earns_more(method: Numeric, one: Decimal, other: Decimal) -> None:
    near, far = sorted([one, other], key=method.outside)
    assert mark_of(marked(method, str(near))) >= mark_of(marked(method, str(far)))


@given(st.data())
def test_one_more_point_of_one_judge_never_lowers_the_mark(data: st.DataObject) -> None:
    method = data.draw(st.builds(Scores, st.integers(3, 7), st.integers(0, 1), st.integers(0, 1)))
    scores = data.draw(st.lists(st.integers(0, 99).map(Decimal), min_size=1, max_size=7))
    better = [scores[0] + 1, *scores[1:]]
    before, after = (mark_of(Marked("A1.1", method, TWO, dict(enumerate(each)))) for each in (scores, better))
    assert before <= after


@given(ANY)
def test_a_method_kept_as_data_is_the_same_method(method: Method) -> None:
    assert methods.method_from(json.loads(json.dumps(methods.data_of(method)))) == method


@pytest.mark.parametrize(
    "data", [{}, {"key": "guess"}, {"key": "add"}, {"key": "deduct", "each": "much"}, {"key": "numeric", "table": [["1"]]}]
)
def test_data_that_describes_no_method_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no method"):
        methods.method_from(data)
