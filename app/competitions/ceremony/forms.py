"""What is revealed, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from app.competitions.models import Skill
from app.web.forms import choices
from workflows.competition.ceremony import MASKED, NAMES, ORDERS


class CeremonyForm(FlaskForm):
    """A ceremony to be prepared."""

    title = StringField(_("名称"), [Length(max=160)])
    order = RadioField(_("揭晓顺序"), [InputRequired()], default="by_skill")
    skills = SelectMultipleField(_("赛项"), coerce=int)
    names = RadioField(_("揭晓结束后公示的名单"), default=MASKED)

    def offer(self, skills: Sequence[Skill]) -> None:
        self.order.choices = choices(ORDERS.items())
        self.names.choices = choices(NAMES.items())
        self.skills.choices = [(skill.id, skill.name) for skill in skills]
