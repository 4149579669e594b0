"""A scheme as it is filled in: its name, its criteria, a marking form with its aspects, a workbook to take over."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.competitions.schemes.commands import AspectDraft
from app.core.errors import Refused
from workflows.competition.aspects import Method
from workflows.competition.methods import FULL_OR_ZERO, JUDGEMENT, PARTIAL
from workflows.competition.scheme import SCORES
from workflows.exact import exact, has_at_most
from workflows.text import Text

BLANK_LINES = 3
ONE_LETTER = Text("模块编号应为一个字母 A–Z", "A criterion has one letter, A to Z")
CODE = Text(
    "评分表编号应为模块字母加数字，如 {letter}1", "A marking form is named by its criterion's letter and a number, such as {letter}1"
)
NOT_A_MARK = Text(
    "第 {line} 行：“{value}”不是大于零、最多两位小数的分值", "Line {line}: “{value}” is no mark above zero with at most two decimals"
)
NO_DESCRIPTION = Text("第 {line} 行没有评分项说明", "Line {line} has no description")


class NewScheme(FlaskForm):
    """A scheme to begin, or to take over from a workbook."""

    organisation_id = SelectField(_l("所属单位"), coerce=int)
    name = StringField(_l("方案名称"), validators=[InputRequired(), Length(max=160)])


class ImportScheme(NewScheme):
    """A workbook carries a title, so a name need not be given."""

    name = StringField(_l("方案名称"), validators=[Optional(), Length(max=160)])
    file = FileField(_l("CIS 评分方案工作簿（xlsx）"))
    is_partial = BooleanField(_l("测量项允许部分得分（否则只记满分或 0）"))


def criteria_from(form: Mapping[str, str]) -> list[tuple[str, str, Decimal]]:
    """Letter, name and mark of each line that has a letter."""
    lines = []
    for line in _numbers(form, "letter"):
        letter = form.get(f"letter-{line}", "").strip().upper()
        if not letter:
            continue
        if len(letter) != 1 or not "A" <= letter <= "Z":
            raise Refused(ONE_LETTER)
        lines.append((letter, form.get(f"name-{line}", "").strip()[:200], _mark(form.get(f"mark-{line}", ""), line)))
    return lines


def code_from(form: Mapping[str, str], letter: str) -> str:
    code = form.get("code", "").strip().upper()
    if not (code.startswith(letter) and code[1:].isdigit() and len(code) <= 4):
        raise Refused(CODE.format(letter=letter))
    return code


def aspects_from(form: MultiDict[str, str]) -> list[AspectDraft]:
    """The aspects of the lines that say anything, in their order on the page."""
    drafts = []
    for place, line in enumerate(_numbers(form, "description"), start=1):
        description = form.get(f"description-{line}", "").strip()
        max_mark = form.get(f"max-{line}", "").strip()
        if not description and not max_mark:
            continue
        if not description:
            raise Refused(NO_DESCRIPTION.format(line=place))
        drafts.append(
            AspectDraft(
                _method(form, line),
                description,
                _mark(max_mark, place),
                form.get(f"section-{line}", "").strip()[:10],
                form.get(f"extra-{line}", "").strip(),
                form.get(f"requirement-{line}", "").strip(),
                tuple(form.get(f"benchmark-{line}-{score}", "").strip() for score in SCORES),
            )
        )
    return drafts


def _method(form: Mapping[str, str], line: int) -> Method:
    if form.get(f"kind-{line}") == "judgement":
        return JUDGEMENT
    return PARTIAL if form.get(f"partial-{line}") == "y" else FULL_OR_ZERO


def _numbers(form: Mapping[str, str], name: str) -> list[int]:
    """The numbers of the lines, as the fields are named: `name-1`, `name-2` …"""
    found = (key.removeprefix(f"{name}-") for key in form if key.startswith(f"{name}-"))
    return sorted(int(number) for number in found if number.isdigit())


def _mark(value: str, line: int) -> Decimal:
    try:
        mark = exact(value, "mark")
        if mark <= 0 or not has_at_most(2, mark):
            raise ValueError(value)
    except (ValueError, ArithmeticError):
        raise Refused(NOT_A_MARK.format(line=line, value=value)) from None
    return mark
