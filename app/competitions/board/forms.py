"""What is shown while the marking goes on, and when it stops moving."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, RadioField
from wtforms.validators import InputRequired, Optional

from app.competitions.planning.forms import MOMENT
from app.web.forms import choices
from workflows.competition import showing


class BoardForm(FlaskForm):
    """The settings of a board."""

    shows = RadioField(_("评分期间展示什么"), [InputRequired()])
    everywhere = BooleanField(_("本竞赛的全部赛项都这样设置"))
    freezes_at = DateTimeLocalField(_("到这个时间自动冻结"), [Optional()], format=MOMENT)

    def offer(self) -> None:
        self.shows.choices = choices(showing.CHOICES.items())
