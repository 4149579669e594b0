"""A scheme as it is filled in: its name, its settings, its criteria, the head of a marking form, a workbook to take over."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DecimalField, FileField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.competitions.schemes.commands import Module
from app.core.errors import Refused
from workflows.competition.scheme import MAX_VARIATION, Section
from workflows.exact import exact, has_at_most
from workflows.text import Text

BLANK_LINES = 3
ONE_LETTER = Text("模块编号应为一个字母 A–Z", "A criterion has one letter, A to Z")
CODE = Text(
    "评分表编号应为模块字母加数字，如 {letter}1", "A marking form is named by its criterion's letter and a number, such as {letter}1"
)
NOT_A_MARK = Text(
    "第 {line} 行：“{value}”不是不小于零、最多两位小数的数", "Line {line}: “{value}” is no number from zero up with at most two decimals"
)
NO_SECTION = Text("第 {line} 行没有编号", "Line {line} has no number")


class NewScheme(FlaskForm):
    """A scheme to begin."""

    organisation_id = SelectField(_l("所属单位"), coerce=int)
    name = StringField(_l("方案名称"), validators=[InputRequired(), Length(max=160)])


class CopyScheme(NewScheme):
    """A scheme to take over from somewhere else; it may keep its name."""

    name = StringField(_l("方案名称"), validators=[Optional(), Length(max=160)])


class ImportScheme(CopyScheme):
    """A workbook carries a title, so a name need not be given."""

    file = FileField(_l("评分方案工作簿（xlsx）"))
    is_partial = BooleanField(_l("测量项允许部分得分（否则只记满分或 0）"))


class NewVersion(FlaskForm):
    """Why a scheme has to change."""

    reason = StringField(_l("修改原因"), validators=[InputRequired(), Length(max=300)])


class SettingsForm(FlaskForm):
    """What a scheme says about itself; the sections of the standard stand beside it in a table."""

    occupation_label = StringField(_l("职业（工种）"), [Length(max=160)], description=_l("方案库按职业归类"))
    max_aspect_mark = DecimalField(
        _l("每个评分项最高分上限"),
        [Optional(), NumberRange(min=Decimal("0.01"), max=100)],
        places=2,
        description=_l("世赛信息系统默认 2.00；不填即不限"),
    )
    max_variation = DecimalField(
        _l("与职业标准权重允许的偏差"),
        [InputRequired(), NumberRange(min=0, max=100)],
        places=2,
        default=MAX_VARIATION,
        description=_l("超过只作提示，不妨碍评分"),
    )


def sections_from(form: Mapping[str, str]) -> list[Section]:
    """The sections of the standard, one a line: number, name, and the marks it should have, if it says so."""
    sections = []
    for place, line in enumerate(_numbers(form, "section"), start=1):
        id_, name, marks = (form.get(f"{field}-{line}", "").strip() for field in ("section", "title", "marks"))
        if not id_ and not name and not marks:
            continue
        if not id_:
            raise Refused(NO_SECTION.format(line=place))
        sections.append(Section(id_[:10], name[:200], _mark(marks, place) if marks else None))
    return sections


def criteria_from(form: Mapping[str, str]) -> list[Module]:
    """Letter, name, mark and weight of each line that has a letter."""
    modules = []
    for place, line in enumerate(_numbers(form, "letter"), start=1):
        letter, weight = form.get(f"letter-{line}", "").strip().upper(), form.get(f"weight-{line}", "").strip()
        if not letter:
            continue
        if len(letter) != 1 or not "A" <= letter <= "Z":
            raise Refused(ONE_LETTER)
        name = form.get(f"name-{line}", "").strip()[:200]
        modules.append(Module(letter, name, _mark(form.get(f"mark-{line}", ""), place), _mark(weight, place) if weight else None))
    return modules


def code_from(form: Mapping[str, str], letter: str) -> str:
    code = form.get("code", "").strip().upper()
    if not (code.startswith(letter) and code[1:].isdigit() and len(code) <= 4):
        raise Refused(CODE.format(letter=letter))
    return code


def _numbers(form: Mapping[str, str], name: str) -> list[int]:
    """The numbers of the lines, as the fields are named: `name-1`, `name-2` …"""
    found = (key.removeprefix(f"{name}-") for key in form if key.startswith(f"{name}-"))
    return sorted(int(number) for number in found if number.isdigit())


def _mark(value: str, line: int) -> Decimal:
    try:
        mark = exact(value, "mark")
        if mark < 0 or not has_at_most(2, mark):
            raise ValueError(value)
    except (ValueError, ArithmeticError):
        raise Refused(NOT_A_MARK.format(line=line, value=value)) from None
    return mark
