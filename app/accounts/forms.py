"""The shape of what people fill in about accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Regexp

from app.accounts.passwords import LONGEST
from app.web.forms import choices


class SignIn(FlaskForm):
    login = StringField(_("登录名"), [InputRequired(), Length(max=80)])
    password = PasswordField(_("密码"), [InputRequired(), Length(max=LONGEST)])
    next = HiddenField()


class Code(FlaskForm):
    code = StringField(_("动态验证码"), [InputRequired(), Length(max=20)], description=_("验证器上的六位数字，或一个备用码"))
    next = HiddenField()


class NewPassword(FlaskForm):
    present = PasswordField(_("现在的密码"), [InputRequired(), Length(max=LONGEST)])
    password = PasswordField(_("新密码"), [InputRequired()], description=_("至少 10 个字符；一句好记的话就很好"))
    again = PasswordField(_("再输一遍新密码"), [InputRequired(), EqualTo("password", _("两次输入的新密码不一样"))])
    next = HiddenField()


class Language(FlaskForm):
    language = RadioField(_("界面语言"), choices=choices([("zh", "中文"), ("en", "English")]))


class Enrol(FlaskForm):
    code = StringField(_("验证器上的六位数字"), [InputRequired(), Length(max=20)])


class Password(FlaskForm):
    password = PasswordField(_("现在的密码"), [InputRequired(), Length(max=LONGEST)])


class NewAccount(FlaskForm):
    login = StringField(
        _("登录名"),
        [DataRequired(), Length(3, 80), Regexp(r"^[A-Za-z0-9._@-]+$", message=_("登录名只用字母、数字和 . _ @ -"))],
        description=_("字母、数字和 . _ @ -，不分大小写"),
    )
    name = StringField(_("姓名"), [DataRequired(), Length(max=80)])


class Reason(FlaskForm):
    reason = StringField(_("理由"), [DataRequired(), Length(max=200)])


class NewGrant(FlaskForm):
    login = StringField(_("登录名"), [DataRequired(), Length(max=80)])
    role = SelectField(_("角色"), [DataRequired()])
    on_id = SelectField(_("范围"), coerce=int, validate_choice=False, default=0)
    reason = StringField(_("理由"), [DataRequired(), Length(max=200)], description=_("例如任命文件的文号"))
