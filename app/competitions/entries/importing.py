"""A delegation's spreadsheet becomes entries: read, planned, and only then applied.

`read` understands the file or refuses it; `plan` puts rows together to entries and finds what is wrong with each, without
changing anything; `apply` writes the good ones in one transaction.  Thousands of rows cost a fixed number of questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.competitions.models import Entry, EntryMember, Skill
from app.competitions.models.entry import OUT_OF_THE_RACE, applicants_for, delegation_of
from app.core import audit, engine, identity, masking
from app.core.actor import Actor
from app.core.errors import Refused
from app.registry.commands import PersonData, create_people, find_people
from app.registry.models import Organisation, Person
from app.web import spreadsheets
from app.web.spreadsheets import Column, Parsed, Problem, Value
from workflows.competition.conflicts import names_in
from workflows.competition.eligibility import Applicant, Employer, problems
from workflows.roles import Role
from workflows.text import Text

Choice = Literal["skip", "overwrite"]

NAME = Column("name", Text("姓名", "Name"), ("选手姓名", "参赛选手", "队员姓名", "competitor"), required=True, width=12)
ID_NUMBER = Column(
    "id_number", Text("身份证号", "ID number"), ("身份证", "身份证号码", "证件号码", "公民身份号码"), "id_number", required=True, width=22
)
TEAM = Column("team_name", Text("队名", "Team"), ("参赛队", "队伍名称", "团队名称", "代表队"), width=18)
COACH = Column("coach", Text("教练（指导教师）", "Coach"), ("指导教师", "指导老师", "教练"), width=14)
COACH_ID_NUMBER = Column(
    "coach_id_number", Text("教练身份证号", "Coach's ID number"), ("指导教师身份证号", "教练身份证"), "id_number", width=22
)
COLUMNS: tuple[Column, ...] = (
    NAME,
    ID_NUMBER,
    Column("phone", Text("手机号", "Mobile"), ("联系电话", "电话", "手机", "手机号码"), "phone", width=14),
    TEAM,
    Column("position", Text("岗位", "Position"), ("职务", "工种岗位", "岗位职务"), width=14),
    COACH,
    COACH_ID_NUMBER,
    Column("remark", Text("备注", "Remark"), ("说明",), width=24),
)

EXAMPLES: tuple[dict[str, Value], ...] = (
    {"name": "张三", "id_number": "110101199003071233", "phone": "13800001234", "team_name": "一队", "position": "电工", "coach": "李四"},
)
NOTES = (
    Text("一行一名选手；同一队的选手填相同的队名，单人赛项不用填队名。", "One competitor a row; a team's members carry its name."),
    Text(
        "身份证号列请保持“文本”格式：存成数字会丢失末尾几位，系统会拒收。",
        "Keep the ID column as text: a number loses its last digits and is refused.",
    ),
)

TWICE = Text("与第 {row} 行是同一个身份证号", "The same ID number as in row {row}")
OTHER_NAME = Text("该身份证号登记的姓名是「{known}」，与此处不符", "This ID number is registered for “{known}”, another name")
ELSEWHERE = Text("{name} 已由别处报名本赛项", "{name} has entered this skill from elsewhere")
HANDED_IN = Text("「{title}」已提交，不能用表格覆盖", "“{title}” has been handed in and cannot be overwritten")
WHOSE_NUMBER = Text("填了教练身份证号，教练姓名应填一人", "With the coach's ID number goes one coach's name")
NOT_YOURS = Text("您不是「{name}」的领队", "You do not lead “{name}”")
NOT_OPEN = Text("现在不在报名时间内", "Registration is not open")


@dataclass(frozen=True, slots=True)
class Row:
    """One accepted row of the file, and the person it means if the register has them."""

    number: int
    values: dict[str, Value]
    person: Person | None

    @property
    def name(self) -> str:
        return str(self.values["name"])

    def text(self, key: str) -> str:
        return str(self.values.get(key) or "")


@dataclass(frozen=True, slots=True)
class Unit:
    """The rows that make one entry, and the entry that is already there for them, if any."""

    rows: tuple[Row, ...]
    existing: Entry | None = None

    @property
    def title(self) -> str:
        return self.rows[0].text("team_name") or "、".join(row.name for row in self.rows)

    def first(self, key: str) -> str:
        """The first thing any of the rows says about the entry as a whole."""
        return next((row.text(key) for row in self.rows if row.text(key)), "")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the file would do: the new entries, those that are there already, and every problem of the others."""

    new: list[Unit] = field(default_factory=list)
    known: list[Unit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Text] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        return len({problem.row for problem in self.problems})


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done."""

    created: int
    overwritten: int
    skipped: int


def template(language: str = "zh") -> bytes:
    """The empty sheet a leader fills in."""
    return spreadsheets.template(COLUMNS, Text("报名表", "Entries"), EXAMPLES, NOTES, language)


def read(content: bytes, filename: str) -> Parsed:
    """What the file says.  Raises `Unreadable` where it cannot be understood as a whole."""
    return spreadsheets.read(content, filename, COLUMNS)


def plan(session: Session, skill: Skill, organisation: Organisation, parsed: Parsed) -> Plan:
    """What *parsed* would do to *skill* in the name of *organisation*.  Changes nothing."""
    numbers = [str(values[key]) for _number, values in parsed.rows for key in ("id_number", "coach_id_number") if values.get(key)]
    people = find_people(session, numbers)
    rows = [Row(number, values, people.get(str(values["id_number"]))) for number, values in parsed.rows]
    found = [*parsed.problems, *_doubles(rows), *_other_names(rows), *_other_coaches(rows, people)]
    bad = {problem.row for problem in found}
    spoilt = {row.text("team_name") for row in rows if row.number in bad and row.text("team_name")}
    units = [
        unit
        for unit in _units(skill, rows)
        if not any(row.number in bad for row in unit) and not (skill.conditions.members > 1 and unit[0].text("team_name") in spoilt)
    ]
    existing = _entries_of(session, skill, [row.person.id for unit in units for row in unit if row.person])
    new: list[Unit] = []
    known: list[Unit] = []
    fresh: list[tuple[Row, ...]] = []
    for unit in units:
        entries = {existing[row.person.id] for row in unit if row.person and row.person.id in existing}
        if not entries:
            fresh.append(unit)
        elif len(entries) == 1 and (entry := next(iter(entries))).organisation_id == organisation.id:
            known.append(Unit(unit, entry))
        else:
            found += [_problem(row, NAME, ELSEWHERE.format(name=row.name)) for row in unit if row.person and row.person.id in existing]
    applicants = _applicants(session, skill, organisation, [row for unit in fresh for row in unit])
    delegation = delegation_of(organisation)
    for unit in fresh:
        reasons = problems(skill.conditions, [applicants[row.number] for row in unit], delegation, unit[0].text("team_name"))
        found += [_problem(unit[0], NAME, reason) for reason in reasons]
        if not reasons:
            new.append(Unit(unit))
    return Plan(new, known, sorted(found, key=lambda problem: problem.row), parsed.warnings)


def apply(
    session: Session, actor: Actor, skill: Skill, organisation: Organisation, planned: Plan, choice: Choice, now: datetime
) -> Applied:
    """Make the entries of *planned* as drafts; those that are there already are skipped, or overwritten while they can be edited.

    Raises `Refused`, and nothing is kept, where the actor does not lead *organisation*, registration is closed, or an entry to be
    overwritten has been handed in meanwhile.
    """
    if organisation.id not in actor.ids(Role.TEAM_LEADER):
        raise Refused(NOT_YOURS.format(name=organisation.name))
    if not skill.competition.takes_entries_at(now):
        raise Refused(NOT_OPEN)
    chosen = [unit for unit in planned.known if choice == "overwrite"]
    fixed = [unit for unit in chosen if unit.existing is not None and not unit.existing.is_editable_by(actor)]
    if fixed:
        raise Refused(*(HANDED_IN.format(title=unit.title) for unit in fixed[:10]))
    people = _people(session, actor, now, organisation, [row for unit in (*planned.new, *chosen) for row in unit.rows])
    entries = [_entry(skill, organisation, actor, unit, people) for unit in planned.new]
    engine.begin_all(session, entries, actor, now)
    for unit in chosen:
        _overwrite(session, actor, unit, people, now)
    return Applied(len(entries), len(chosen), len(planned.known) - len(chosen))


def editable(planned: Plan, actor: Actor) -> list[Unit]:
    """Those already entered that could be overwritten."""
    return [unit for unit in planned.known if unit.existing is not None and unit.existing.is_editable_by(actor)]


# ── reading the rows together ───────────────────────────────────────────────────────────────────────────────────────


def _problem(row: Row, column: Column, reason: Text) -> Problem:
    shown = masking.mask_id_number(row.text(column.key)) if column in (ID_NUMBER, COACH_ID_NUMBER) else row.text(column.key)
    return Problem(row.number, column.title, shown, reason)


def _doubles(rows: Iterable[Row]) -> list[Problem]:
    first: dict[str, int] = {}
    found = []
    for row in rows:
        earlier = first.setdefault(row.text("id_number"), row.number)
        if earlier != row.number:
            found.append(_problem(row, ID_NUMBER, TWICE.format(row=earlier)))
    return found


def _other_names(rows: Iterable[Row]) -> list[Problem]:
    return [
        _problem(row, NAME, OTHER_NAME.format(known=masking.mask_name(row.person.name)))
        for row in rows
        if row.person is not None and "".join(row.person.name.split()) != "".join(row.name.split())
    ]


def _other_coaches(rows: Iterable[Row], people: Mapping[str, Person]) -> list[Problem]:
    """A coach's ID number without one name, or with another than the one it is registered for."""
    found = []
    for row in (row for row in rows if row.text("coach_id_number")):
        known = people.get(row.text("coach_id_number"))
        if len(names_in(row.text("coach"))) != 1:
            found.append(_problem(row, COACH_ID_NUMBER, WHOSE_NUMBER))
        elif known is not None and "".join(known.name.split()) != "".join(row.text("coach").split()):
            found.append(_problem(row, COACH, OTHER_NAME.format(known=masking.mask_name(known.name))))
    return found


def _units(skill: Skill, rows: Sequence[Row]) -> list[tuple[Row, ...]]:
    """The rows of one entry each: by team name where several compete as one, else every row by itself."""
    if skill.conditions.members == 1:
        return [(row,) for row in rows]
    teams: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        teams[row.text("team_name") or f"\0{row.number}"].append(row)
    return [tuple(team) for team in teams.values()]


def _entries_of(session: Session, skill: Skill, people: Sequence[int]) -> dict[int, Entry]:
    """For each person already in *skill*, drafts included, their entry."""
    found: dict[int, Entry] = {}
    for start in range(0, len(people), 500):
        query = (
            sa.select(EntryMember.person_id, Entry)
            .join(Entry, Entry.id == EntryMember.entry_id)
            .where(Entry.skill_id == skill.id, EntryMember.person_id.in_(people[start : start + 500]), ~Entry.is_in(*OUT_OF_THE_RACE))
            .options(selectinload(Entry.members))
            .order_by(Entry.id)
        )
        for person_id, entry in session.execute(query):
            found.setdefault(person_id, entry)
    return found


def _applicants(session: Session, skill: Skill, organisation: Organisation, rows: Sequence[Row]) -> dict[int, Applicant]:
    """What the rules ask about each row, by its number; somebody new belongs to whoever sends them."""
    home = Employer(organisation.id, organisation.name, is_school=organisation.kind == "school")
    registered = [row for row in rows if row.person is not None]
    known = applicants_for(session, skill, [row.person for row in registered if row.person is not None])
    found = {row.number: applicant for row, applicant in zip(registered, known, strict=True)}
    for row in rows:
        if row.person is None:
            found[row.number] = Applicant(row.name, identity.birth_date(row.text("id_number")), home)
    return found


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _people(session: Session, actor: Actor, now: datetime, organisation: Organisation, rows: Sequence[Row]) -> dict[str, Person]:
    """The person of every row by ID number, coaches too; who is new is registered, and what was empty is filled in."""
    employer_id = None if delegation_sends_others(organisation) else organisation.id
    coaches = {row.text("coach_id_number"): PersonData(row.text("coach"), row.text("coach_id_number")) for row in rows}
    competitors = {
        row.text("id_number"): PersonData(
            row.name, row.text("id_number"), phone=row.text("phone"), employer_id=employer_id, position=row.text("position")
        )
        for row in rows
    }
    wanted = {number: data for number, data in (coaches | competitors).items() if number}
    people = find_people(session, list(wanted))
    missing = {number: data for number, data in wanted.items() if number not in people}
    people |= dict(zip(missing, create_people(session, actor, now, list(missing.values())), strict=True))
    for row in rows:
        person = people[row.text("id_number")]
        if person.phone is None and row.text("phone"):
            person.phone, person.phone_masked = row.text("phone"), masking.mask_mobile(row.text("phone"))
        person.position = person.position or row.text("position")
        person.employer_id = person.employer_id or employer_id
    return people


def delegation_sends_others(organisation: Organisation) -> bool:
    """Whether those it sends need not work for it, so that it is nobody's employer by sending them."""
    delegation = delegation_of(organisation)
    return delegation is not None and delegation.sends_others


def _members(unit: Unit, people: dict[str, Person]) -> list[EntryMember]:
    return [EntryMember(person=people[row.text("id_number")], position=position) for position, row in enumerate(unit.rows, start=1)]


def _entry(skill: Skill, organisation: Organisation, actor: Actor, unit: Unit, people: dict[str, Person]) -> Entry:
    return Entry(
        skill=skill,
        organisation=organisation,
        team_name=unit.first("team_name") if skill.conditions.members > 1 else "",
        coach=unit.first("coach"),
        coach_person=people.get(unit.first("coach_id_number")),
        remark=unit.first("remark"),
        entered_by_id=actor.account_id,
        members=_members(unit, people),
    )


def _overwrite(session: Session, actor: Actor, unit: Unit, people: dict[str, Person], now: datetime) -> None:
    entry = unit.existing
    if entry is None:
        return
    entry.team_name = unit.first("team_name") if entry.skill.conditions.members > 1 else ""
    entry.coach, entry.remark = unit.first("coach"), unit.first("remark")
    entry.coach_person = people.get(unit.first("coach_id_number"))
    entry.members.clear()
    session.flush()
    entry.members = _members(unit, people)
    audit.record(session, entry, actor, "edit", now, detail={"by": "spreadsheet"})
