"""A marking sheet: one competitor's marks in one sub criterion, from the first tap to the lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from workflows.competition.seating import Inherited
from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Sheet(Protocol):
    """What a sheet must offer for the guards to read."""

    ordered_anew_at: datetime | None
    """When a revision of the results ordered it to be marked anew; None once it is locked again."""

    @property
    def missing_marks(self) -> Iterable[Text]:
        """Aspects that a judge has still to mark, each with who is missing."""

    @property
    def open_differences(self) -> Iterable[Text]:
        """Judgement aspects whose scores lie too far apart (more than one point): they must be marked again."""

    @property
    def is_marking_open(self) -> bool:
        """The skill is being marked."""

    @property
    def unsigned_seats(self) -> Sequence[int]:
        """Judges who marked and have not signed what the sheet says now."""

    @property
    def inherited(self) -> Sequence[Inherited]:
        """Scores of judges who left their seat, which nobody has signed for."""

    @property
    def is_form_gone(self) -> bool:
        """The skill is marked by a version of its scheme that no longer has this form."""

    @property
    def is_sent_back(self) -> bool:
        """The recheck found it wrong, and it is to be put right."""

    @property
    def is_unit_locked(self) -> bool:
        """The unit it belongs to is locked or accepted."""

    def takes_signature_of(self, actor: Any) -> bool:
        """The actor may sign it: a judge who scores it; the chief judge where it was sent back, or where a seat of it was left for good."""

    def is_locked_by(self, actor: Any) -> bool:
        """The actor may lock it: the chief judge; the arbiter where it was sent back."""

    def has_seat(self, actor: Any) -> bool:
        """The actor sits on the panel of this skill."""


def marking_is_open(sheet: Sheet, step: Step) -> Text | None:
    return None if sheet.is_marking_open else Text("该赛项不在评分阶段", "This skill is not being marked")


def all_aspects_are_marked(sheet: Sheet, step: Step) -> Text | None:
    missing = list(sheet.missing_marks)
    return joined(missing) if missing else None


def judges_agree(sheet: Sheet, step: Step) -> Text | None:
    differences = list(sheet.open_differences)
    return joined(differences) if differences else None


def sits_on_the_panel(sheet: Sheet, step: Step) -> Text | None:
    return None if sheet.takes_signature_of(step.actor) else Text("您不在该赛项的评分裁判组", "You are not on the panel of this skill")


def is_no_longer_in_the_scheme(sheet: Sheet, step: Step) -> Text | None:
    return None if sheet.is_form_gone else Text("评分方案中仍有这张评分表", "The marking scheme still has this form")


def all_judges_have_signed(sheet: Sheet, step: Step) -> Text | None:
    seats = "、".join(map(str, sheet.unsigned_seats))
    return Text("第 {seats} 位裁判尚未签字", "Not signed by judge {seats}").format(seats=seats) if seats else None


def somebody_signed_for_those_who_left(sheet: Sheet, step: Step) -> Text | None:
    reasons = [each.words for each in sheet.inherited]
    return joined(reasons) if reasons else None


def is_theirs_to_lock(sheet: Sheet, step: Step) -> Text | None:
    if sheet.is_locked_by(step.actor):
        return None
    return Text("监督仲裁只锁定复核退回并已更正的评分表", "The arbiter locks only what the recheck sent back and is put right")


def unit_is_unlocked(sheet: Sheet, step: Step) -> Text | None:
    if not sheet.is_unit_locked:
        return None
    return Text("所在单元已锁定，请先解锁", "Its unit is locked: unlock the unit first")


def was_sent_back(sheet: Sheet, step: Step) -> Text | None:
    return None if sheet.is_sent_back else Text("复核未发现这张评分表有错", "The recheck found nothing wrong on this sheet")


class SheetFlow(Workflow):
    title = Text("评分表", "Marking sheet")

    open = State(Text("评分中", "Being marked"), editable_by=(Role.JUDGE, Role.CHIEF_JUDGE))
    signed = State(Text("已签字", "Signed"))
    locked = State(Text("已锁定", "Locked"), Kind.SETTLED)
    superseded = State(Text("已停用", "Set aside"), Kind.ENDED)

    sign = Transition(
        Text("签字确认", "Sign"),
        source=(open,),
        target=signed,
        by=(Role.JUDGE, Role.CHIEF_JUDGE),
        guards=(sits_on_the_panel, marking_is_open, all_aspects_are_marked, judges_agree),
    )
    lock = Transition(
        Text("锁定", "Lock"),
        source=(signed,),
        target=locked,
        by=(Role.CHIEF_JUDGE, Role.ARBITER),
        guards=(
            is_theirs_to_lock,
            marking_is_open,
            all_aspects_are_marked,
            judges_agree,
            all_judges_have_signed,
            somebody_signed_for_those_who_left,
        ),
        separate_from=(sign,),
    )
    reopen = Transition(
        Text("重新打开", "Reopen"),
        source=(signed, locked),
        target=open,
        by=(Role.CHIEF_JUDGE,),
        guards=(marking_is_open, unit_is_unlocked),
        needs_comment=True,
        notifies=(Role.JUDGE,),
    )
    send_back = Transition(
        Text("复核退回更正", "Sent back by the recheck"),
        source=(locked,),
        target=open,
        by=(Role.ARBITER,),
        guards=(marking_is_open, was_sent_back),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE, Role.JUDGE),
    )
    open_anew = Transition(
        Text("按成绩更正决定打开重评", "Opened to be marked anew, for a revision"),
        source=(locked,),
        target=open,
        by=(Role.CLOCK,),
        fires_at="ordered_anew_at",
        needs_comment=True,
        notifies=(Role.JUDGE, Role.CHIEF_JUDGE),
    )
    supersede = Transition(
        Text("停用", "Set aside"),
        source=(open, signed, locked),
        target=superseded,
        by=(Role.CHIEF_JUDGE,),
        guards=(is_no_longer_in_the_scheme,),
        needs_comment=True,
        notifies=(Role.JUDGE,),
    )
