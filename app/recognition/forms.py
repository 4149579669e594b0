"""The shape of what is filled in about programmes and recognitions."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.recognition.commands import Content
from app.recognition.models import DirectRecognition, Programme
from app.web.forms import text
from app.web.words import say
from workflows.ladder import BY_DIGIT, SkillLevel
from workflows.recognition import direct

LEVELS = sorted(BY_DIGIT.items(), reverse=True)


def _named(level: SkillLevel) -> str:
    return say(level.wording or level.title)


def level_choices(digits: Iterable[int] = BY_DIGIT) -> list[tuple[str, str]]:
    """Levels to choose from, the lowest first."""
    return [(str(digit), _named(level)) for digit, level in LEVELS if digit in set(digits)]


class Begin(FlaskForm):
    organisation = SelectField(_("企业"), [DataRequired()], coerce=int)


class ProgrammeForm(FlaskForm):
    arrangements = TextAreaField(
        _("组织机构、制度和人员"),
        [DataRequired(), Length(max=8000)],
        description=_("评价领导小组、考务和保密制度、考评员与内部督导员、场地设备。"),
    )
    certificates_a_year = IntegerField(_("每人每年证书本数上限（0 为不限）"), [InputRequired(), NumberRange(0, 9)])
    panel_minimum = IntegerField(_("评审会最少人数"), [InputRequired(), NumberRange(3, 15)])
    publicity_days = IntegerField(_("公示工作日"), [InputRequired(), NumberRange(3, 30)])


class SelectMultipleCheckboxField(SelectMultipleField):
    """Several choices, each a box to tick; the page draws it as a group."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CoverForm(FlaskForm):
    occupation = StringField(_("职业"), [DataRequired(), Length(max=120)], description=_("职业名称或编码，如“电工”或“6-31-01-03”。"))
    levels = SelectMultipleCheckboxField(_("等级"), coerce=int, description=_("一个都不选，就把这个职业移出备案范围。"))


class StationForm(FlaskForm):
    agency = StringField(_("评价机构代码"), [Regexp(r"^\d{4}$", message=_("4 位数字"))], description=_("省内备案固定为 0000。"))
    province = StringField(_("省级代码"), [Regexp(r"^\d{2}$", message=_("2 位数字"))])
    station = StringField(_("机构（站点）序列码"), [Regexp(r"^\d{6}$", message=_("6 位数字"))], description=_("由省级人社部门统筹赋码。"))


class RecognitionForm(FlaskForm):
    """One worker; who it is can only be said once."""

    name = StringField(_("姓名"), [DataRequired(), Length(max=80)])
    id_number = StringField(_("身份证号"), [DataRequired(), Length(max=30)], description=_("加密保存，页面上不完整显示。"))
    kind = RadioField(_("认定依据"), [DataRequired()])
    scope = SelectField(_("职业和等级"), [DataRequired()], description=_("限本企业备案范围。"))
    trade = StringField(_("工种或职业方向"), [Length(max=80)])
    held_level = SelectField(_("本职业现有等级"), [Optional()])
    employed_since = DateField(_("入职日期"), [Optional()])
    is_front_line = BooleanField(_("一线职工"))
    basis = TextAreaField(_("业绩摘要"), [DataRequired(), Length(max=4000)], description=_("评审和抽核时据此核对材料。"))

    def offer_choices(self, programme: Programme) -> None:
        """What this enterprise's programme allows to be chosen."""
        self.kind.choices = [(ground.key, f"{ground.key} · {say(ground.title)}") for ground in direct.GROUNDS.values()]
        self.scope.choices = [
            (f"{scope.occupation_code}|{scope.level}", f"{scope.occupation.name} {_named(scope.skill_level)}") for scope in programme.covers
        ]
        self.held_level.choices = [("", "—"), *level_choices()]

    def show(self, recognition: DirectRecognition) -> None:
        """Fill in what is there; the person is shown, not asked again."""
        self.kind.data, self.scope.data = recognition.kind, f"{recognition.occupation_code}|{recognition.level}"
        self.trade.data, self.basis.data = recognition.trade, recognition.basis
        self.held_level.data = str(recognition.held_level or "")
        self.employed_since.data, self.is_front_line.data = recognition.employed_since, recognition.is_front_line

    def without_person(self) -> None:
        """The form for somebody already named."""
        del self.name, self.id_number

    @property
    def content(self) -> Content:
        occupation_code, _bar, level = text(self.scope).rpartition("|")
        return Content(
            kind=text(self.kind),
            occupation_code=occupation_code,
            level=int(level),
            trade=text(self.trade).strip(),
            held_level=int(self.held_level.data) if self.held_level.data else None,
            employed_since=self.employed_since.data,
            is_front_line=bool(self.is_front_line.data),
            basis=text(self.basis).strip(),
        )


class EvidenceForm(FlaskForm):
    kind = SelectField(_("材料种类"), [DataRequired()])
    files = MultipleFileField(_("文件"), [FileRequired()])


class ImportForm(FlaskForm):
    file = FileField(_("表格文件"), [FileRequired()])


class DecideImport(FlaskForm):
    present = RadioField(_("已在办理的人员"), default="skip")
    leave_bad_rows = BooleanField(_("不能导入的行先放下，只导入其余各行"))


class VoteForm(FlaskForm):
    in_favour = RadioField(_("意见"), [DataRequired()])
    reason = TextAreaField(_("理由"), [DataRequired(), Length(max=2000)])


class PublicityForm(FlaskForm):
    contact = StringField(_("受理异议的联系方式"), [DataRequired(), Length(max=200)], description=_("公示页会显示，请填办公电话。"))
