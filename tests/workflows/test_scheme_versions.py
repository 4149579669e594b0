"""What a new version of a scheme changes, and which marks stay good."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from workflows.competition.methods import FULL_OR_ZERO, PARTIAL
from workflows.competition.scheme import Aspect, Criterion, MarkingScheme, SubCriterion
from workflows.competition.scheme_versions import Kind, Stood, compare, kept, reopened, why_not_continued

SIZE = Aspect(FULL_OR_ZERO, "外形尺寸", Decimal(40), key="size")
GROOVE = Aspect(FULL_OR_ZERO, "槽宽", Decimal(60), key="groove")


def scheme(*aspects: Aspect, weight: Decimal | None = None) -> MarkingScheme:
    return MarkingScheme("钳工", (Criterion("A", "加工", (SubCriterion("A1", "尺寸", 1, aspects, key="form"),), weight=weight),))


OLD = scheme(SIZE, GROOVE)


def test_a_version_that_changes_nothing_says_so() -> None:
    assert compare(OLD, scheme(SIZE, GROOVE)).is_same


@pytest.mark.parametrize(
    ("new", "kind", "keeps"),
    [
        (replace(SIZE, method=PARTIAL), Kind.MARKED_OTHERWISE, False),
        (replace(SIZE, max_mark=Decimal(41)), Kind.MARKED_OTHERWISE, False),
        (replace(SIZE, description="外形尺寸 60±0.02"), Kind.REWORDED, True),
        (replace(SIZE, requirement="用千分尺"), Kind.REWORDED, True),
    ],
)
def test_a_mark_stays_good_unless_the_aspect_is_marked_in_another_way(new: Aspect, kind: Kind, keeps: bool) -> None:
    later = scheme(new, GROOVE)
    (change,) = compare(OLD, later).changes
    assert (change.kind, change.before, change.after) == (kind, "A1.1", "A1.1")
    assert ("size" in kept(OLD, later)) is keeps


def test_where_only_words_changed_a_person_may_have_it_marked_again() -> None:
    later = scheme(replace(SIZE, description="外形"), GROOVE)
    assert kept(OLD, later, frozenset({"size"})) == {"groove"}


def test_an_aspect_that_moved_is_the_same_aspect() -> None:
    later = scheme(GROOVE, SIZE)
    assert [(change.kind, change.before, change.after) for change in compare(OLD, later).changes] == [
        (Kind.MOVED, "A1.2", "A1.1"),
        (Kind.MOVED, "A1.1", "A1.2"),
    ]
    assert kept(OLD, later) == {"size", "groove"}


def test_what_was_added_has_no_marks_and_what_was_removed_keeps_none() -> None:
    later = scheme(SIZE, Aspect(FULL_OR_ZERO, "孔距", Decimal(60), key="hole"))
    assert [(change.kind, change.key) for change in compare(OLD, later).changes] == [(Kind.ADDED, "hole"), (Kind.REMOVED, "groove")]
    assert kept(OLD, later) == {"size"}


def test_a_changed_weight_is_told_and_touches_no_mark() -> None:
    later = scheme(SIZE, GROOVE, weight=Decimal(100))
    comparison = compare(OLD, later)
    assert [(other.title.en, other.before.en, other.after.en) for other in comparison.others] == [("Weight of A", "—", "100")]
    assert comparison.lost == []


STOOD = Stood("form", "A1.1", SIZE)


@pytest.mark.parametrize(
    ("new", "is_marked_again", "told"),
    [
        (STOOD, False, None),
        (Stood("form", "A1.3", replace(SIZE, description="外形")), False, None),
        (None, False, "「A1.1 外形尺寸」在现行评分方案中已删去"),
        (Stood("form", "A1.2", replace(SIZE, description="外径")), True, "「A1.1 外形尺寸」评的，现行方案为「A1.2 外径」"),
        (Stood("form", "A1.1", replace(SIZE, method=PARTIAL)), False, "评分方法由满分或零分改为可部分得分"),
        (Stood("form", "A1.1", replace(SIZE, max_mark=Decimal(41))), False, "最高分由40改为41"),
        (Stood("other", "B2.3", SIZE), False, "移为「B2.3 外形尺寸」"),
    ],
)
def test_a_value_heard_of_late_continues_or_says_what_became_of_its_aspect(
    new: Stood | None, is_marked_again: bool, told: str | None
) -> None:
    reason = why_not_continued(STOOD, new, is_marked_again=is_marked_again)
    assert reason is None if told is None else reason is not None and told in reason.zh and "A1.1" in reason.en


@pytest.mark.parametrize(
    ("new", "marked_again", "is_reopened"),
    [
        (OLD, frozenset(), False),
        (scheme(replace(SIZE, description="外形"), GROOVE), frozenset(), False),
        (scheme(replace(SIZE, description="外形"), GROOVE), frozenset({"size"}), True),
        (scheme(GROOVE, SIZE), frozenset(), True),
        (scheme(SIZE), frozenset(), True),
        (scheme(SIZE, replace(GROOVE, max_mark=Decimal(50))), frozenset(), True),
    ],
)
def test_a_form_is_signed_again_where_its_sheets_say_something_else(
    new: MarkingScheme, marked_again: frozenset[str], is_reopened: bool
) -> None:
    assert reopened(OLD, new, marked_again) == ({"form"} if is_reopened else frozenset())
