"""What an entry's report is made of: its marks, the field's, and what the scheme calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import Result, Skill
from workflows.competition.field import Compared, compared, summed


@dataclass(frozen=True, slots=True)
class ReportLine:
    """An aspect, a criterion or a section of the standard: its code, what it is called, and how it went."""

    code: str
    title: str
    marks: Compared
    section: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A competitor's marks in three cuts, and the size of the field they stand in."""

    criteria: Sequence[ReportLine]
    aspects: Mapping[str, Sequence[ReportLine]]
    sections: Sequence[ReportLine]
    field: int

    @property
    def compares(self) -> bool:
        """Whether enough have competed for the field's figures to be shown."""
        return any(line.marks.median is not None for line in self.criteria)


def report(session: Session, skill: Skill, result: Result) -> Report:
    """The report on *result*, from the tally it belongs to: two queries for any number of competitors."""
    field = [_marks(why) for why in session.scalars(sa.select(Result.why).where(Result.skill_id == skill.id, Result.tally == result.tally))]
    own = _marks(result.why)
    scheme = skill.scheme
    if scheme is None:
        return Report([], {}, [], len(field))
    codes = {
        criterion.letter: [f"{sub.code}.{a.position}" for sub in criterion.sub_criteria for a in sub.aspects]
        for criterion in scheme.criteria
    }
    most = {f"{sub.code}.{aspect.position}": aspect.max_mark for sub in scheme.sub_criteria for aspect in sub.aspects}
    section_of = {f"{sub.code}.{aspect.position}": aspect.section for sub in scheme.sub_criteria for aspect in sub.aspects}
    described = {f"{sub.code}.{aspect.position}": aspect.description for sub in scheme.sub_criteria for aspect in sub.aspects}
    of_section = {
        str(section["id"]): [code for code, its in section_of.items() if its == str(section["id"])] for section in scheme.standards
    }
    by_aspect = compared(most, own, field)
    by_criterion = _grouped(codes, most, own, field)
    by_section = _grouped({id_: its for id_, its in of_section.items() if its}, most, own, field)
    names = {str(section["id"]): str(section["name"]) for section in scheme.standards}
    return Report(
        [ReportLine(criterion.letter, criterion.name, by_criterion[criterion.letter]) for criterion in scheme.criteria],
        {letter: [ReportLine(code, described[code], by_aspect[code], section_of[code]) for code in its] for letter, its in codes.items()},
        [ReportLine(id_, names[id_], line) for id_, line in by_section.items()],
        len(field),
    )


def _grouped(
    groups: Mapping[str, Sequence[str]], most: Mapping[str, Decimal], own: Mapping[str, Decimal], field: Sequence[Mapping[str, Decimal]]
) -> dict[str, Compared]:
    return compared(summed(most, groups), summed(own, groups), [summed(each, groups) for each in field])


def _marks(why: Mapping[str, Mapping[str, str]]) -> dict[str, Decimal]:
    return {code: Decimal(mark) for code, mark in why.get("aspects", {}).items()}
