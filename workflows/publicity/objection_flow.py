"""An objection (异议) to something before the public: filed by anyone, admitted or not, examined, decided with reasons.

While it is filed or under examination it holds what it objects to; once decided, withdrawn or not admitted it no longer does.
"""

from __future__ import annotations

from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Transition, Workflow

EXAMINERS = (Role.REVIEWER, Role.APPROVER, Role.ARBITER)


class ObjectionFlow(Workflow):
    title = Text("异议", "Objection")

    filed = State(Text("已提出", "Filed"))
    under_examination = State(Text("核查中", "Under examination"))
    upheld = State(Text("异议成立", "Upheld"), Kind.DONE)
    rejected = State(Text("异议不成立", "Rejected"), Kind.DONE)
    inadmissible = State(Text("不予受理", "Not admitted"), Kind.ENDED)
    withdrawn = State(Text("已撤回", "Withdrawn"), Kind.ENDED)

    accept = Transition(
        Text("受理", "Admit for examination"), source=(filed,), target=under_examination, by=EXAMINERS, notifies=(Role.APPLICANT,),
    )
    uphold = Transition(
        Text("认定异议成立", "Uphold"), source=(under_examination,), target=upheld,
        by=EXAMINERS, needs_comment=True, notifies=(Role.APPLICANT, Role.REVIEWER),
    )
    reject = Transition(
        Text("认定异议不成立", "Reject"), source=(under_examination,), target=rejected,
        by=EXAMINERS, needs_comment=True, notifies=(Role.APPLICANT,),
    )
    decline = Transition(
        Text("不予受理", "Do not admit"), source=(filed,), target=inadmissible,
        by=EXAMINERS, needs_comment=True, notifies=(Role.APPLICANT,),
    )
    withdraw = Transition(
        Text("撤回异议", "Withdraw the objection"), source=(filed, under_examination), target=withdrawn, by=(Role.APPLICANT,),
    )


HOLDING = (ObjectionFlow.filed, ObjectionFlow.under_examination)
"""The states in which an objection holds what it objects to."""
