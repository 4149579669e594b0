"""The pages on which a skill is worked on, and for whom each is: the tabs above every page of a skill."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import Flask, url_for

from app.competitions.models import Skill
from app.web.viewer import viewer
from workflows.competition import prizes, ranking
from workflows.competition.board_flow import HOLDERS
from workflows.competition.skill_flow import SkillFlow
from workflows.ladder import LADDER
from workflows.roles import Role, Scope
from workflows.text import Text
from workflows.workflow import State


@dataclass(frozen=True, slots=True)
class Desk:
    """A page of a skill (argument `id`): for whoever holds one of `roles` on it, or for everyone.

    What is published is there in `states` only, and never of a competition that is not public.
    """

    title: Text
    endpoint: str
    roles: tuple[Role, ...] = ()
    states: tuple[State, ...] = ()

    def is_for(self, skill: Skill, mine: Collection[Role]) -> bool:
        is_published = not self.states or (skill.is_in(*self.states) and skill.competition.is_public)
        return is_published and (not self.roles or bool(set(self.roles) & set(mine)))


OFFICIALS = tuple(role for role in Role if role.scope is Scope.COMPETITION)

DESKS: tuple[Desk, ...] = (
    Desk(Text("赛项", "Skill"), "competitions.skill"),
    Desk(Text("报名名单", "Entries"), "entries.entries", (Role.ORGANISER, *OFFICIALS)),
    Desk(Text("检录", "Check-in"), "desk.desk", (Role.CHECK_IN,)),
    Desk(Text("抽签", "Draw"), "draw.draw"),
    Desk(Text("解密", "Decoding"), "draw.decoding", (Role.CHIEF_JUDGE, Role.ARBITER)),
    Desk(Text("裁判组", "Panel"), "panel.panel", (Role.ORGANISER, Role.CHIEF_JUDGE, Role.ARBITER)),
    Desk(Text("回避", "Conflicts"), "panel.conflicts_of", (Role.ORGANISER, Role.CHIEF_JUDGE, Role.ARBITER)),
    Desk(Text("评分进度", "Marking"), "marking.skill", (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)),
    Desk(Text("锁定与确认", "Lock and accept"), "locks.locks", (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)),
    Desk(Text("确认表用印", "Sealing the forms"), "locks.sealing", (Role.SEAL_KEEPER,)),
    Desk(Text("复核", "Recheck"), "recheck.rechecks", (Role.ARBITER, Role.CHIEF_JUDGE, Role.SCORER)),
    Desk(Text("分数更正", "Corrections"), "corrections.corrections", (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)),
    Desk(Text("评分设备", "Marking devices"), "devices.devices", (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)),
    Desk(Text("纸质评分表", "Paper sheets"), "paper.desk", (Role.CHIEF_JUDGE, Role.SCORER)),
    Desk(Text("理论成绩", "Theory marks"), "marking.theory_marks", (Role.SCORER, Role.CHIEF_JUDGE)),
    Desk(Text("大屏", "Board"), "board.settings", HOLDERS),
    Desk(Text("申诉", "Appeals"), "appeals.of_skill", (Role.ORGANISER, Role.CHIEF_JUDGE, Role.ARBITER)),
    Desk(Text("公布的成绩", "Published results"), "results.public", states=(SkillFlow.publicity, SkillFlow.final)),
    Desk(Text("成绩", "Results"), "results.results", (Role.ORGANISER, Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)),
    Desk(Text("方法对照", "Methods"), "comparing.methods", (Role.ORGANISER, Role.CHIEF_JUDGE, Role.ARBITER)),
    Desk(Text("荣誉与晋级", "Honours"), "honours.skill", (Role.ORGANISER, Role.CHIEF_JUDGE, Role.ARBITER)),
)


def skill_links(skill: Skill) -> list[tuple[Text, str]]:
    """The desks of this skill that are the viewer's business, or nothing where the first page is all there is."""
    mine = viewer().roles_on(skill)
    links = [(desk.title, url_for(desk.endpoint, id=skill.id)) for desk in DESKS if desk.is_for(skill, mine)]
    return links if len(links) > 1 else []


def grade_title(digit: int) -> Text:
    """The grade that a certificate number's digit stands for."""
    return next(level.title for level in LADDER if level.digit == digit)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        skill_links=skill_links,
        tie_key=ranking.key,
        award_title=prizes.AWARDS.__getitem__,
        grade_title=grade_title,
        organiser_role=Role.ORGANISER,
    )
