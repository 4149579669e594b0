"""The shape of an appeal, of a revision, and of the hour at which a competition ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.clock import LOCAL, local
from app.web.forms import choices, text
from workflows.competition.appeals import GROUNDS

MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
PICTURES = ".pdf,.png,.jpg,.jpeg"


class AppealForm(FlaskForm):
    """What happened, what is asked for, and what shows it; it may be kept half written."""

    ground = SelectField(_("事由"), [InputRequired()])
    happened_at = DateTimeLocalField(_("发生时间"), [Optional()], format=MOMENT)
    facts = TextAreaField(
        _("事实"),
        [Length(max=4000)],
        render_kw={"rows": 7},
        description=_("写清时间、地点、涉及的评分项或设备、经过；只写本队的事"),
    )
    request = TextAreaField(_("请求"), [Length(max=1000)], render_kw={"rows": 3}, description=_("希望怎样更正，例如重评某模块"))
    evidence = MultipleFileField(_("证据材料"), description=_("照片、扫描件；PDF、PNG 或 JPEG，可选多个。提出时至少一份"))

    def offer(self) -> None:
        self.ground.choices = choices(GROUNDS.items())

    def show(self, happened_at: datetime | None) -> None:
        """Moments are shown by the clocks on the wall."""
        self.happened_at.data = local(happened_at).replace(tzinfo=None) if happened_at else None

    def values(self) -> dict[str, Any]:
        moment = self.happened_at.data
        return {
            "ground": text(self.ground),
            "happened_at": moment.replace(tzinfo=LOCAL) if moment else None,
            "facts": text(self.facts).strip(),
            "request": text(self.request).strip(),
        }


class EndForm(FlaskForm):
    """When the competition in a skill was over."""

    ended_at = DateTimeLocalField(_("比赛结束时间"), [InputRequired()], format=MOMENT)
    reason = StringField(_("更改的理由"), [Length(max=200)])

    def moment(self) -> datetime:
        assert self.ended_at.data is not None  # it was asked for
        return self.ended_at.data.replace(tzinfo=LOCAL)


class RevisionForm(FlaskForm):
    """Which error was found, and what shows it."""

    reason = TextAreaField(
        _("更正理由"), [DataRequired(), Length(max=1000)], render_kw={"rows": 4}, description=_("会随更正后的成绩一并公布，请勿写个人信息")
    )
    evidence = MultipleFileField(_("依据材料"), description=_("PDF、PNG 或 JPEG，可选多个"))


class VoteForm(FlaskForm):
    """A committee member's word and its reasons."""

    upholds = SelectField(
        _("意见"),
        [InputRequired()],
        choices=[SelectChoice("", _("请选择")), SelectChoice("yes", _("申诉成立")), SelectChoice("no", _("申诉不成立"))],
    )
    reasons = TextAreaField(_("理由"), [DataRequired(), Length(max=2000)], render_kw={"rows": 4})
