"""The shape of an entry, as a team leader fills it in."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, FileField, FormField, StringField, TextAreaField, ValidationError
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length

from app.competitions.models import Entry
from app.core import identity
from app.core.identity import NotValid
from app.web.forms import text
from app.web.words import say
from workflows.competition.conflicts import names_in


class MemberForm(PlainForm):
    """A competitor.  An ID number left empty leaves the one on record."""

    name = StringField(_("姓名"), [InputRequired(), Length(max=80)], render_kw={"autocomplete": "off"})
    id_number = StringField(_("身份证号"), [Length(max=18)], render_kw={"autocomplete": "off", "data-private": True, "spellcheck": "false"})
    phone = StringField(_("手机号"), [Length(max=20)], render_kw={"autocomplete": "off", "inputmode": "tel", "data-private": True})
    position = StringField(_("岗位"), [Length(max=80)])

    def validate_id_number(self, field: StringField) -> None:
        if text(field):
            _checked(identity.id_number, text(field))

    def validate_phone(self, field: StringField) -> None:
        if text(field):
            _checked(identity.mobile, text(field))


def _checked(check, value: str) -> None:  # type: ignore[no-untyped-def]
    try:
        check(value)
    except NotValid as wrong:
        raise ValidationError(say(wrong.reason)) from None


class EntryForm(FlaskForm):
    """A team or a competitor, sent by an organisation."""

    team_name = StringField(_("队名"), [Length(max=120)])
    coach = StringField(_("教练（指导教师）"), [Length(max=80)])
    coach_id_number = StringField(
        _("教练身份证号"), [Length(max=18)], render_kw={"autocomplete": "off", "data-private": True, "spellcheck": "false"}
    )
    remark = TextAreaField(_("备注"), [Length(max=2000)], render_kw={"rows": 2})
    members = FieldList(FormField(MemberForm))

    def validate_coach_id_number(self, field: StringField) -> None:
        if not text(field):
            return
        _checked(identity.id_number, text(field))
        if len(names_in(text(self.coach))) != 1:
            raise ValidationError(gettext("填了教练身份证号，教练姓名应填一人"))

    def seat(self, size: int, entry: Entry | None = None) -> None:
        """As many members as the skill takes, those of *entry* filled in."""
        if self.is_submitted():
            return
        known = [{"name": member.person.name, "position": member.person.position} for member in entry.members] if entry else []
        for place in range(max(size, len(known))):
            self.members.append_entry(known[place] if place < len(known) else None)

    def require_numbers(self, entry: Entry | None = None) -> bool:
        """Whether everybody new has an ID number; what is missing is said beside the field."""
        known = len(entry.members) if entry else 0
        missing = [member.form.id_number for place, member in enumerate(self.members) if place >= known and not member.form.id_number.data]
        for field in missing:
            field.errors = [gettext("请填写身份证号")]
        return not missing


class OwnEntryForm(FlaskForm):
    """One click: the data are known, only the consent is new."""

    agreed = BooleanField(_("我已阅读并同意上述说明，确认所填信息属实"), [InputRequired()])


class SpreadsheetForm(FlaskForm):
    file = FileField(_("报名表"), [InputRequired()])
