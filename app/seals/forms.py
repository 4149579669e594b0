"""Handing in a seal, and saying why one is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.registry.models import Organisation
from app.seals.commands import KINDS
from app.web.forms import choices


class SealForm(FlaskForm):
    """A picture of a seal or a signature."""

    organisation = SelectField(_("单位"), coerce=int)
    kind = SelectField(_("种类"))
    title = StringField(_("名称"), [InputRequired(), Length(max=80)])
    width = IntegerField(_("打印宽度（毫米）"), [Optional(), NumberRange(min=15, max=60)])
    picture = FileField(_("PNG 图片"), [FileRequired()])

    def offer(self, organisations: Sequence[Organisation]) -> None:
        self.organisation.choices = [(organisation.id, organisation.name) for organisation in organisations]
        self.kind.choices = choices(KINDS.items())


class WithdrawalForm(FlaskForm):
    """Why a seal is used no more."""

    reason = StringField(_("停用理由"), [InputRequired(), Length(max=200)])
