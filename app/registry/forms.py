"""The shape of what people fill in about people and organisations."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app.core import identity
from app.core.identity import NotValid
from app.web.words import say


def _must_be(check: Callable[[str], str], field: Field) -> None:
    """The field's number is checked where one is given; the reason stands beside the field."""
    if field.data:
        try:
            check(field.data)
        except NotValid as wrong:
            raise ValidationError(say(wrong.reason)) from None


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

    def validate_id_number(self, field: Field) -> None:
        _must_be(identity.id_number if self.id_kind.data == "resident" else identity.other_document, field)

    def validate_phone(self, field: Field) -> None:
        _must_be(identity.mobile, field)

    def validate_bank_account(self, field: Field) -> None:
        _must_be(identity.bank_card, field)


class OrganisationForm(FlaskForm):
    name = StringField(_("单位名称"), [DataRequired(), Length(max=120)])
    credit_code = StringField(_("统一社会信用代码"), [DataRequired(), Length(max=30)])
    kind = SelectField(_("性质"), [DataRequired()])
    division_code = SelectField(_("所在地"))
    member = StringField(_("世界技能组织成员代码（仅世赛代表队）"), [Length(max=3)])
    address = StringField(_("地址"), [Length(max=200)])
    contact = StringField(_("联系人"), [Length(max=80)])
    phone = StringField(_("联系电话"), [Length(max=40)])
    bank_name = StringField(_("开户银行"), [Length(max=120)])
    bank_account = StringField(_("银行账号"), [Length(max=40)])

    def validate_credit_code(self, field: Field) -> None:
        _must_be(identity.credit_code, field)

    def validate_bank_account(self, field: Field) -> None:
        _must_be(identity.bank_card, field)


class ListFile(FlaskForm):
    file = FileField(_("Excel 或 CSV 文件"), [FileRequired()])


class LookReason(FlaskForm):
    reason = StringField(_("用途"), [DataRequired(), Length(max=200)])
