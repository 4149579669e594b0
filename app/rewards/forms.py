"""The shape of what people fill in about claims, payments and policies.

What an applicant says of an achievement is asked in the words of the policy: its attributes are the fields, so a new policy needs no form.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import DateField, Field, FileField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs do not know it yet
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.web.words import say
from workflows.clauses.facts import Attribute
from workflows.clauses.money import read_money
from workflows.rewards.policy import Pack
from workflows.text import Text

# What is asked of each kind of achievement, in this order, and what of it may be left open.
ASKED = {
    "competition_award": ("competition", "skill", "level", "award", "prize_received", "awarded_on", "organiser_kind", "represents_county"),
    "certificate": ("certificate_kind", "grade_level", "occupation", "certificate_issued_on"),
}
OPTIONAL = ("prize_received", "organiser_kind", "represents_county")
TITLES = {
    "competition_award": Text("竞赛获奖", "A competition award"),
    "certificate": Text("职业资格证书", "A qualification certificate"),
    "grade_certificate": Text("职业技能等级证书", "A certificate of skill level"),
}
ACCEPT = ".pdf,.png,.jpg,.jpeg"


def _is_money(_form: FlaskForm, field: Field) -> None:
    if field.data:
        try:
            amount = read_money(field.data)
        except ValueError:
            raise ValidationError(_("请填写金额，例如 5000 或 5,000.00")) from None
        if amount < 0 or amount != amount.quantize(Decimal("0.01")):
            raise ValidationError(_("金额不能为负，最多两位小数"))


def field_of(attribute: Attribute, *, required: bool) -> Any:
    """The form field in which an attribute of a policy is answered."""
    title = say(attribute.title)
    needed: list[Any] = [InputRequired()] if required else [Optional()]
    if attribute.kind == "word":
        choices = [SelectChoice("", _("请选择")), *(SelectChoice(word, say(caption)) for word, caption in attribute.words.items())]
        return SelectField(title, needed, choices=choices)
    if attribute.kind == "yes_no":
        return SelectField(
            title, needed, choices=[SelectChoice("", _("未说明")), SelectChoice("true", _("是")), SelectChoice("false", _("否"))]
        )
    if attribute.kind == "date":
        return DateField(title, needed)
    if attribute.kind == "number":
        return IntegerField(title, [*needed, NumberRange(min=0)])
    if attribute.kind == "money":
        return StringField(title, [*needed, _is_money], render_kw={"inputmode": "decimal"})
    return StringField(title, [*needed, Length(max=120)])


class FactsForm(FlaskForm):
    """Base of the forms that ask for the facts of a case."""

    @property
    def facts(self) -> dict[str, Any]:
        """What was answered; what was left open is not there."""
        names = [name for name in self._fields if name not in ("csrf_token", "proofs", "reason")]
        return {name: self[name].data for name in names if self[name].data not in (None, "")}


class Proofs(FlaskForm):
    proofs = MultipleFileField(
        _("证明材料"),
        [FileRequired(_("请选择文件"))],
        description=_("获奖证书、奖金发放凭证等；PDF、PNG 或 JPEG，可选多个"),
    )


def application_form(pack: Pack, kind: str) -> FactsForm:
    """What is asked of an award won elsewhere."""
    fields = {name: field_of(pack.attributes[name], required=name not in OPTIONAL) for name in ASKED[kind] if name in pack.attributes}
    proofs = MultipleFileField(Proofs.proofs.args[0], [FileRequired(_("请上传证明材料"))], description=Proofs.proofs.kwargs["description"])
    form: FactsForm = type("Application", (FactsForm,), {**fields, "proofs": proofs})()
    return form


def correction_form(pack: Pack, kind: str, present: dict[str, Any]) -> FactsForm:
    """The facts a determination was made of, to be corrected, and the reason."""
    asked = ASKED.get(kind, ASKED["certificate"])
    fields = {name: field_of(pack.attributes[name], required=False) for name in asked if name in pack.attributes}
    reason = TextAreaField(_("更正理由"), [DataRequired(), Length(max=500)], render_kw={"rows": 3})
    form_class = type("Correction", (FactsForm,), {**fields, "reason": reason})
    form: FactsForm = form_class(data=_as_filled_in(pack, fields, present))
    return form


def _as_filled_in(pack: Pack, names: Iterable[str], present: dict[str, Any]) -> dict[str, Any]:
    filled = {}
    for name in names:
        try:
            value = pack.attributes[name].of(present)
        except ValueError:
            continue
        filled[name] = str(value).lower() if isinstance(value, bool) else value
    return filled


class Account(FlaskForm):
    bank_name = StringField(_("开户银行"), [DataRequired(), Length(max=120)], description=_("写到支行，例如：桐庐农商银行城南支行"))
    account = StringField(
        _("银行账号"),
        [DataRequired(), Length(max=40)],
        description=_("须为收款人本人（本单位）的账户；只在发放时使用，页面上以掩码显示"),
        render_kw={"data-private": True, "autocomplete": "off", "inputmode": "numeric"},
    )


class Team(FlaskForm):
    table = TextAreaField(
        _("团队分配表"),
        [DataRequired(), Length(max=4000)],
        description=_("每行一人：姓名，金额。金额合计须等于核定金额；都不写金额则平均分配。"),
        render_kw={"rows": 6},
    )

    def validate_table(self, field: Field) -> None:
        try:
            read_team(field.data or "")
        except ValueError as wrong:
            raise ValidationError(_("读不懂这一行：%(line)s", line=str(wrong))) from None


def read_team(text: str) -> list[tuple[str, Decimal | None]]:
    """Lines of `name, amount` (the amount may be left out); raises `ValueError` with the first line that is neither."""
    members: list[tuple[str, Decimal | None]] = []
    for line in text.splitlines():
        name, _comma, share = line.replace("，", ",").replace("\t", ",").partition(",")
        if not line.strip():
            continue
        try:
            amount = read_money(share) if share.strip() else None
        except (ValueError, InvalidOperation):
            raise ValueError(line.strip()) from None
        if not name.strip() or (amount is not None and amount < 0):
            raise ValueError(line.strip())
        members.append((name.strip(), amount))
    return members


class Reason(FlaskForm):
    reason = StringField(_("理由"), [DataRequired(), Length(max=200)])


class Publicity(FlaskForm):
    title = StringField(_("公示标题"), [DataRequired(), Length(max=200)])
    days = IntegerField(_("公示期（工作日）"), [InputRequired(), NumberRange(1, 60)], default=5)
    contact = StringField(_("联系方式"), [DataRequired(), Length(max=200)], description=_("异议向哪里反映；办公电话、地址，不写个人手机号"))


class ResultFile(FlaskForm):
    file = FileField(
        _("银行回执文件"), [FileRequired(_("请选择文件"))], description=_(".xlsx 或 .csv：序号、账号、金额、结果（成功／退票）、退票原因")
    )


class Reply(FlaskForm):
    reply = TextAreaField(_("陈述、申辩"), [DataRequired(), Length(max=4000)], render_kw={"rows": 6})


class Repayment(FlaskForm):
    amount = StringField(_("返还金额（元）"), [DataRequired(), _is_money], render_kw={"inputmode": "decimal"})
    on = DateField(_("到账日期"), [InputRequired()])
    reference = StringField(_("银行流水号或收据号"), [DataRequired(), Length(max=80)])


class Offset(FlaskForm):
    claim = IntegerField(_("申领"), [InputRequired()])
    amount = StringField(_("抵扣金额"), [DataRequired(), _is_money])
