"""Direct recognitions from one spreadsheet: read, judged row by row, looked at, and only then taken in.

Nothing is taken in while anybody has not said what should become of the rows that are already on their way, and of those that
cannot be taken.  The file waits sealed, because it holds ID numbers, and is emptied once it is decided upon.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import engine
from app.core.actor import Actor
from app.core.errors import Forbidden, NotFound, Refused
from app.core.secrets import index_of
from app.recognition import commands
from app.recognition.commands import Content
from app.recognition.held import held_by
from app.recognition.models import DirectImport, DirectRecognition, Programme
from app.registry.commands import find_or_create_person
from app.registry.models import Occupation, Person
from app.web import spreadsheets
from app.web.spreadsheets import Column, Problem, Value
from workflows.ladder import BY_DIGIT, SkillLevel, level_named
from workflows.recognition import direct, direct_flow
from workflows.recognition.direct import Ground, Held
from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Step

TITLE = Text("直接认定名单", "Direct recognitions")
YES_NO = {"yes": Text("是", "Yes"), "no": Text("否", "No")}
SKIP, OVERWRITE = "skip", "overwrite"


class _NoSuch(ValueError):
    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _level(text: str) -> int:
    level = level_named(text)
    if level is None or level.digit is None:
        known = joined([it.title for it in sorted(BY_DIGIT.values(), key=lambda it: it.order)])
        raise _NoSuch(Text("应为以下等级之一：{known}", "One of these levels, please: {known}").format(known=known))
    return level.digit


NAME = Column("name", Text("姓名", "Name"), ("职工姓名", "员工姓名"), required=True)
ID_NUMBER = Column(
    "id_number", Text("身份证号", "ID number"), ("身份证", "身份证号码", "证件号码", "公民身份号码"), "id_number", True, width=22
)
KIND = Column(
    "kind",
    Text("认定依据", "Ground"),
    ("依据", "认定类别", "类别"),
    "choice",
    True,
    {ground.key: Text(f"{ground.key} {ground.title.zh}", f"{ground.key} {ground.title.en}") for ground in direct.GROUNDS.values()},
    width=34,
)
OCCUPATION = Column("occupation", Text("职业", "Occupation"), ("职业名称", "职业（工种）", "职业编码", "职业代码"), required=True, width=24)
TRADE = Column("trade", Text("工种方向", "Trade"), ("工种", "职业方向", "工种/职业方向"))
LEVEL = Column("level", Text("认定等级", "Level"), ("等级", "申报等级", "拟认定等级", "职业技能等级"), required=True, check=_level)
HELD_LEVEL = Column("held_level", Text("现有等级", "Level held"), ("已有等级", "原等级", "现持证等级"), check=_level)
SINCE = Column("employed_since", Text("入职日期", "Employed since"), ("入职时间", "参加工作时间"), "date", width=14)
FRONT_LINE = Column(
    "is_front_line", Text("一线职工", "Front-line worker"), ("是否一线", "是否一线职工"), "choice", choices=YES_NO, width=12
)
BASIS = Column("basis", Text("业绩摘要", "Results in brief"), ("主要业绩", "工作业绩", "业绩", "认定理由"), required=True, width=48)

COLUMNS: tuple[Column, ...] = (NAME, ID_NUMBER, KIND, OCCUPATION, TRADE, LEVEL, HELD_LEVEL, SINCE, FRONT_LINE, BASIS)

EXAMPLE: dict[str, Value] = {
    "name": "王建国",
    "id_number": "330122198501010015",
    "kind": "B",
    "occupation": "电工",
    "level": "三级/高级工",
    "held_level": "四级/中级工",
    "employed_since": date(2012, 7, 1),
    "is_front_line": "yes",
    "basis": "主持完成配电柜改造，年节电 12 万度",
}
NOTES = (
    Text("身份证号须为文本格式，数字格式会丢失末位。", "ID numbers must be text: as numbers they lose their last digits."),
    Text("证明材料在导入后逐人上传。", "Proofs are attached to each person after the import."),
    *(Text(f"{it.key}：{it.quote}", f"{it.key}: {it.title.en} ({it.clause.en})") for it in direct.GROUNDS.values()),
)


def template(language: str) -> bytes:
    """The empty sheet to fill in."""
    return spreadsheets.template(COLUMNS, TITLE, (EXAMPLE,), NOTES, language)


@dataclass(frozen=True)
class Proposed:
    """One row as the rulebook reads it, before there is anything in the database."""

    number: int
    name: str
    id_number: str
    content: Content
    occupation: Occupation
    programme: Programme
    person: Person | None
    held: Sequence[Held]
    present: DirectRecognition | None
    reasons: list[Text] = field(default_factory=list)

    @property
    def ground(self) -> Ground:
        return direct.GROUNDS[self.content.kind]

    @property
    def occupation_code(self) -> str:
        return self.content.occupation_code

    @property
    def skill_level(self) -> SkillLevel:
        return direct.level_of(self.content.level)

    @property
    def candidate_id(self) -> int:
        return self.person.id if self.person else 0

    @property
    def is_own_worker(self) -> bool:
        """Somebody not in the register, or without an employer there, is entered as this enterprise's worker."""
        return self.person is None or self.person.employer_id in (None, self.programme.organisation_id)

    @property
    def employed_since(self) -> date | None:
        return self.content.employed_since

    @property
    def is_front_line(self) -> bool:
        return self.content.is_front_line

    award_level = None
    is_award_withdrawn = False

    @property
    def is_programme_on_file(self) -> bool:
        return self.programme.is_on_file

    @property
    def permitted(self) -> frozenset[tuple[str, int]]:
        return self.programme.permitted

    @property
    def certificates_a_year(self) -> int:
        return self.programme.certificates_a_year

    @property
    def is_acceptable(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as it would be taken in: cells that cannot be read, and each readable row with its verdict."""

    problems: Sequence[Problem]
    rows: Sequence[Proposed]
    warnings: Sequence[Text]

    @property
    def acceptable(self) -> list[Proposed]:
        return [row for row in self.rows if row.is_acceptable]

    @property
    def present(self) -> list[Proposed]:
        """Acceptable rows for which a recognition is already on its way."""
        return [row for row in self.acceptable if row.present is not None]

    @property
    def bad_rows(self) -> int:
        """Rows that cannot be taken in, for their form or by the rules."""
        return len({problem.row for problem in self.problems}) + len(self.rows) - len(self.acceptable)


def keep(session: Session, programme: Programme, content: bytes, filename: str, actor: Actor, now: datetime) -> DirectImport:
    """Hold a file until it is decided upon.  Raises Refused where it cannot be read as a whole."""
    if programme.organisation_id not in actor.ids(Role.CLERK) or actor.account_id is None:
        raise Forbidden((Role.CLERK,))
    spreadsheets.read(content, filename, COLUMNS)
    kept = DirectImport(
        programme=programme,
        account_id=actor.account_id,
        filename=filename[-120:],
        content=base64.b64encode(content).decode(),
        created_at=now,
    )
    session.add(kept)
    session.flush()
    return kept


def waiting(session: Session, actor: Actor, id: int) -> DirectImport:
    """A file of one's own that is not decided upon yet.  Raises NotFound."""
    kept = session.get(DirectImport, id)
    if kept is None or kept.account_id != actor.account_id or kept.content is None:
        raise NotFound
    return kept


def preview(session: Session, kept: DirectImport, now: datetime) -> Preview:
    """What taking the file in would do, at this moment."""
    parsed = spreadsheets.read(base64.b64decode(kept.content or ""), kept.filename, COLUMNS)
    known = _known_people(session, [str(row["id_number"]) for _number, row in parsed.rows])
    held = held_by(session, [person.id for person in known.values()])
    problems = list(parsed.problems)
    rows: list[Proposed] = []
    seen: dict[tuple[str, str, int], int] = {}
    occupations: dict[str, Occupation | None] = {}
    for number, row in parsed.rows:
        words = str(row["occupation"])
        if words not in occupations:
            occupations[words] = commands.occupation_named(session, words)
        occupation = occupations[words]
        if occupation is None:
            reason = Text("职业目录中没有，或不止一个：请填职业编码", "Not in the list of occupations, or not alone there: give the code")
            problems.append(Problem(number, OCCUPATION.title, words, reason))
            continue
        proposed = _proposed(session, kept.programme, number, row, occupation, known.get(str(row["id_number"])), held)
        proposed.reasons.extend(_verdict(proposed, seen, now))
        rows.append(proposed)
    return Preview(sorted(problems, key=lambda it: it.row), rows, parsed.warnings)


def _known_people(session: Session, numbers: Sequence[str]) -> dict[str, Person]:
    indexes = {index_of("person.id_number", number): number for number in numbers}
    found = session.scalars(sa.select(Person).where(Person.id_number_index.in_(indexes)))
    return {indexes[person.id_number_index]: person for person in found}


def _proposed(
    session: Session,
    programme: Programme,
    number: int,
    row: dict[str, Any],
    occupation: Occupation,
    person: Person | None,
    held: dict[int, list[Held]],
) -> Proposed:
    content = Content(
        kind=row["kind"],
        occupation_code=occupation.code,
        level=row["level"],
        trade=row["trade"] or "",
        held_level=row["held_level"],
        employed_since=row["employed_since"],
        is_front_line=row["is_front_line"] == "yes",
        basis=row["basis"],
    )
    declared = [Held(occupation.code, direct.level_of(content.held_level))] if content.held_level else []
    return Proposed(
        number,
        row["name"],
        row["id_number"],
        content,
        occupation,
        programme,
        person,
        [*declared, *held[person.id]] if person else declared,
        commands.in_hand(session, person.id, content.occupation_code, content.level) if person else None,
    )


def _verdict(row: Proposed, seen: dict[tuple[str, str, int], int], now: datetime) -> list[Text]:
    """Everything that keeps a row out; *seen* holds the rows before it."""
    if row.person is not None and row.person.name != row.name:
        return [Text("该身份证号已登记为另一个姓名", "This ID number is registered under another name")]
    if not row.is_own_worker:  # what somebody else's worker holds is not this enterprise's business
        return [direct_flow.OTHER_EMPLOYER]
    reasons = direct_flow.verdict(row, Step(now))
    key = (row.id_number, row.content.occupation_code, row.content.level)
    first = seen.setdefault(key, row.number)
    if first != row.number:
        reasons.append(Text("与第 {first} 行重复", "The same as row {first}").format(first=first))
    if row.present is not None and not row.present.state.editable_by:
        reasons.append(
            Text("同一认定正在办理（{state}），不能覆盖", "The same recognition is on its way ({state}) and cannot be overwritten").format(
                state=row.present.state.title
            )
        )
    return reasons


@dataclass(frozen=True, slots=True)
class Outcome:
    """What taking a file in did."""

    created: int
    overwritten: int
    skipped: int


def take_in(session: Session, kept: DirectImport, actor: Actor, now: datetime, *, present: str, leave_bad_rows: bool) -> Outcome:
    """Take the file in: *present* rows are skipped or overwritten.  Raises Refused while there are bad rows nobody agreed to leave out."""
    looked = preview(session, kept, now)
    if looked.bad_rows and not leave_bad_rows:
        raise Refused(
            Text(
                "有 {n} 行不能导入；请改好后重新上传，或选择只导入其余各行",
                "{n} rows cannot be taken in: correct them, or choose to take the others only",
            ).format(n=looked.bad_rows)
        )
    if present not in (SKIP, OVERWRITE):
        raise Refused(Text("请选择已有记录如何处理", "Say what becomes of those already there"))
    if not looked.acceptable:
        raise Refused(Text("没有可以导入的行", "There is no row to take in"))
    created = overwritten = skipped = 0
    for row in looked.acceptable:
        if row.present is None:
            person = find_or_create_person(
                session, actor, now, name=row.name, id_number=row.id_number, employer_id=kept.programme.organisation_id
            )
            commands.begin_recognition(session, kept.programme, person, row.content, actor, now)
            created += 1
        elif present == OVERWRITE:
            engine.require_editable(row.present, actor, now)
            commands.change_recognition(session, row.present, row.content, actor, now)
            overwritten += 1
        else:
            skipped += 1
    discard(kept, now)
    return Outcome(created, overwritten, skipped)


def discard(kept: DirectImport, now: datetime) -> None:
    """Forget the file."""
    kept.content, kept.ended_at = None, now
