"""A public notice (公示): published for a number of days, ended by the clock, held while an objection is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow

PUBLISHERS = (Role.REVIEWER, Role.APPROVER, Role.ORGANISER, Role.CLERK)
"""Who writes notices.  Beside them the arbiter puts a revision of results before the public, and whoever takes results back takes its
list down."""


class Notice(Protocol):
    """What a notice must offer for the guards and the clock to read."""

    @property
    def public_text(self) -> str:
        """Everything the public will see of it: title, body, every cell of its lists."""

    @property
    def private_numbers(self) -> Iterable[Text]:
        """Every ID number, telephone or account that stands in it in full, each as the reason why it must not be published."""

    @property
    def ends_at(self) -> datetime | None:
        """When the publicity period is over (aware)."""

    @property
    def has_open_objection(self) -> bool:
        """An objection to it is filed or under examination."""


def has_content(notice: Notice, step: Step) -> Text | None:
    return None if notice.public_text.strip() else Text("公示没有内容", "The notice says nothing")


def shows_no_private_number(notice: Notice, step: Step) -> Text | None:
    found = list(notice.private_numbers)
    return joined(found) if found else None


def ends_in_the_future(notice: Notice, step: Step) -> Text | None:
    if notice.ends_at is None:
        return Text("请填写公示截止时间", "Say when the publicity period ends")
    if notice.ends_at <= step.now:
        return Text("公示截止时间已过", "The publicity period would already be over")
    return None


def no_objection_open(notice: Notice, step: Step) -> Text | None:
    if notice.has_open_objection:
        return Text("有异议正在处理，公示延期", "An objection is being examined; the notice stays open")
    return None


class NoticeFlow(Workflow):
    title = Text("公示", "Public notice")

    draft = State(Text("拟稿", "Draft"), editable_by=PUBLISHERS)
    published = State(Text("公示中", "Published"), is_publicity=True)
    ended = State(Text("公示期满", "Ended"), Kind.DONE)
    withdrawn = State(Text("已撤下", "Withdrawn"), Kind.ENDED)

    publish = Transition(
        Text("发布公示", "Publish"), source=(draft,), target=published,
        by=(*PUBLISHERS, Role.ARBITER), guards=(has_content, shows_no_private_number, ends_in_the_future),
    )
    end = Transition(
        Text("公示期满", "The period ends"), source=(published,), target=ended,
        by=(Role.CLOCK,), fires_at="ends_at", guards=(no_objection_open,), notifies=(Role.REVIEWER,),
    )
    withdraw = Transition(
        Text("撤下", "Withdraw"), source=(draft, published), target=withdrawn,
        by=(*PUBLISHERS, Role.CHIEF_JUDGE, Role.ARBITER), needs_comment=True,
    )
