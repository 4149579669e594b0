"""Standings while the marking goes on: the places they show are those of the tally over the same marks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from workflows.competition.bands import Band
from workflows.competition.methods import PARTIAL
from workflows.competition.places import Order, Totals
from workflows.competition.prizes import fixed
from workflows.competition.scheme import Aspect, Criterion, MarkingScheme, SubCriterion
from workflows.competition.standing import Weights, placed, total_of
from workflows.competition.tally import Competitor, Rules, tally

MODULES = ("A", "B")
SCHEME = MarkingScheme(
    "两个模块",
    tuple(
        Criterion(letter, letter, (SubCriterion(f"{letter}1", letter, 1, (Aspect(PARTIAL, "尺寸", Decimal(50)),)),), Decimal(50))
        for letter in MODULES
    ),
)
KEYS = st.lists(st.sampled_from(("practice", "theory", "module:A", "module:B", "time", "chief_judge", "share")), unique=True)
MARKS = st.tuples(*(st.sampled_from((0, 10, 12, 50)) for _ in range(3)))


@dataclass(frozen=True, eq=False)
class Line:
    """A standing with everything at hand."""

    totals: Totals

    @property
    def id(self):
        return self.totals.id

    @property
    def hundredths(self):
        return int(self.totals.total.scaleb(2))


def standing(id_, marks, weights):
    theory, *modules = map(Decimal, marks)
    practice = sum(modules, Decimal("0.00"))
    return Line(Totals(id_, total_of(weights, theory, practice), theory, practice, dict(zip(MODULES, modules, strict=True))))


def competitor(id_, marks):
    theory, *modules = map(Decimal, marks)
    return Competitor(id_, f"{id_:02d}", {f"{letter}1.1": {0: mark} for letter, mark in zip(MODULES, modules, strict=True)}, theory)


@given(
    marks=st.lists(MARKS, min_size=1, max_size=8),
    keys=KEYS,
    unshared=st.sampled_from(((), (Band(1, 3),), (Band(2, 2), Band(4, 6)))),
    rulings=st.lists(st.permutations(range(8)), max_size=2),
    method=st.sampled_from(("marks", "worldskills")),
)
def test_the_places_are_those_of_the_tally(marks, keys, unshared, rulings, method):
    weights, chain, orders = Weights(Decimal(30), Decimal(70)), tuple(keys), tuple(map(tuple, rulings))
    here = placed([standing(n, each, weights) for n, each in enumerate(marks)], Order(method, chain, unshared, orders))
    rules = Rules(weights.theory, weights.practice, fixed(1, 1, 1), method, tie_break=chain, unshared_places=unshared, rulings=orders)
    there = {line.id: line for line in tally(SCHEME, [competitor(n, each) for n, each in enumerate(marks)], rules)}
    assert len(here) == len(there)
    for place in here:
        line = there[place.id]
        assert (place.place, place.decided_by, place.is_shared, place.needs_decision) == (
            line.place,
            line.decided_by,
            line.is_shared,
            line.needs_decision,
        )


def test_a_theory_mark_that_has_not_come_adds_nothing():
    assert total_of(Weights(Decimal(30), Decimal(70)), None, Decimal(80)) == Decimal("56.00")


def test_whoever_is_alone_with_their_total_is_told_so_and_the_others_by_what_they_were_told_apart():
    eighty, more = [Line(Totals(n, Decimal(80), modules={"A": Decimal(60 - n)})) for n in (1, 2)], Line(Totals(3, Decimal(81)))
    found = placed([*eighty, more], Order(tie_break=("module:A",)))
    assert [(place.id, place.place, place.decided_by) for place in found] == [(3, 1, "total"), (1, 2, "module:A"), (2, 3, "module:A")]
    assert found[0].why(more).zh == "总成绩 81"
    assert "模块 A" in found[1].why(eighty[0]).zh
