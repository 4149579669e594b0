"""The shape of what people fill in about notices."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, ValidationError

_ONE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


class FileObjection(FlaskForm):
    name = StringField(_("姓名或单位"), [DataRequired(), Length(max=80)], description=_("匿名的异议无法核实，也无法答复"))
    contact = StringField(_("联系方式"), [DataRequired(), Length(4, 120)], description=_("电话或邮箱，只有核查的人能看到"))
    reason = TextAreaField(_("异议的内容和理由"), [DataRequired(), Length(10, 4000)], description=_("哪一条、为什么不对、有什么依据"))


class EnterCalendar(FlaskForm):
    year = IntegerField(_("年份"), [DataRequired(), NumberRange(2020, 2100)])
    source = StringField(_("通知的名称和文号"), [DataRequired(), Length(max=200)])
    off = TextAreaField(_("放假的日子"), [DataRequired()], description=_("每行一天，或一段：2027-01-01 至 2027-01-03"))
    working = TextAreaField(_("调休上班的周末"), description=_("每行一天；没有就留空"))

    def validate_off(self, field: TextAreaField) -> None:
        days_in(field.data or "")

    def validate_working(self, field: TextAreaField) -> None:
        days_in(field.data or "")


def days_in(text: str) -> set[date]:
    """The days that *text* names, one day or one span a line; `ValidationError` names the line that is neither."""
    found: set[date] = set()
    for line in filter(None, (line.strip() for line in text.splitlines())):
        try:
            days = [date(int(y), int(m), int(d)) for y, m, d in _ONE.findall(line)]
        except ValueError:
            days = []
        if not 1 <= len(days) <= 2 or days[-1] < days[0] or (days[-1] - days[0]).days > 31:
            raise ValidationError(_("看不懂这一行：%(line)s", line=line))
        found |= {days[0] + timedelta(n) for n in range((days[-1] - days[0]).days + 1)}
    return found
