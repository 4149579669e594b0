"""Specimens for the style guide: one made-up thing of every kind that the macros can draw.

The page is for whoever writes templates; nothing on it is stored or sent.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace as Thing
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, DateField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs do not know it yet
from wtforms.validators import DataRequired, Length, Optional

from app.web.frame import TimelineLine
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State

SPECIMEN_CHART = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="460" height="64" viewBox="0 0 460 64" role="img" lang="zh-CN" '
    'aria-label="草稿 → 已提交 → 公示">'
    '<g fill="#fff" stroke="#8a8376"><rect x="1" y="12" width="110" height="40" rx="8"/>'
    '<rect x="349" y="12" width="110" height="40" rx="8"/></g>'
    '<rect x="175" y="12" width="110" height="40" rx="8" fill="#1b5674"/>'
    '<path d="M111 32h58m116 0h58" stroke="#4a4e55" fill="none"/><path d="m169 28 6 4-6 4zM343 28l6 4-6 4z" fill="#4a4e55"/>'
    '<g text-anchor="middle" font-size="14" fill="#23262b"><text x="56" y="37">草稿</text><text x="404" y="37">公示</text>'
    '<text x="230" y="37" fill="#fff">已提交</text></g></svg>'
)


class SpecimenForm(FlaskForm):
    """Every kind of field there is."""

    name = StringField(_("姓名"), [DataRequired(), Length(max=40)], description=_("与身份证上的姓名一致，生僻字也可以。"))
    id_number = StringField(
        _("身份证号"), [DataRequired(), Length(18, 18)], render_kw={"data-private": True, "autocomplete": "off", "inputmode": "text"}
    )
    occupation = SelectField(
        _("职业（工种）"),
        choices=[SelectChoice("", _("请选择")), SelectChoice("6-31-01-03", "电工"), SelectChoice("6-18-01-01", "车工")],
        validators=[DataRequired()],
    )
    on = DateField(_("取得日期"), [Optional()])
    group = RadioField(
        _("组别"), choices=[SelectChoice("worker", _("职工组")), SelectChoice("student", _("学生组"))], validators=[DataRequired()]
    )
    reason = TextAreaField(_("说明"), [Optional()], render_kw={"rows": 3})
    proof = FileField(_("证明材料"))
    agreed = BooleanField(_("我确认以上内容属实"), [DataRequired()])


def _state(zh: str, en: str, kind: Kind = Kind.OPEN, *, is_publicity: bool = False, is_paid: bool = False) -> Thing:
    return Thing(state=State(Text(zh, en), kind, is_publicity=is_publicity, is_paid=is_paid))


def _offer(name: str, zh: str, en: str, *refusals: Text, needs_comment: bool = False, is_adverse: bool = False) -> Thing:
    transition = Thing(name=name, title=Text(zh, en), needs_comment=needs_comment, is_adverse=is_adverse, is_setback=is_adverse)
    return Thing(transition=transition, refusals=refusals, allowed=not refusals)


def specimens() -> dict[str, Any]:
    """What `styleguide.html` shows."""
    form = SpecimenForm(formdata=None, data={"name": "欧阳䶮", "id_number": "33012219", "group": "worker"})
    form.id_number.errors = [_("身份证号应为 18 位，这里只有 8 位")]
    form.occupation.errors = [_("请选择一个职业")]
    return {
        "form": form,
        "subjects": [
            Thing(state=State(Text("草稿", "Draft"), editable_by=(Role.APPLICANT,))),
            _state("已提交", "Submitted"),
            _state("公示中", "Before the public", is_publicity=True),
            _state("已核准", "Approved", Kind.DONE),
            _state("已发放", "Paid", Kind.DONE, is_paid=True),
            _state("不予受理", "Refused", Kind.ENDED),
        ],
        "address": lambda offer: f"/styleguide/{offer.transition.name}",
        "offered": [
            _offer("approve", "核准", "Approve"),
            _offer("send-back", "退回补正", "Send back", needs_comment=True),
            _offer("refuse", "不予受理", "Refuse", needs_comment=True, is_adverse=True),
            _offer(
                "pay",
                "列入发放批次",
                "Put into a payment batch",
                Text("公示期未满，还差 3 个工作日", "The publicity period still runs for 3 working days"),
                Text("初审与核准不能是同一人", "Review and approval need two persons"),
            ),
        ],
        "events": [
            TimelineLine(
                at=datetime(2026, 5, 21, 8, 40, tzinfo=UTC),
                actor_name="方文婷",
                title=Text("退回补正", "Send back"),
                comment="获奖证书只上传了封面，请补内页。",
                source=Text("已提交", "Submitted"),
                target=Text("草稿", "Draft"),
            ),
            TimelineLine(
                at=datetime(2026, 5, 21, 8, 20, tzinfo=UTC),
                actor_name="方文婷",
                title=Text("查看完整信息", "Full data looked at"),
                comment="",
                source=None,
                target=None,
                times=12,
                since=datetime(2026, 5, 21, 7, 55, tzinfo=UTC),
            ),
            TimelineLine(
                at=datetime(2026, 5, 20, 1, 5, tzinfo=UTC),
                actor_name="欧阳䶮",
                title=Text("提交", "Submit"),
                comment="",
                source=Text("草稿", "Draft"),
                target=Text("已提交", "Submitted"),
            ),
            TimelineLine(
                at=datetime(2026, 5, 19, 16, 1, tzinfo=UTC),
                actor_name="",
                title=Text("比赛结果生效，自动生成", "Results became final; proposed by itself"),
                comment="",
                source=None,
                target=None,
            ),
        ],
        "stages": [
            Thing(title=Text("报名", "Entry"), is_done=True, is_current=False),
            Thing(title=Text("抽签", "Draw"), is_done=True, is_current=False),
            Thing(title=Text("评分", "Marking"), is_done=False, is_current=True),
            Thing(title=Text("公示", "Publicity"), is_done=False, is_current=False),
            Thing(title=Text("归档", "Archive"), is_done=False, is_current=False),
        ],
        "chart": SPECIMEN_CHART,
        "problems": [
            Thing(
                row=7,
                column=_("身份证号"),
                value="3.30122199001011e+17",
                reason=Text("身份证号被存成了数字，后几位已丢失", "The ID number was stored as a number; its last digits are lost"),
            ),
            Thing(
                row=12, column="职业代码", value="6-31-99-03", reason=Text("职业目录中没有这个代码", "No such code in the classification")
            ),
            Thing(row=31, column=_("出生日期"), value="", reason=Text("不能为空", "This must not be empty")),
        ],
        "determination": Thing(
            amount=Decimal("350000.00"),
            document="桐人社发〔2021〕7号",
            clause="二(二)8",
            quote="对获得世界技能大赛金、银、铜牌和优胜奖的选手，分别给予50万元、35万元、25万元、15万元奖励。",
            inputs=[
                (Text("赛事级别", "Level"), Text("世界技能大赛", "WorldSkills Competition")),
                (Text("奖项", "Award"), Text("银牌", "Silver medal")),
                (Text("获奖日期", "Date of award"), datetime(2024, 9, 15, tzinfo=UTC).date().isoformat()),
            ],
            steps=[
                Text("奖项为银牌，按表取 ¥350,000.00", "Silver: the table gives ¥350,000.00"),
                Text("已享受世赛奖励，不再按 1∶1 配套", "The WorldSkills reward excludes the 1:1 match"),
            ],
            pack_version="tonglu/2021-7 · sha256:9f2c41e7",
        ),
        "page": Thing(number=2, pages=12, total=234),
        "places": [
            Thing(place=1, code="A-07", mark=Decimal("93.45"), prize=Text("一等奖", "First prize"), amount=Decimal("5000")),
            Thing(place=2, code="A-31", mark=Decimal("91.20"), prize=Text("二等奖", "Second prize"), amount=Decimal("3000")),
            Thing(place=2, code="B-12", mark=Decimal("91.20"), prize=Text("二等奖", "Second prize"), amount=Decimal("3000")),
        ],
    }
