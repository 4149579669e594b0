"""Who may enter a skill, and every reason why not.

The conditions come from the competition's own rules; the facts about a person come from the register.  Ages count on the
day the competition starts (16 and above, within the limits of the rules: second national competition, Ningbo, Lishui).
What is not known (no birthday, no employer on the register) is said as such, and never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from workflows.competition.levels import Form, Group
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a skill asks of an entry.  `on` is the day that ages count on; `team_size` counts for teams only."""

    group: Group = Group.EMPLOYEE
    form: Form = Form.INDIVIDUAL
    team_size: int = 1
    min_age: int = 16
    max_age: int | None = None
    on: date | None = None
    one_skill_each: bool = True

    @property
    def members(self) -> int:
        """How many compete as one."""
        return self.form.size or self.team_size


@dataclass(frozen=True, slots=True)
class Employer:
    """Where somebody works or studies."""

    id: int
    name: str
    is_school: bool = False


@dataclass(frozen=True, slots=True)
class Applicant:
    """A member of an entry, as the register and the competition know them.

    `other_skills` are the names of the other skills of this competition they are entered in, `offices` what they do in it as
    an official; `is_here_already` says that another entry of this very skill has them.
    """

    name: str
    born: date | None = None
    employer: Employer | None = None
    other_skills: Sequence[str] = ()
    is_here_already: bool = False
    offices: Sequence[Text] = ()


@dataclass(frozen=True, slots=True)
class Delegation:
    """The organisation an entry is sent by.  One that `sends_others` (a county's bureau, an association) sends people of any employer."""

    id: int
    name: str
    sends_others: bool = False


def age_on(born: date, day: date) -> int:
    """Full years on *day* (周岁: a year older on the birthday itself; someone born on 29 February on 1 March)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def problems(
    conditions: Conditions, applicants: Sequence[Applicant], delegation: Delegation | None = None, team_name: str = ""
) -> list[Text]:
    """Every reason why these people may not enter together; none if they may."""
    return [
        *_number(conditions, applicants, team_name),
        *(reason for applicant in applicants for reason in _person(conditions, applicant, delegation)),
    ]


def _number(conditions: Conditions, applicants: Sequence[Applicant], team_name: str) -> Iterator[Text]:
    if len(applicants) != conditions.members:
        yield Text("「{form}」须有 {wanted} 名选手，现在是 {given} 名", "“{form}” takes {wanted} competitors; there are {given}").format(
            form=conditions.form.title, wanted=conditions.members, given=len(applicants)
        )
    if conditions.members > 1 and not team_name.strip():
        yield Text("请填写队名", "A team needs a name")


def _person(conditions: Conditions, applicant: Applicant, delegation: Delegation | None) -> Iterable[Text]:
    yield from _age(conditions, applicant)
    yield from _belonging(conditions, applicant, delegation)
    name = applicant.name
    if applicant.is_here_already:
        yield Text("{name} 已报名本赛项", "{name} has already entered this skill").format(name=name)
    if conditions.one_skill_each and applicant.other_skills:
        yield Text(
            "{name} 已报名「{others}」，每人只能报一个赛项", "{name} has entered “{others}”; one skill each in this competition"
        ).format(name=name, others="、".join(applicant.other_skills))
    for office in applicant.offices:
        yield Text("{name} 是本次竞赛的{office}，不能参赛", "{name} serves in this competition ({office}) and cannot compete in it").format(
            name=name, office=office
        )


def _age(conditions: Conditions, applicant: Applicant) -> Iterator[Text]:
    if conditions.on is None:
        return
    if applicant.born is None:
        yield Text("{name} 的出生日期未登记，无法核对年龄", "No birthday is on record for {name}, so the age cannot be checked").format(
            name=applicant.name
        )
        return
    age = age_on(applicant.born, conditions.on)
    facts = {"name": applicant.name, "age": age, "day": conditions.on.isoformat()}
    if age < conditions.min_age:
        yield Text(
            "{name} 开赛日（{day}）{age} 周岁，未满 {limit} 周岁", "{name} is {age} on the day of the start ({day}), under {limit}"
        ).format(**facts, limit=conditions.min_age)
    if conditions.max_age is not None and age > conditions.max_age:
        yield Text(
            "{name} 开赛日（{day}）{age} 周岁，超过 {limit} 周岁", "{name} is {age} on the day of the start ({day}), over {limit}"
        ).format(**facts, limit=conditions.max_age)


def _belonging(conditions: Conditions, applicant: Applicant, delegation: Delegation | None) -> Iterator[Text]:
    """Employer against group and delegation: students and teachers come from schools, a firm sends its own people."""
    employer = applicant.employer
    if employer is None:
        if conditions.group is not Group.EMPLOYEE:
            yield Text("{name} 未登记所在学校，不能报「{group}」", "No school is on record for {name}, as “{group}” asks").format(
                name=applicant.name, group=conditions.group.title
            )
        return
    if conditions.group is not Group.EMPLOYEE and not employer.is_school:
        yield Text(
            "{name} 的单位「{employer}」不是学校，不能报「{group}」", "{name} belongs to “{employer}”, no school, as “{group}” asks"
        ).format(name=applicant.name, employer=employer.name, group=conditions.group.title)
    if delegation is not None and not delegation.sends_others and employer.id != delegation.id:
        yield Text(
            "{name} 登记的单位是「{employer}」，不是「{delegation}」", "{name} is on record with “{employer}”, not with “{delegation}”"
        ).format(name=applicant.name, employer=employer.name, delegation=delegation.name)
