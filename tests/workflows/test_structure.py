"""What must be true of every workflow, whatever it is about."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from workflows.catalogue import ALL
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Transition, Workflow

every_workflow = pytest.mark.parametrize("flow", ALL, ids=lambda flow: flow.name)


def reached(
    flow: type[Workflow], begin: State | None = None, *, without: Iterable[Transition] = (), avoiding: Iterable[State] = ()
) -> set[State]:
    """The states one can get to from *begin* (the first state) when some transitions and states are shut."""
    begin, shut, avoided = begin or flow.initial, set(without), set(avoiding)
    seen, todo = {begin}, [begin]
    while todo:
        for transition in flow.leaving(todo.pop()):
            if transition not in shut and transition.target not in seen | avoided:
                seen.add(transition.target)
                todo.append(transition.target)
    return seen


def skips_publicity(flow: type[Workflow], paid: State) -> bool:
    """Whether money can be reached without the clock ending a publicity period."""
    before_the_public = {state for state in flow.states.values() if state.is_publicity}
    ends = [t for t in flow.transitions.values() if set(t.source) & before_the_public and Role.CLOCK in t.by]
    return paid in reached(flow, avoiding=before_the_public) or paid in reached(flow, without=ends)


def has_two_persons(flow: type[Workflow], paid: State) -> bool:
    """Whether every way to the money passes a step and, after it, another that the same person may not take."""
    return any(
        paid not in reached(flow, without=[second]) and not set(second.source) & reached(flow, without=[first])
        for second in flow.transitions.values()
        for first in second.separate_from
    )


@every_workflow
def test_every_state_can_be_reached(flow):
    assert reached(flow) == set(flow.states.values())


@every_workflow
def test_only_open_states_have_exits_and_every_open_state_has_one(flow):
    for state in flow.states.values():
        assert bool(list(flow.leaving(state))) == (state.kind in (Kind.OPEN, Kind.SETTLED)), state


@every_workflow
def test_what_is_settled_is_only_opened_again_with_a_reason(flow):
    for state in flow.states.values():
        if state.kind is Kind.SETTLED:
            assert all(transition.needs_comment for transition in flow.leaving(state)), state


@every_workflow
def test_from_every_open_state_the_procedure_can_end(flow):
    for state in flow.states.values():
        assert any(end.kind is not Kind.OPEN for end in reached(flow, state)), state


@every_workflow
def test_money_needs_an_ended_publicity_and_two_persons(flow):
    for state in flow.states.values():
        if state.is_paid:
            assert not skips_publicity(flow, state)
            assert has_two_persons(flow, state)


@every_workflow
def test_every_transition_has_somebody_to_take_it(flow):
    for transition in flow.transitions.values():
        assert transition.by, transition
        assert transition.source, transition


@every_workflow
def test_the_clock_takes_its_steps_alone_and_is_nobody_to_be_kept_apart(flow):
    for transition in flow.timed():
        assert transition.by == (Role.CLOCK,), transition
        assert not transition.separate_from, transition


@every_workflow
def test_whoever_ends_another_persons_procedure_says_why(flow):
    for transition in flow.transitions.values():
        if transition.is_adverse and any(role.is_granted for role in transition.by):
            assert transition.needs_comment, transition


@every_workflow
def test_no_two_states_and_no_two_ways_out_of_a_state_share_a_caption(flow):
    titles = [state.title for state in flow.states.values()]
    assert len(titles) == len(set(titles))
    for state in flow.states.values():
        captions = [transition.title for transition in flow.leaving(state)]
        assert len(captions) == len(set(captions)), state


class HastyFlow(Workflow):
    """One person, and paid while still before the public: what the structural tests exist to catch."""

    title = Text("草率", "Hasty")
    draft = State(Text("草稿", "Draft"))
    publicity = State(Text("公示", "Publicity"), is_publicity=True)
    paid = State(Text("已付", "Paid"), Kind.DONE, is_paid=True)
    open_publicity = Transition(Text("公示", "Publish"), source=(draft,), target=publicity, by=(Role.REVIEWER,))
    pay = Transition(Text("付", "Pay"), source=(publicity,), target=paid, by=(Role.FINANCE,))


def test_a_payment_by_one_person_during_publicity_is_caught():
    assert skips_publicity(HastyFlow, HastyFlow.paid)
    assert not has_two_persons(HastyFlow, HastyFlow.paid)
