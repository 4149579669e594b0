"""The shape of what people ask about certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length


class Check(FlaskForm):
    number = StringField(_("证书编号"), [DataRequired(), Length(max=60)], description=_("印在证书上，等级证书为 22 位。"))
    name = StringField(_("持证人姓名"), [DataRequired(), Length(max=80)])


class Revocation(FlaskForm):
    reason = StringField(_("撤销理由"), [DataRequired(), Length(max=200)], description=_("查验页会公开显示。"))
