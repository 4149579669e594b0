"""What a row needs to be the subject of a workflow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.core.actor import Actor, Within
from app.core.db import UtcDateTime
from workflows.roles import Role
from workflows.workflow import State, Workflow


class Flowing:
    """Mixin of every subject.  There is no setter for `state`: only `app.core.engine` moves a subject."""

    workflow: ClassVar[type[Workflow]]

    id: Mapped[int] = mapped_column(primary_key=True)
    _state: Mapped[str] = mapped_column("state", sa.String(40), index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    @property
    def state(self) -> State:
        return self.workflow.states[self._state]

    @hybrid_method
    def is_in(self, *states: State) -> bool:
        """Whether the subject is in one of *states*; in a query, the condition that it is."""
        return self._state in {state.name for state in states}

    @is_in.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _is_in(cls, *states: State) -> sa.ColumnElement[bool]:
        return cls._state.in_([state.name for state in states])

    @property
    def scopes(self) -> Iterable[Within]:
        return ()

    def own_roles(self, actor: Actor) -> Iterable[Role]:
        return ()

    def is_editable_by(self, actor: Actor) -> bool:
        """Whether the present state lets *actor* change the subject's data."""
        return bool(actor.roles_on(self) & set(self.state.editable_by))
