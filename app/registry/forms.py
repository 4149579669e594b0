"""The shape of what people fill in about people and organisations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional


class PersonForm(FlaskForm):
    name = StringField(_("姓名"), [DataRequired(), Length(max=80)])
    id_kind = SelectField(_("证件类型"), [DataRequired()])
    id_number = StringField(_("证件号码"), [Length(max=30)])
    phone = StringField(_("手机号"), [Length(max=30)])
    birth_date = DateField(_("出生日期"), [Optional()], description=_("居民身份证不用填，从号码中读出"))
    sex = SelectField(_("性别"))
    employer = StringField(_("工作单位"), [Length(max=120)], description=_("单位全称，须已登记"))
    employed_since = DateField(_("入职日期"), [Optional()])
    position = StringField(_("岗位"), [Length(max=80)])
    bank_name = StringField(_("开户银行"), [Length(max=120)])
    bank_account = StringField(_("银行账号"), [Length(max=40)])


class OrganisationForm(FlaskForm):
    name = StringField(_("单位名称"), [DataRequired(), Length(max=120)])
    credit_code = StringField(_("统一社会信用代码"), [DataRequired(), Length(max=30)])
    kind = SelectField(_("性质"), [DataRequired()])
    division_code = SelectField(_("所在地"))
    address = StringField(_("地址"), [Length(max=200)])
    contact = StringField(_("联系人"), [Length(max=80)])
    phone = StringField(_("联系电话"), [Length(max=40)])
    bank_name = StringField(_("开户银行"), [Length(max=120)])
    bank_account = StringField(_("银行账号"), [Length(max=40)])


class ListFile(FlaskForm):
    file = FileField(_("Excel 或 CSV 文件"), [FileRequired()])


class LookReason(FlaskForm):
    reason = StringField(_("用途"), [DataRequired(), Length(max=200)])
