"""Every workflow there is, in the order a reader would meet them.  Charts, permission tables and structural tests run over it."""

from __future__ import annotations

from workflows.competition.appeal_flow import AppealFlow
from workflows.competition.board_flow import BoardFlow
from workflows.competition.ceremony_flow import CeremonyFlow
from workflows.competition.code_flow import CodeLayerFlow
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.conflict_flow import ConflictFlow
from workflows.competition.correction_flow import CorrectionFlow
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.lock_flow import LockFlow
from workflows.competition.recheck_flow import RecheckFlow
from workflows.competition.revision_flow import RevisionFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.competition.vacancy_flow import VacancyFlow
from workflows.publicity.notice_flow import NoticeFlow
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.recognition.direct_flow import DirectFlow
from workflows.recognition.offer_flow import OfferFlow
from workflows.recognition.programme_flow import ProgrammeFlow
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.clawback_flow import ClawbackFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.workflow import Workflow

ALL: tuple[type[Workflow], ...] = (
    CompetitionFlow,
    SkillFlow,
    EntryFlow,
    CodeLayerFlow,
    SheetFlow,
    ConflictFlow,
    VacancyFlow,
    LockFlow,
    CorrectionFlow,
    RecheckFlow,
    BoardFlow,
    AppealFlow,
    RevisionFlow,
    CeremonyFlow,
    NoticeFlow,
    ObjectionFlow,
    ProgrammeFlow,
    DirectFlow,
    OfferFlow,
    ClaimFlow,
    PaymentBatchFlow,
    ClawbackFlow,
)
