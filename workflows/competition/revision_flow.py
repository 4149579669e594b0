"""A revision of published results: for an appeal that was upheld, or for an error found later, also in a competition long archived.

Two persons decide: whoever asked for it or counted it does not put it in force.  What was published stays as it was; the revision is a
new version beside it, with its reason.  Where two are being corrected at once the second rests on the first: it is counted once the
first is in force, and closed with it where that has put everything right already.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow

FINDERS = (Role.ORGANISER, Role.ARBITER, Role.CHIEF_JUDGE, Role.AUDITOR)


class Revision(Protocol):
    """What a revision must offer for the guards and the clock to read."""

    reason: str
    ordered_at: datetime | None
    publicity_ends_at: datetime | None

    @property
    def has_evidence(self) -> bool:
        """A file was handed in with it, or it rests on an appeal."""

    @property
    def are_results_published(self) -> bool:
        """The skill's results are before the public or final."""

    @property
    def sheets_being_marked(self) -> Iterable[str]:
        """The titles of the sheets that were opened for it and are not locked again."""

    @property
    def sheets_of_others(self) -> Iterable[str]:
        """The titles of the sheets that another revision of the skill opened and that are not locked again."""

    @property
    def revisions_ahead(self) -> Iterable[str]:
        """The numbers of other revisions of the skill that are counted, or before the public, and not in force."""

    @property
    def rests_on_published(self) -> bool:
        """It was counted against the version that is published now."""

    @property
    def contained_in(self) -> str | None:
        """The number of the revision in force that the version it rests on comes from."""

    @property
    def unresolved_ties(self) -> Iterable[Text]:
        """Shared places in the new version that the rules do not allow."""

    @property
    def changes_anything(self) -> bool:
        """The new version differs from the published one."""

    @property
    def is_counted(self) -> bool:
        """It was counted since anything was last corrected."""

    @property
    def was_worked_on(self) -> bool:
        """Sheets were marked anew for it, or marks corrected."""

    @property
    def needs_publicity(self) -> bool:
        """The new version has to go before the public before it is in force."""

    @property
    def has_open_objection(self) -> bool:
        """An objection to its list is being examined."""

    @property
    def has_upheld_objection(self) -> bool:
        """An objection to its list was upheld."""


def has_reason(revision: Revision, step: Step) -> Text | None:
    return None if revision.reason.strip() else Text("请写明更正的理由", "Say why the results are to be revised")


def has_evidence(revision: Revision, step: Step) -> Text | None:
    return None if revision.has_evidence else Text("请上传依据材料", "Hand in what shows the error")


def results_are_published(revision: Revision, step: Step) -> Text | None:
    if revision.are_results_published:
        return None
    return Text("成绩尚未公布，可直接退回评分更正", "The results are not published: they can go back to marking")


def marking_is_done(revision: Revision, step: Step) -> Text | None:
    titles = list(revision.sheets_being_marked)
    if titles:
        return Text("重评的评分表尚未锁定：{titles}", "Sheets marked again are not locked: {titles}").format(titles="、".join(titles))
    return None


def others_are_marked(revision: Revision, step: Step) -> Text | None:
    titles = list(revision.sheets_of_others)
    if not titles:
        return None
    return Text(
        "同一赛项另一更正的评分表尚未锁定，一并锁定后再汇总：{titles}",
        "Another revision of this skill has sheets that are not locked; count when they are: {titles}",
    ).format(titles="、".join(titles))


def nothing_is_ahead(revision: Revision, step: Step) -> Text | None:
    numbers = list(revision.revisions_ahead)
    if not numbers:
        return None
    return Text(
        "更正 {numbers} 已汇总，待其生效或退回后再汇总，本更正以其为基础",
        "Revision {numbers} is counted already: this one is counted on top of it, once it is in force or went back",
    ).format(numbers="、".join(numbers))


def rests_on_what_is_published(revision: Revision, step: Step) -> Text | None:
    if revision.rests_on_published:
        return None
    return Text(
        "汇总之后公布的成绩已有更正，请退回后重新汇总",
        "The published results were revised since this was counted: take it back and count anew",
    )


def is_contained_in_another(revision: Revision, step: Step) -> Text | None:
    if revision.changes_anything:
        return Text("新的汇总与已公布的不同，须公布", "The new version differs from the published one: it has to be published")
    if revision.contained_in is None:
        return Text("没有已生效的更正包含本更正", "No revision in force contains this one")
    return None


def ties_are_resolved(revision: Revision, step: Step) -> Text | None:
    ties = list(revision.unresolved_ties)
    return joined(ties) if ties else None


def something_changes(revision: Revision, step: Step) -> Text | None:
    if revision.changes_anything:
        return None
    return Text("新的汇总与已公布的完全相同，没有可更正的", "The new version is the published one: there is nothing to revise")


def nothing_was_corrected(revision: Revision, step: Step) -> Text | None:
    """What was marked anew stands: dropped silently, it would enter the next version that is counted for another reason."""
    if revision.is_counted:
        if revision.changes_anything:
            return Text("重新汇总与已公布的不同，须公布", "Counted anew it differs from what is published: it has to be published")
        return None
    if revision.was_worked_on:
        return Text(
            "已安排重评或更正分数，须重新汇总；与公布的相同才能不予更正",
            "Sheets were marked anew or marks corrected: count anew; it is dropped where that comes to what is published",
        )
    return None


def publicity_is_needed(revision: Revision, step: Step) -> Text | None:
    return None if revision.needs_publicity else Text("不须再次公示，可直接公布生效", "It need not go before the public again")


def publicity_is_not_needed(revision: Revision, step: Step) -> Text | None:
    return Text("须再次公示", "It has to go before the public again") if revision.needs_publicity else None


def no_objection_stands(revision: Revision, step: Step) -> Text | None:
    if revision.has_open_objection:
        return Text("有异议正在处理，更正暂缓生效", "An objection is being examined; the revision is held")
    if revision.has_upheld_objection:
        return Text("异议成立，须退回重新更正", "An objection was upheld; the revision must go back")
    return None


class RevisionFlow(Workflow):
    title = Text("成绩更正", "Revision of results")

    draft = State(Text("拟稿", "Draft"), editable_by=FINDERS)
    proposed = State(Text("待立案", "Proposed"))
    correcting = State(Text("更正中", "Being corrected"))
    computed = State(Text("已重新汇总，待核定", "Counted anew, to be decided"))
    publicity = State(Text("更正公示中", "Before the public again"), is_publicity=True)
    in_force = State(Text("更正已生效", "In force"), Kind.DONE)
    dropped = State(Text("不予更正", "Dropped"), Kind.ENDED)

    propose = Transition(
        Text("提请更正", "Ask for the revision"),
        source=(draft,),
        target=proposed,
        by=FINDERS,
        guards=(results_are_published, has_reason, has_evidence),
        notifies=(Role.ARBITER, Role.ORGANISER, Role.REVIEWER),
    )
    begin_for_appeal = Transition(
        Text("申诉成立，自动立案", "An appeal was upheld: opened"),
        source=(draft,),
        target=correcting,
        by=(Role.CLOCK,),
        fires_at="ordered_at",
        guards=(results_are_published,),
        notifies=(Role.CHIEF_JUDGE, Role.SCORER),
    )
    open_case = Transition(
        Text("同意立案", "Open the case"),
        source=(proposed,),
        target=correcting,
        by=(Role.ARBITER, Role.ORGANISER, Role.REVIEWER),
        guards=(results_are_published,),
        separate_from=(propose,),
        notifies=(Role.CHIEF_JUDGE, Role.SCORER),
    )
    compute = Transition(
        Text("重新汇总", "Count anew"),
        source=(correcting,),
        target=computed,
        by=(Role.SCORER, Role.ARBITER),
        guards=(marking_is_done, others_are_marked, nothing_is_ahead),
        notifies=(Role.ARBITER, Role.ORGANISER),
    )
    correct_further = Transition(
        Text("退回继续更正", "Back to correcting"),
        source=(computed,),
        target=correcting,
        by=(Role.ARBITER, Role.ORGANISER, Role.CHIEF_JUDGE),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE, Role.SCORER),
    )
    publish = Transition(
        Text("公示更正后的成绩", "Put the revision before the public"),
        source=(computed,),
        target=publicity,
        by=(Role.ARBITER, Role.ORGANISER),
        guards=(rests_on_what_is_published, something_changes, ties_are_resolved, publicity_is_needed),
        separate_from=(propose, compute),
    )
    adopt = Transition(
        Text("公布更正，立即生效", "Publish the revision at once"),
        source=(computed,),
        target=in_force,
        by=(Role.ARBITER, Role.ORGANISER),
        guards=(rests_on_what_is_published, something_changes, ties_are_resolved, publicity_is_not_needed),
        separate_from=(propose, compute),
        notifies=(Role.ORGANISER,),
    )
    conclude = Transition(
        Text("已随另一更正一并生效，结案", "In force with another revision already: close"),
        source=(computed,),
        target=in_force,
        by=(Role.ARBITER, Role.ORGANISER),
        guards=(rests_on_what_is_published, is_contained_in_another),
        separate_from=(propose, compute),
        notifies=(Role.ORGANISER,),
    )
    end_publicity = Transition(
        Text("公示期满，更正生效", "Publicity ends, the revision is in force"),
        source=(publicity,),
        target=in_force,
        by=(Role.CLOCK,),
        fires_at="publicity_ends_at",
        guards=(no_objection_stands,),
        notifies=(Role.ORGANISER,),
    )
    recall = Transition(
        Text("撤下公示，继续更正", "Take it down and correct further"),
        source=(publicity,),
        target=correcting,
        by=(Role.ARBITER, Role.ORGANISER),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE, Role.SCORER),
    )
    refuse = Transition(
        Text("不予立案", "Do not open the case"),
        source=(proposed,),
        target=dropped,
        by=(Role.ARBITER, Role.ORGANISER, Role.REVIEWER),
        needs_comment=True,
        separate_from=(propose,),
        notifies=(Role.ORGANISER, Role.AUDITOR),
    )
    discard = Transition(
        Text("放弃拟稿", "Discard the draft"),
        source=(draft,),
        target=dropped,
        by=FINDERS,
        needs_comment=True,
    )
    drop = Transition(
        Text("不予更正", "Drop the revision"),
        source=(correcting, computed),
        target=dropped,
        by=(Role.ARBITER, Role.ORGANISER),
        guards=(marking_is_done, nothing_was_corrected),
        needs_comment=True,
        notifies=(Role.ORGANISER, Role.CHIEF_JUDGE),
    )


HOLDING = (RevisionFlow.correcting, RevisionFlow.computed, RevisionFlow.publicity)
"""The states in which a revision holds the awards, certificates and claims of its skill."""
