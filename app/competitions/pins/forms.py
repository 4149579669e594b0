"""The PIN as it is set, and as it is given."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, PasswordField
from wtforms.validators import InputRequired

DIGITS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 6, "data-private": ""}


class SetPin(FlaskForm):
    """A new PIN, proved with the password."""

    pin = PasswordField(_l("新 PIN（4–6 位数字）"), validators=[InputRequired()], render_kw=DIGITS)
    password = PasswordField(_l("登录密码"), validators=[InputRequired()], render_kw={"autocomplete": "current-password"})


class GivePin(FlaskForm):
    """Whose PIN, and the PIN."""

    account = IntegerField(validators=[InputRequired()])
    pin = PasswordField(_l("PIN"), validators=[InputRequired()], render_kw=DIGITS)
