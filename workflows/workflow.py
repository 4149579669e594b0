"""A workflow, declared once: states, and the transitions between them.

    class ClaimFlow(Workflow):
        title = Text("奖励申领", "Reward claim")
        draft = State(Text("草稿", "Draft"), editable_by=(Role.APPLICANT,))
        submitted = State(Text("已提交", "Submitted"))
        submit = Transition(Text("提交", "Submit"), source=(draft,), target=submitted, by=(Role.APPLICANT,))

The first state is where a subject begins.  Buttons, permissions, audit words, charts and tables all
derive from this one declaration; `app.core.engine` is the only thing that moves a subject.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from transitions import Machine

from workflows.roles import Role
from workflows.text import Text


class Kind(enum.Enum):
    """How a state stands to the end of the procedure."""

    OPEN = "open"  # work goes on
    SETTLED = "settled"  # nobody has anything to do; only a reasoned step leads back
    DONE = "done"  # ended, and well
    ENDED = "ended"  # ended without what was wanted: refused, withdrawn, cancelled


@dataclass(frozen=True, slots=True)
class Step:
    """Who wants to take a transition, when, and what they say about it.  Guards read it."""

    now: datetime
    actor: Any = None
    comment: str = ""


Guard = Callable[[Any, Step], Text | None]


@dataclass(eq=False)
class State:
    """A place a subject can be in.

    `editable_by`: whose forms may change the subject's data here.  `is_publicity`: the subject is before
    the public.  `is_paid`: money has left; the structural tests guard every way into such a state.
    """

    title: Text
    kind: Kind = Kind.OPEN
    editable_by: tuple[Role, ...] = ()
    is_publicity: bool = False
    is_paid: bool = False
    name: str = field(default="", init=False)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<State {self.name}>"


@dataclass(eq=False)
class Transition:
    """A way from one state to another: one trigger, one target.

    `guards` answer with the reason why not, or None.  `fires_at` names the subject's attribute that holds
    the moment from which the clock takes this transition.  `separate_from`: nobody who took one of those
    transitions on this subject may take this one.  `notifies`: roles told when it happened.
    """

    title: Text
    source: tuple[State, ...]
    target: State
    by: tuple[Role, ...]
    guards: tuple[Guard, ...] = ()
    notifies: tuple[Role, ...] = ()
    needs_comment: bool = False
    fires_at: str | None = None
    separate_from: tuple[Transition, ...] = ()
    name: str = field(default="", init=False)
    workflow: type[Workflow] = field(init=False, repr=False)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __post_init__(self) -> None:
        if (self.fires_at is not None) != (Role.CLOCK in self.by):
            raise ValueError(f"{self.title}: a transition the clock takes says when, and only such a one does")

    def __repr__(self) -> str:
        return f"<Transition {self.name}>"

    @property
    def is_adverse(self) -> bool:
        """Whether it ends the procedure against the wish of whoever began it."""
        return self.target.kind is Kind.ENDED

    @property
    def is_setback(self) -> bool:
        """Whether it is open to somebody but waits for nobody: an unwanted end, or a way back for which a reason is asked."""
        return self.is_adverse or (self.needs_comment and self.target.kind is Kind.OPEN and self.target not in self.source)


class Workflow:
    """Base of all declarations.  A subclass is never instantiated; its class body is the procedure."""

    title: ClassVar[Text]
    name: ClassVar[str]
    states: ClassVar[dict[str, State]]
    transitions: ClassVar[dict[str, Transition]]
    initial: ClassVar[State]
    machine: ClassVar[Machine]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.states = {name: value for name, value in vars(cls).items() if isinstance(value, State)}
        cls.transitions = {name: value for name, value in vars(cls).items() if isinstance(value, Transition)}
        if not cls.states:
            raise TypeError(f"{cls.__name__} declares no state")
        cls.name = _snake(cls.__name__.removesuffix("Flow"))
        cls.initial = next(iter(cls.states.values()))
        for transition in cls.transitions.values():
            transition.workflow = cls
        cls.machine = Machine(
            model=None,
            states=list(cls.states),
            initial=cls.initial.name,
            transitions=[
                {"trigger": t.name, "source": [s.name for s in t.source], "dest": t.target.name} for t in cls.transitions.values()
            ],
            auto_transitions=False,
            model_attribute="_state",
        )

    @classmethod
    def leaving(cls, state: State) -> Iterator[Transition]:
        """The transitions that lead out of *state*, in the order they are declared."""
        return (t for t in cls.transitions.values() if state in t.source)

    @classmethod
    def timed(cls) -> Iterator[Transition]:
        """The transitions that the clock takes."""
        return (t for t in cls.transitions.values() if t.fires_at)


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() and i else c.lower() for i, c in enumerate(name))
