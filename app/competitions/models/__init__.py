"""The tables of competitions, by subject."""

from app.competitions.models.appeal import (
    Appeal,
    AppealEvidence,
    AppealVote,
    RemarkOrder,
    ResultPublication,
    Revision,
    RevisionEvidence,
)
from app.competitions.models.board import Board, BoardSnapshot
from app.competitions.models.ceremony import Ceremony
from app.competitions.models.code import CodeLayer
from app.competitions.models.correction import Correction
from app.competitions.models.desk import AspectNote, AspectPhoto, HandOver, MarkingDevice, MarkingPin, PaperEntry
from app.competitions.models.entry import Entry, EntryMember, ImportDraft
from app.competitions.models.evidence import EvidenceBundle
from app.competitions.models.honour import Honour, HonourText
from app.competitions.models.lock import AcceptanceSignature, LockUnit
from app.competitions.models.marking import Mark, PanelSeat, RemarkRound, Sheet, SheetSignature, TheoryMark
from app.competitions.models.panel import (
    Judge,
    JudgeConflict,
    JudgeDayOff,
    JudgeRelation,
    PanelAssignment,
    SeatTerm,
    SeatVacancy,
)
from app.competitions.models.plan import Competition, Skill
from app.competitions.models.recheck import Recheck, RecheckItem
from app.competitions.models.result import Result
from app.competitions.models.scheme import Aspect, Criterion, MarkingScheme, SchemeDraft, SubCriterion
from app.competitions.models.standing import Standing

__all__ = [
    "AcceptanceSignature",
    "Appeal",
    "AppealEvidence",
    "AppealVote",
    "Aspect",
    "AspectNote",
    "AspectPhoto",
    "Board",
    "BoardSnapshot",
    "Ceremony",
    "CodeLayer",
    "Competition",
    "Correction",
    "Criterion",
    "Entry",
    "EntryMember",
    "EvidenceBundle",
    "HandOver",
    "Honour",
    "HonourText",
    "ImportDraft",
    "Judge",
    "JudgeConflict",
    "JudgeDayOff",
    "JudgeRelation",
    "LockUnit",
    "Mark",
    "MarkingDevice",
    "MarkingPin",
    "MarkingScheme",
    "PanelAssignment",
    "PanelSeat",
    "PaperEntry",
    "Recheck",
    "RecheckItem",
    "RemarkOrder",
    "RemarkRound",
    "Result",
    "ResultPublication",
    "Revision",
    "RevisionEvidence",
    "SchemeDraft",
    "SeatTerm",
    "SeatVacancy",
    "Sheet",
    "SheetSignature",
    "Skill",
    "Standing",
    "SubCriterion",
    "TheoryMark",
]
