"""The tables of competitions, by subject."""

from app.competitions.models.entry import Entry, EntryMember, ImportDraft
from app.competitions.models.marking import Mark, PanelSeat, Sheet, SheetSignature, TheoryMark
from app.competitions.models.plan import Competition, Skill
from app.competitions.models.result import Result
from app.competitions.models.scheme import Aspect, Criterion, MarkingScheme, SubCriterion
from app.competitions.models.standing import Standing

__all__ = [
    "Aspect",
    "Competition",
    "Criterion",
    "Entry",
    "EntryMember",
    "ImportDraft",
    "Mark",
    "MarkingScheme",
    "PanelSeat",
    "Result",
    "Sheet",
    "SheetSignature",
    "Skill",
    "Standing",
    "SubCriterion",
    "TheoryMark",
]
