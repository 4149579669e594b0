"""The shape of a plan: what is filled in about a competition, a skill, its prizes and who serves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from app.competitions.models import Competition, MarkingScheme, Skill
from app.core.clock import LOCAL, local
from app.registry.models import Organisation
from app.web.forms import text
from app.web.words import say
from workflows.competition import bands, codes, levels, lock_flow, medals, places, prizes, ranking, recheck
from workflows.competition.appeals import PUBLICITY_AGAIN, STARTS, AppealRules
from workflows.competition.levels import Form, Group
from workflows.ladder import LADDER

MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]  # as browsers send it
MONEY = NumberRange(min=0, max=10_000_000)
PERCENT = NumberRange(min=0, max=100)
RANKS = 4  # the lines of the prize table: first, second, third, merit; or gold, silver, bronze, medallion
BY_PLACE = ("first", "second", "third", prizes.MERIT)
BY_POINTS = ("gold", "silver", "bronze", "medallion")
TIE_STEPS = 5


class CompetitionForm(FlaskForm):
    """What, when, where, by whom."""

    organiser_id = SelectField(_("主办（承办）单位"), coerce=int)
    name = StringField(_("竞赛名称"), [InputRequired(), Length(max=160)])
    name_en = StringField(_("英文名称"), [Length(max=200)])
    level = SelectField(_("级别和类别"), [InputRequired()])
    document_no = StringField(_("立项或通知文号"), [Length(max=80)])
    hosts = StringField(_("主办、承办、协办单位"), [Length(max=300)])
    place = StringField(_("比赛地点"), [Length(max=200)])
    registration_opens_at = DateTimeLocalField(_("报名开始"), [Optional()], format=MOMENT)
    registration_closes_at = DateTimeLocalField(_("报名截止"), [Optional()], format=MOMENT)
    starts_at = DateTimeLocalField(_("开赛时间"), [Optional()], format=MOMENT, description=_("年龄按开赛当天计算"))
    ends_on = DateField(_("结束日期"), [Optional()])
    one_skill_each = BooleanField(_("每人只能报一个赛项"), default=True)
    is_public = BooleanField(_("公开竞赛"), default=True, description=_("不公开的竞赛只有本单位人员、参赛单位和工作人员看得到"))
    contact = StringField(_("联系方式"), [Length(max=200)])
    description = TextAreaField(_("竞赛说明"), [Length(max=20_000)], render_kw={"rows": 6})

    def offer(self, organisations: Sequence[Organisation]) -> None:
        """Fill the lists one chooses from."""
        self.organiser_id.choices = [(organisation.id, organisation.name) for organisation in organisations]
        self.level.choices = [(level.key, say(level.title)) for level in levels.LEVELS]

    def show(self, competition: Competition) -> None:
        """Fill the form with what is planned; moments are shown by the clocks on the wall."""
        for name in ("registration_opens_at", "registration_closes_at", "starts_at"):
            moment: datetime | None = getattr(competition, name)
            self[name].data = local(moment).replace(tzinfo=None) if moment else None

    def validate_ends_on(self, field: DateField) -> None:
        if field.data and self.starts_at.data and field.data < self.starts_at.data.date():
            raise ValidationError(gettext("结束日期早于开赛日期"))

    def values(self) -> dict[str, Any]:
        """The columns of a competition."""
        words = ("name", "name_en", "level", "document_no", "hosts", "place", "contact", "description")
        moments = ("registration_opens_at", "registration_closes_at", "starts_at")
        return {
            **{name: text(self[name]).strip() for name in words},
            **{name: self[name].data.replace(tzinfo=LOCAL) if self[name].data else None for name in moments},
            "level_class": levels.level(text(self.level)).grade,
            "ends_on": self.ends_on.data,
            "one_skill_each": bool(self.one_skill_each.data),
            "is_public": bool(self.is_public.data),
        }


USUAL = AppealRules()
MINUTES = NumberRange(min=10, max=60 * 24 * 30)


class PrizeLine(PlainForm):
    """One rank of prize; which of number and share counts, the kind of the scheme says."""

    number = IntegerField(_("名额"), [Optional(), NumberRange(min=0, max=10_000)])
    share = DecimalField(_("占比（百分比）"), [Optional(), PERCENT], places=2)
    money = DecimalField(_("每名奖金（元）"), [Optional(), MONEY], places=2)
    promotes_to = SelectField(_("晋级"), [Optional()], default="")


class SkillForm(FlaskForm):
    """One skill: who competes, how it is marked, what can be won."""

    code = StringField(_("赛项代码"), [InputRequired(), Length(max=10), Regexp(r"^[A-Za-z0-9]+$", message=_("只用字母和数字"))])
    name = StringField(_("赛项名称"), [InputRequired(), Length(max=120)])
    occupation_label = StringField(_("职业（工种）"), [Length(max=160)], description=_("输入名称或代码，从列表中选"))
    document_level = SelectField(_("技术文件等级"), coerce=int, default=3)
    group = SelectField(_("组别"))
    form = SelectField(_("参赛形式"))
    team_size = IntegerField(_("每队人数"), [Optional(), NumberRange(min=1, max=50)], description=_("只在参赛形式为团体时有效"))
    quota = IntegerField(_("名额"), [Optional(), NumberRange(min=1, max=100_000)], description=_("不填即不限；满额后的报名列入候补"))
    min_age = IntegerField(_("最低年龄（周岁）"), [InputRequired(), NumberRange(min=10, max=100)], default=16)
    max_age = IntegerField(_("最高年龄（周岁）"), [Optional(), NumberRange(min=10, max=100)])
    theory_weight = DecimalField(_("理论权重（百分比）"), [InputRequired(), PERCENT], places=2, default=Decimal(30))
    practice_weight = DecimalField(_("实操权重（百分比）"), [InputRequired(), PERCENT], places=2, default=Decimal(70))
    theory_pass = DecimalField(_("理论合格线"), [Optional(), PERCENT], places=2, description=_("双合格时填写，通常 60；不填即不要求"))
    practice_pass = DecimalField(_("实操合格线"), [Optional(), PERCENT], places=2, description=_("双合格时填写，通常 60；不填即不要求"))
    scheme_id = SelectField(_("评分方案"), coerce=int, default=0)
    method = SelectField(_("成绩计算"))
    unshared_places = StringField(
        _("不得并列的名次"), [Length(max=60)], description=_("如 1-3，或 1-3, 8；仍然同分时由裁判长裁定，其余名次可以并列")
    )
    tie_break = FieldList(SelectField(_("同分依次比较"), default=""), min_entries=TIE_STEPS, max_entries=TIE_STEPS)
    prize_kind = SelectField(_("奖项设置"))
    rounding = SelectField(_("名额取整"))
    ties = SelectField(_("并列跨奖项线时"))
    base = SelectField(_("比例的基数"))
    needs_pass = BooleanField(_("未达合格线的不授奖"), default=True, description=_("只在设了合格线时起作用；名次照排，奖项空缺，不递补"))
    medal_rule = SelectField(_("奖牌规则"))
    lines = FieldList(FormField(PrizeLine), min_entries=RANKS, max_entries=RANKS)
    publicity_days = IntegerField(_("公示天数（工作日）"), [InputRequired(), NumberRange(min=1, max=60)], default=5)
    acceptance = SelectField(
        _("汇总前须由裁判确认成绩"), default=lock_flow.WHERE_SEVERAL_SCORE, description=_("每个评分表锁定后，裁判签字确认录入的分数")
    )
    needs_recheck = BooleanField(_("复核完成后才能解密"), default=True)
    recheck_top_n = IntegerField(_("复核：前几名全部"), [Optional(), NumberRange(min=1, max=1000)], description=_("不填则按占比"))
    recheck_top_percent = DecimalField(_("复核：前百分之几全部"), [Optional(), PERCENT], places=2, default=Decimal(30))
    recheck_sample_percent = DecimalField(_("复核：其余抽检百分比"), [Optional(), PERCENT], places=2, default=Decimal(15))
    recheck_threshold_percent = DecimalField(
        _("复核：错误率界限（百分比）"), [Optional(), PERCENT], places=2, default=Decimal(5), description=_("超过时全部复核")
    )
    recheck_denominator = SelectField(_("复核：错误率的算法"), default=recheck.SHEETS)
    code_layers = SelectField(_("加密层数"), coerce=int, default=1, description=_("每层由不同的加密裁判抽签，评分人员只看到最外层"))
    seat_prefix = StringField(_("赛位号前缀"), [Length(max=6), Regexp(r"^[A-Za-z0-9-]*$", message=_("只用字母和数字"))])

    appeal_window = IntegerField(_("提出时限（分钟）"), [Optional(), MINUTES], default=USUAL.window)
    appeal_starts = SelectField(_("时限起算"), [Optional()], default=USUAL.starts)
    appeal_answer = IntegerField(_("答复时限（分钟）"), [Optional(), MINUTES], default=USUAL.answer)
    appeal_further = IntegerField(_("再申诉时限（分钟）"), [Optional(), MINUTES], default=USUAL.further)
    appeal_committee = IntegerField(_("裁决时限（分钟）"), [Optional(), MINUTES], default=USUAL.committee_answer)
    appeal_votes = IntegerField(_("委员会至少人数"), [Optional(), NumberRange(min=2, max=9)], default=USUAL.votes)
    appeal_publicity = SelectField(_("更正后再次公示"), [Optional()], default=USUAL.publicity_again)
    appeal_source = StringField(_("时限依据"), [Length(max=200)], description=_("规程的文号和条款；不填即通行规程"))

    def offer(self, schemes: Sequence[MarkingScheme], letters: Sequence[str]) -> None:
        """Fill the lists one chooses from.  *letters* are the modules of the chosen scheme, for the tie-break chain."""
        grades = [(grade.digit, say(grade.title)) for grade in LADDER if grade.digit is not None]
        self.document_level.choices = grades
        self.group.choices = [(group.value, say(group.title)) for group in Group]
        self.form.choices = [(form.value, say(form.title)) for form in Form]
        self.method.choices = [(key, say(title)) for key, title in places.METHODS.items()]
        self.scheme_id.choices = [(0, gettext("以后再定")), *((scheme.id, _scheme_title(scheme)) for scheme in schemes)]
        self.prize_kind.choices = [(kind, say(title)) for kind, title in prizes.KINDS.items()]
        self.rounding.choices = [(key, say(title)) for key, title in prizes.ROUNDINGS.items()]
        self.ties.choices = [("lift", gettext("并列者都得较高奖项")), ("fall", gettext("并列者都得较低奖项"))]
        self.base.choices = [(key, say(title)) for key, title in prizes.BASES.items()]
        self.appeal_starts.choices = [(key, say(title)) for key, title in STARTS.items()]
        self.appeal_publicity.choices = [(key, say(title)) for key, title in PUBLICITY_AGAIN.items()]
        self.medal_rule.choices = [(rule, say(title)) for rule, title in medals.RULES.items()]
        keys = [*ranking.KNOWN_KEYS, *(f"module:{letter}" for letter in letters)]
        self.acceptance.choices = [(key, say(title)) for key, title in lock_flow.ACCEPTANCE.items()]
        self.recheck_denominator.choices = [(key, say(title)) for key, title in recheck.DENOMINATORS.items()]
        used = {count: codes.layers(count) for count in range(1, codes.MOST_LAYERS + 1)}
        self.code_layers.choices = [(count, ", ".join(say(layer.title) for layer in layers)) for count, layers in used.items()]
        for step in self.tie_break:
            step.choices = [("", "—"), *((key, say(ranking.key(key).title)) for key in keys)]
        for line in self.lines:
            line.form.promotes_to.choices = [("", "—"), *((str(number), title) for number, title in grades)]

    def show(self, skill: Skill) -> None:
        """Fill the parts that are not columns: occupation, chain, prizes, promotion."""
        self.occupation_label.data = skill.occupation.label if skill.occupation else ""
        self.scheme_id.data = skill.scheme_id or 0
        rules = skill.rules_of_appeals
        self.appeal_window.data, self.appeal_starts.data, self.appeal_answer.data = rules.window, rules.starts, rules.answer
        self.appeal_further.data, self.appeal_committee.data, self.appeal_votes.data = rules.further, rules.committee_answer, rules.votes
        self.appeal_publicity.data, self.appeal_source.data = rules.publicity_again, rules.source
        self.unshared_places.data = bands.written(bands.from_data(skill.unshared_places))
        for step, key in zip(self.tie_break, skill.tie_break, strict=False):
            step.data = key
        rule = recheck.Rule.from_data(skill.recheck_rule)
        self.recheck_top_n.data, self.recheck_top_percent.data = rule.top_n, rule.top_percent
        self.recheck_sample_percent.data, self.recheck_threshold_percent.data = rule.sample_percent, rule.threshold_percent
        self.recheck_denominator.data = rule.denominator
        if not skill.prizes:
            return
        scheme = prizes.PrizeScheme.from_data(skill.prizes)
        self.prize_kind.data, self.rounding.data, self.ties.data, self.base.data = scheme.kind, scheme.rounding, scheme.ties, scheme.base
        self.needs_pass.data = scheme.needs_pass
        given = {prize.award: prize for prize in (*scheme.prizes, *((scheme.merit,) if scheme.merit else ()))}
        for award, line in zip(self._awards(scheme.kind), self.lines, strict=True):
            line.form.promotes_to.data = str(skill.promotion.get(award, ""))
            if award in given:
                line.form.number.data, line.form.share.data = given[award].number, given[award].share
                line.form.money.data = given[award].money

    def validate_practice_weight(self, field: DecimalField) -> None:
        if field.data is not None and self.theory_weight.data is not None and field.data + self.theory_weight.data != 100:
            raise ValidationError(gettext("理论与实操权重之和应为 100"))

    def validate_max_age(self, field: IntegerField) -> None:
        if field.data is not None and self.min_age.data is not None and field.data < self.min_age.data:
            raise ValidationError(gettext("最高年龄低于最低年龄"))

    def validate_prize_kind(self, field: SelectField) -> None:
        """The scheme the lines make must be one that can be applied; an empty one is allowed until the plan is handed in."""
        shares = [line.form.share.data or Decimal(0) for line in list(self.lines)[:3]]
        if field.data == "quota" and sum(shares) > 100:
            raise ValidationError(gettext("各奖项占比之和超过 100%"))
        asked = {"fixed": "number", "quota": "share"}.get(field.data)
        for award, line in zip(BY_PLACE, list(self.lines)[:3], strict=False):
            if asked and line.form.money.data and line.form[asked].data is None:
                missing = line.form[asked].label.text
                raise ValidationError(gettext("%(award)s写了奖金，还要写%(missing)s", award=say(prizes.AWARDS[award]), missing=missing))

    def validate_unshared_places(self, field: StringField) -> None:
        try:
            bands.read(text(field))
        except ValueError as error:
            raise ValidationError(gettext("看不懂“%(part)s”：请写成 1-3 或 1-3, 8，各段不重叠", part=str(error))) from None

    def validate_tie_break(self, field: FieldList[SelectField]) -> None:
        chosen = [step.data for step in field if step.data]
        if len(set(chosen)) != len(chosen):
            raise ValidationError(gettext("同分规则中有重复的步骤"))
        if ranking.SHARE in chosen and chosen[-1] != ranking.SHARE:
            raise ValidationError(gettext("“名次并列”只能是最后一步"))

    def values(self, occupation_code: str | None) -> dict[str, Any]:
        """The columns of a skill."""
        form = Form(text(self.form))  # type: ignore[call-arg]  # looked up by its value
        return {
            "code": text(self.code).strip().upper(),
            "name": text(self.name).strip(),
            "occupation_code": occupation_code,
            "document_level": self.document_level.data,
            "group": self.group.data,
            "form": form.value,
            "team_size": form.size or self.team_size.data or 1,
            "quota": self.quota.data,
            "min_age": self.min_age.data,
            "max_age": self.max_age.data,
            "theory_weight": self.theory_weight.data,
            "practice_weight": self.practice_weight.data,
            "theory_pass": self.theory_pass.data,
            "practice_pass": self.practice_pass.data,
            "scheme_id": self.scheme_id.data or None,
            "method": self.method.data,
            "medal_rule": self.medal_rule.data,
            "unshared_places": bands.as_data(bands.read(text(self.unshared_places))),
            "tie_break": [step.data for step in self.tie_break if step.data],
            "prizes": self._prizes(),
            "promotion": self._promotion(),
            "appeal_rules": self._appeal_rules(),
            "publicity_days": self.publicity_days.data,
            "acceptance": self.acceptance.data,
            "needs_recheck": self.needs_recheck.data,
            "recheck_rule": self._recheck().as_data(),
            "code_layers": self.code_layers.data,
            "seat_prefix": text(self.seat_prefix).strip().upper(),
        }

    def _recheck(self) -> recheck.Rule:
        """The rule of the recheck; what the form leaves empty is the usual."""
        usual = recheck.Rule()
        return recheck.Rule(
            self.recheck_top_n.data,
            usual.top_percent if self.recheck_top_percent.data is None else self.recheck_top_percent.data,
            usual.sample_percent if self.recheck_sample_percent.data is None else self.recheck_sample_percent.data,
            usual.threshold_percent if self.recheck_threshold_percent.data is None else self.recheck_threshold_percent.data,
            text(self.recheck_denominator) or usual.denominator,
        )

    @staticmethod
    def _awards(kind: str) -> tuple[str, ...]:
        return BY_POINTS if kind == "scale" else BY_PLACE

    def _prizes(self) -> dict[str, Any]:
        """The scheme as the rulebook writes it down; nothing while no prize is given."""
        kind = text(self.prize_kind)
        lines = list(zip(self._awards(kind), (line.form for line in self.lines), strict=True))
        made = [
            prizes.Prize(
                award,
                number=line.number.data if kind == "fixed" else None,
                share=line.share.data if kind == "quota" else None,
                money=line.money.data or Decimal(0),
            )
            for award, line in lines
            if kind == "scale" or (award != prizes.MERIT and _is_given(kind, line))
        ]
        if not made:
            return {}
        merit = next((line for award, line in lines if award == prizes.MERIT), None)
        scheme = prizes.PrizeScheme(
            kind,  # type: ignore[arg-type]  # one of the choices
            tuple(made),
            rounding=text(self.rounding),
            ties=self.ties.data,
            base=text(self.base),
            merit=prizes.Prize(prizes.MERIT, money=merit.money.data) if merit is not None and merit.money.data is not None else None,
            medal_rule=text(self.medal_rule),
            needs_pass=bool(self.needs_pass.data),
        )
        return scheme.as_data()

    def _appeal_rules(self) -> dict[str, Any]:
        """What is asked about appeals; what was left open is as usual."""
        asked = {
            "window": self.appeal_window.data,
            "starts": self.appeal_starts.data,
            "answer": self.appeal_answer.data,
            "further": self.appeal_further.data,
            "committee_answer": self.appeal_committee.data,
            "votes": self.appeal_votes.data,
            "publicity_again": self.appeal_publicity.data,
            "source": text(self.appeal_source).strip(),
        }
        return AppealRules(**{name: value for name, value in asked.items() if value}).as_data()

    def _promotion(self) -> dict[str, int]:
        """For each award, the grade it leads to (以赛代评)."""
        lines = zip(self._awards(text(self.prize_kind)), self.lines, strict=True)
        return {award: int(line.form.promotes_to.data) for award, line in lines if line.form.promotes_to.data}


def _is_given(kind: str, line: PlainForm) -> bool:
    return line["number" if kind == "fixed" else "share"].data is not None


def _scheme_title(scheme: MarkingScheme) -> str:
    return str(gettext("%(name)s（第 %(number)s 版）", name=scheme.name, number=scheme.number))
