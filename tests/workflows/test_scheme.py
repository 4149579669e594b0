"""What a marking scheme must be before anyone is marked by it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

import pytest

from tests.support.published import rows
from workflows.competition.methods import FULL_OR_ZERO, JUDGEMENT, Deduct, Scores, Timed
from workflows.competition.scheme import Aspect, Benchmark, Criterion, MarkingScheme, Section, SubCriterion, panel_problems, problems

M, J = FULL_OR_ZERO, JUDGEMENT
BENCHMARKS = tuple(Benchmark(score, f"meaning of {score}") for score in range(4))


def real_scheme() -> MarkingScheme:
    """The structure of a real scheme of 149 aspects, with words of our own."""
    table = rows("app/demo/data/scheme_149.csv")
    forms = [
        SubCriterion(
            id_,
            f"Form {id_}",
            int(day),
            tuple(
                Aspect(
                    {"M": M, "J": J}[row["type"]],
                    f"Aspect {n}",
                    Decimal(row["max_mark"]),
                    row["wsos_section"],
                    benchmarks=BENCHMARKS if row["type"] == "J" else (),
                )
                for n, row in enumerate(group, start=1)
            ),
        )
        for (id_, day), group in groupby(table, key=lambda row: (row["sub_criterion"], row["day"]))
    ]
    criteria = tuple(
        Criterion(letter, f"Criterion {letter}", tuple(of_letter)) for letter, of_letter in groupby(forms, key=lambda form: form.id[0])
    )
    marks = MarkingScheme("", criteria).marks_by_section()
    sections = tuple(Section(id_, f"Section {id_}", marks[id_]) for id_ in sorted(marks))
    return MarkingScheme("EuroSkills 2023, skill 17", tuple(replace(each, stated_mark=each.max_mark) for each in criteria), sections)


def test_the_limit_of_an_aspect_is_a_setting_of_the_scheme() -> None:
    scheme = one_aspect(Aspect(M, "x", Decimal("2.50"), "1"))
    assert problems(scheme) == []
    limited = replace(scheme, max_aspect_mark=Decimal("2.00"))
    assert [(problem.where, problem.is_error) for problem in problems(limited)] == [("A1.1", True), ("A1.2", True)]
    assert "above the limit of 2.00" in problems(limited)[1].reason.en


def test_weighted_modules_need_not_add_up_but_their_weights_do() -> None:
    first = Criterion("A", "A", (SubCriterion("A1", "A1", 1, (Aspect(M, "x", Decimal(20)),)),), weight=Decimal(40))
    second = Criterion("B", "B", (SubCriterion("B1", "B1", 1, (Aspect(M, "x", Decimal(50)),)),), weight=Decimal(60))
    assert problems(MarkingScheme("", (first, second))) == []
    said = problems(MarkingScheme("", (first, replace(second, weight=None))))
    assert [(problem.where, problem.field) for problem in said] == [("", "weight"), ("B", "weight")]


def test_a_method_that_cannot_work_is_named_with_its_aspect() -> None:
    (problem,) = problems(one_aspect(Aspect(Deduct(Decimal(5)), "x", Decimal("2.00"), "1")))
    assert (problem.where, problem.field, problem.is_error) == ("A1.2", "method", True)


def test_a_reference_that_could_not_be_entered_is_named() -> None:
    (problem,) = problems(one_aspect(Aspect(M, "x", Decimal("2.00"), "1", reference=Decimal(1))))
    assert (problem.where, problem.field) == ("A1.2", "reference")


def test_a_time_may_be_worth_nothing_and_only_break_ties() -> None:
    assert problems(one_aspect(Aspect(Timed(), "x", Decimal("0.00"), "1"))) == []


@pytest.mark.parametrize(("judges", "errors"), [(5, []), (4, ["A1.2"]), (0, ["A1.2", "A1.3"])])
def test_the_panel_must_be_as_large_as_the_scores_ask_for(judges: int, errors: list[str]) -> None:
    filler, scored = one_aspect(Aspect(Scores(), "x", Decimal(50), "1")).criteria[0].sub_criteria[0].aspects
    judged = Aspect(J, "y", Decimal(50), "1", benchmarks=BENCHMARKS)
    scheme = MarkingScheme("", (Criterion("A", "A", (SubCriterion("A1", "A1", 1, (filler, scored, judged)),)),))
    found = list(panel_problems(scheme, lambda _sub: judges))
    assert [problem.where for problem in found if problem.is_error] == errors


def one_aspect(aspect: Aspect) -> MarkingScheme:
    """A scheme of 100 whose last aspect is *aspect*."""
    filler = Aspect(M, "filler", Decimal(100) - aspect.max_mark, "1")
    return MarkingScheme("", (Criterion("A", "A", (SubCriterion("A1", "A1", 1, (filler, aspect)),)),), (Section("1", "One"),))


def test_the_real_scheme_of_149_aspects_is_usable() -> None:
    scheme = real_scheme()
    marks = Counter({M: Decimal(0), J: Decimal(0)})
    for _, aspect in scheme.aspects():
        marks[aspect.method] += aspect.max_mark
    assert (len(scheme.criteria), len(list(scheme.sub_criteria())), len(list(scheme.aspects()))) == (6, 36, 149)
    assert (marks[M], marks[J], scheme.max_mark) == (Decimal("76.00"), Decimal("24.00"), Decimal("100.00"))
    assert {sub.day for sub in scheme.sub_criteria()} == {1, 2, 3}
    assert max(len(sub.aspects) for sub in scheme.sub_criteria()) == 13
    assert scheme.variation() == 0
    assert problems(scheme) == []


def test_an_aspect_is_numbered_by_its_position() -> None:
    numbers = [number for number, _ in real_scheme().aspects()]
    assert numbers[:4] == ["A1.1", "A1.2", "A1.3", "A2.1"]
    assert len(set(numbers)) == 149


def test_a_scheme_that_does_not_make_100_is_refused_with_the_sum() -> None:
    scheme = real_scheme()
    short = replace(scheme, criteria=scheme.criteria[:-1])
    (problem,) = [each for each in problems(short) if each.where == "" and each.field == "max_mark"]
    assert f"合计为 {short.max_mark}，应为 100.00" in problem.reason.zh
    assert problem.is_error


@pytest.mark.parametrize(
    ("aspect", "field", "reason", "is_error"),
    [
        (Aspect(M, "x", Decimal("0.00"), "1"), "max_mark", "not above zero", True),
        (Aspect(M, "x", Decimal("0.125"), "1"), "max_mark", "more than two decimals", True),
        (Aspect(M, "", Decimal("1.00"), "1"), "description", "no description", True),
        (Aspect(M, "x", Decimal("1.00"), "7"), "section", "no section 7", True),
        (Aspect(M, "x", Decimal("1.00")), "section", "is missing", True),
        (Aspect(M, "x", Decimal("1.00"), "1", benchmarks=BENCHMARKS), "benchmarks", "only a judgement", True),
        (Aspect(J, "x", Decimal("1.00"), "1", benchmarks=BENCHMARKS[:2]), "benchmarks", "score 2, 3 are missing", True),
        (Aspect(J, "x", Decimal("1.00"), "1", benchmarks=(*BENCHMARKS, BENCHMARKS[0])), "benchmarks", "stands twice", True),
        (Aspect(J, "x", Decimal("1.00"), "1", benchmarks=(*BENCHMARKS, Benchmark(4, "?"))), "benchmarks", "benchmark 4", True),
    ],
)
def test_what_is_wrong_with_an_aspect_is_said_with_its_number(aspect: Aspect, field: str, reason: str, is_error: bool) -> None:
    (problem,) = [each for each in problems(one_aspect(aspect)) if each.where == "A1.2"]
    assert (problem.field, problem.is_error) == (field, is_error)
    assert reason in problem.reason.en


def test_a_heading_that_states_another_sum_is_named() -> None:
    scheme = real_scheme()
    wrong = replace(scheme, criteria=(replace(scheme.criteria[0], stated_mark=Decimal("99.00")), *scheme.criteria[1:]))
    (problem,) = problems(wrong)
    assert problem.where == "A"
    assert "states 99.00" in problem.reason.en


def test_doubled_misplaced_and_empty_forms_are_named() -> None:
    aspect = Aspect(M, "x", Decimal("50.00"))
    scheme = MarkingScheme(
        "",
        (Criterion("A", "", (SubCriterion("A1", "", 1, (aspect,)), SubCriterion("A1", "", 1, (aspect,)), SubCriterion("B2", "", 1, ()))),),
    )
    found = {(problem.where, problem.reason.en) for problem in problems(scheme) if problem.field in ("id", "aspects")}
    assert found == {
        ("A1", "sub criterion A1 stands twice"),
        ("B2", "sub criterion B2 does not belong to criterion A"),
        ("B2", "sub criterion B2 has no aspect"),
    }


def test_more_than_five_from_the_standards_weights_is_remarked_upon_but_hinders_nothing() -> None:
    scheme = real_scheme()
    first, second, *others = scheme.sections
    assert first.marks is not None
    assert second.marks is not None
    moved = replace(scheme, sections=(replace(first, marks=first.marks + 3), replace(second, marks=second.marks - 3), *others))
    (problem,) = problems(moved)
    assert "偏差合计 6.00，超过 5.00" in problem.reason.zh
    assert not problem.is_error
