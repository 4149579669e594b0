"""The shape of the rules of the overall tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, SelectMultipleField, StringField, ValidationError, widgets
from wtforms.validators import InputRequired, Length

from app.competitions.models import Skill
from app.web.forms import text
from app.web.words import say
from workflows.competition import overall
from workflows.competition.overall import OverallRules, PointTable, point_table
from workflows.text import Text


class SelectMultipleCheckboxField(SelectMultipleField):
    """Boxes to tick instead of a list one scrolls."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class OverallForm(FlaskForm):
    """Whom points are added up for, what awards are worth with where the figures come from, which skills are left out."""

    delegation = SelectField(_("按什么合计"))
    team = StringField(
        _("团体积分"), [InputRequired(), Length(max=60)], description=_("一、二、三等奖（金、银、铜）和优胜奖各几分，如 10, 7, 5")
    )
    team_source = StringField(_("团体积分的依据"), [InputRequired(), Length(max=120)])
    medals = StringField(_("奖牌分"), [InputRequired(), Length(max=60)], description=_("如 4, 3, 2, 1"))
    medals_source = StringField(_("奖牌分的依据"), [InputRequired(), Length(max=120)])
    left_out = SelectMultipleCheckboxField(_("不参加全场最佳的赛项"))

    def offer(self, skills: Sequence[Skill]) -> None:
        self.delegation.choices = [(key, say(title)) for key, title in overall.DELEGATIONS.items()]
        self.left_out.choices = [(skill.code, skill.name) for skill in skills]

    def show(self, rules: OverallRules) -> None:
        self.delegation.data, self.left_out.data = rules.delegation, list(rules.left_out)
        self.team.data, self.team_source.data = _written(rules.team), rules.team.source.zh
        self.medals.data, self.medals_source.data = _written(rules.medals), rules.medals.source.zh

    def validate_team(self, field: Field) -> None:
        _check(field)

    def validate_medals(self, field: Field) -> None:
        _check(field)

    def rules(self) -> OverallRules:
        return OverallRules(
            text(self.delegation),
            _table(text(self.team), text(self.team_source)),
            _table(text(self.medals), text(self.medals_source)),
            tuple(self.left_out.data or ()),
        )


def _written(table: PointTable) -> str:
    return ", ".join(map(str, table.points))


def _table(points: str, source: str) -> PointTable:
    known = next((table.source for table in (overall.TEAM_POINTS, overall.MEDAL_POINTS) if table.source.zh == source.strip()), None)
    return point_table([part for part in re.split(r"[,，、/\s]+", points.strip()) if part], known or Text(source.strip(), source.strip()))


def _check(field: Field) -> None:
    try:
        _table(field.data or "", "依据")
    except (ValueError, TypeError):
        raise ValidationError(gettext("请写一至四个不小于零的数，用逗号分开，如 10, 7, 5")) from None
