"""The shape of what is filled in about judges, assignments and rules."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.errors import Refused
from app.web.forms import choices
from workflows.competition.conflicts import KINDS
from workflows.competition.panels import PanelRules
from workflows.competition.qualification import LEVELS, TITLES
from workflows.competition.seating import Duty, VacancyRule
from workflows.competition.spread import Check, Rule
from workflows.exact import exact
from workflows.text import Text

NOT_A_LIMIT = Text("“{value}”不是不小于零的数", "“{value}” is no number from zero up")
TYPES = {"judgement": Text("评判（0–3）", "Judgement (0–3)"), "scores": Text("多名裁判打分", "Scores of several judges")}
NO_RULE = "none"


class JudgeForm(FlaskForm):
    """A card of the register."""

    level = SelectField(_l("职业技能等级"))
    title = SelectField(_l("专业技术职称"))
    years = IntegerField(_l("从事本专业年数"), [InputRequired(), NumberRange(0, 60)], default=0)
    terms = IntegerField(_l("执裁届数（市级或行业级以上）"), [InputRequired(), NumberRange(0, 99)], default=0)
    certificate_no = StringField(_l("裁判员证编号"), [Optional(), Length(max=60)])
    certificate_until = DateField(_l("裁判员证有效期至"), [Optional()])
    occupations = StringField(_l("执裁职业代码（用空格隔开）"), [Optional(), Length(max=200)])
    employer = StringField(_l("所在单位（全称）"), [Optional(), Length(max=120)])
    birth_date = DateField(_l("出生日期"), [Optional()])
    member = StringField(_l("世赛成员代码（仅世赛，如 CN）"), [Optional(), Length(max=3)])
    note = StringField(_l("备注"), [Optional(), Length(max=300)])

    def offer(self) -> JudgeForm:
        """Fill the lists."""
        self.level.choices = choices([("", "—"), *LEVELS.items()])
        self.title.choices = choices([("", "—"), *TITLES.items()])
        return self


def duties_from(form: Mapping[str, str]) -> dict[tuple[int, int], Duty]:
    """Fields `duty-<sub criterion>-<seat>` with a duty, or nothing."""
    found = {}
    known = {duty.value: duty for duty in Duty}
    for name, value in form.items():
        kind, _, place = name.partition("-")
        sub, _, seat = place.partition("-")
        if kind == "duty" and value in known and sub.isdigit() and seat.isdigit():
            found[int(sub), int(seat)] = known[value]
    return found


def rules_from(form: Mapping[str, str]) -> PanelRules:
    usual = PanelRules()
    rules = {rule.value: rule for rule in VacancyRule}
    return PanelRules(
        _count(form.get("scorers"), usual.scorers, 1),
        _count(form.get("coordinators"), usual.coordinators, 0),
        _count(form.get("per_employer"), usual.per_employer, 1),
        rules.get(form.get("vacancy", ""), usual.vacancy),
        _count(form.get("least"), usual.least, 1),
        {kind: form[f"kind-{kind}"] for kind in KINDS if form.get(f"kind-{kind}") in ("refuses", "notes", "ignored")},
    )


def spread_from(form: Mapping[str, str]) -> list[Rule]:
    """The rule of each type of aspect that has one."""
    checks = {check.value: check for check in Check}
    found = []
    for key in TYPES:
        check = checks.get(form.get(f"check-{key}", NO_RULE))
        if check is None:
            continue
        rounds = _count(form.get(f"rounds-{key}"), 1, 1)
        try:
            limit = exact(form.get(f"limit-{key}", "").strip(), "limit")
            found.append(Rule((key,), check, limit, rounds, form.get(f"note-{key}") == "1"))
        except ValueError as error:
            raise Refused(NOT_A_LIMIT.format(value=form.get(f"limit-{key}", ""))) from error
    return found


def _count(text: str | None, usual: int, least: int) -> int:
    return max(least, min(99, int(text))) if text and text.isdigit() else usual
