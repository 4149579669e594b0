"""What this slice adds to the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.orm import Session

from app.competitions import desks
from app.competitions.appeals import commands as appealing
from app.competitions.appeals import holding, revising
from app.competitions.appeals import queries as appealed
from app.competitions.appeals.views import pages as appeal_pages
from app.competitions.board import commands as boards
from app.competitions.board import queries as boarded
from app.competitions.board.views import pages as board_pages
from app.competitions.ceremony import commands as ceremonial
from app.competitions.ceremony import queries as ceremonies
from app.competitions.ceremony.views import pages as ceremony_pages
from app.competitions.comparing.views import pages as comparing_pages
from app.competitions.corrections import commands as correcting
from app.competitions.corrections import queries as corrected
from app.competitions.corrections.views import pages as correction_pages
from app.competitions.devices.views import pages as device_pages
from app.competitions.draw import commands as drawing
from app.competitions.draw import queries as drawn
from app.competitions.draw.views import pages as draw_pages
from app.competitions.entries import commands as entering
from app.competitions.entries import queries as entered
from app.competitions.entries.desk import pages as desk_pages
from app.competitions.entries.views import pages as entry_pages
from app.competitions.handover.views import pages as handover_pages
from app.competitions.honours.commands import publish_honours
from app.competitions.honours.views import pages as honour_pages
from app.competitions.locks import commands as locking
from app.competitions.locks import queries as locked
from app.competitions.locks.views import pages as lock_pages
from app.competitions.marking import commands as marking
from app.competitions.marking import queries as marked
from app.competitions.marking.views import pages as marking_pages
from app.competitions.models import (
    Appeal,
    Board,
    Ceremony,
    CodeLayer,
    Competition,
    Correction,
    Entry,
    JudgeConflict,
    LockUnit,
    Recheck,
    Revision,
    SeatVacancy,
    Sheet,
    Skill,
)
from app.competitions.officials.views import pages as official_pages
from app.competitions.offline.views import pages as offline_pages
from app.competitions.overall.views import pages as overall_pages
from app.competitions.panel import commands as paneling
from app.competitions.panel import finding, seats
from app.competitions.panel import queries as panels_of
from app.competitions.panel.views import pages as panel_pages
from app.competitions.paper.views import pages as paper_pages
from app.competitions.pins.views import pages as pin_pages
from app.competitions.planning import commands as planning
from app.competitions.planning import queries as plans
from app.competitions.planning.views import pages as planning_pages
from app.competitions.recheck import commands as rechecking
from app.competitions.recheck import queries as rechecked
from app.competitions.recheck.views import pages as recheck_pages
from app.competitions.remarks.views import pages as remark_pages
from app.competitions.report.views import pages as report_pages
from app.competitions.results import bundling
from app.competitions.results import commands as results
from app.competitions.results.awards import publish_awards
from app.competitions.results.views import pages as result_pages
from app.competitions.schemes.views import pages as scheme_pages
from app.core.actor import Actor, Within
from app.core.slices import Hit, NavigationEntry, Panel, RoleTargets, Slice, Subject
from workflows.competition.appeal_flow import AppealFlow
from workflows.competition.board_flow import BoardFlow
from workflows.competition.ceremony_flow import CeremonyFlow
from workflows.competition.code_flow import CodeLayerFlow
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.conflict_flow import ConflictFlow
from workflows.competition.correction_flow import CorrectionFlow
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.lock_flow import LockFlow
from workflows.competition.recheck_flow import RecheckFlow
from workflows.competition.revision_flow import RevisionFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.competition.vacancy_flow import VacancyFlow
from workflows.roles import Role, Scope
from workflows.text import Text
from workflows.workflow import Kind

CHAPTER = Text("竞赛", "Competitions")
HONOUR_READERS = (Role.ORGANISER, Role.REVIEWER, Role.APPROVER, Role.ADMINISTRATOR)
WITH_APPEALS = (Role.TEAM_LEADER, Role.ARBITER, Role.CHIEF_JUDGE, Role.ORGANISER, Role.REVIEWER, Role.AUDITOR)
AT_THE_DESK = (Role.JUDGE, Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)

planning_pages.record_once(lambda state: desks.init_app(cast(Flask, state.app)))


def _competition_title(competition: Competition) -> str:
    return competition.name


def _sheet_title(sheet: Sheet) -> str:
    return sheet.title


def _titled(row: JudgeConflict | SeatVacancy) -> str:
    return row.title


def _board_title(board: Board) -> str:
    return f"{board.skill.name} · {BoardFlow.title}"


def _skill_part_title(part: CodeLayer | Correction | LockUnit | Recheck) -> str:
    return part.title


def _ceremony_title(ceremony: Ceremony) -> str:
    return ceremony.title


def _skill_title(skill: Skill) -> str:
    return f"{skill.competition.name} · {skill.name}"


def _appeal_title(appeal: Appeal) -> str:
    """By its number alone: nobody knows here who reads."""
    return f"{appeal.skill.title} · {appeal.number}".rstrip(" ·")


def _revision_title(revision: Revision) -> str:
    return f"{revision.skill.title} · {revision.number}"


def search(session: Session, actor: Actor, words: str) -> Iterable[Hit]:
    """Competitions the actor sees, by their name or that of a skill; entries whose names the actor may know."""
    for found in session.scalars(plans.found_competitions(actor, words).limit(10)).unique():
        hint = "、".join(skill.name for skill in found.skills)
        yield Hit(CompetitionFlow.title, found.name, hint, url_for("competitions.competition", id=found.id))
    for entry in entered.found(session, actor, words):
        yield Hit(
            EntryFlow.title, entry.title, f"{entry.skill.competition.name} · {entry.skill.name}", url_for("entries.entry", id=entry.id)
        )


def panels(session: Session, actor: Actor, now: datetime) -> Iterable[Panel]:
    """What one has to do with competitions: one's own entries, the sheets one marks, what one plans or serves in, where one can enter."""
    mine = [entry for entry in entered.own(session, actor) if entry.state.kind is Kind.OPEN]
    if mine:
        yield Panel("entries/panel_own.html", {"entries": mine, "next_step": entered.next_step})
    judged = marked.desks(session, actor)
    if judged:
        yield Panel("marking/panel.html", {"desks": judged})
    in_hand = plans.in_hand(session, actor)
    if in_hand:
        yield Panel("competitions/panel_in_hand.html", {"competitions": in_hand})
    open_now = plans.open_for_entries(session, actor, now)
    if open_now:
        yield Panel("competitions/panel_open.html", {"competitions": open_now})


# ── what a role of a competition can be held on ─────────────────────────────────────────────────────────────────────


def _find(session: Session, words: str) -> list[tuple[int, str]]:
    named = sa.select(Competition.id, Competition.name).where(Competition.name.icontains(words, autoescape=True))
    return [(id_, name) for id_, name in session.execute(named.order_by(Competition.id.desc()).limit(20))]


def _name(session: Session, id: int) -> str | None:
    return session.scalar(sa.select(Competition.name).where(Competition.id == id))


def _within(session: Session, id: int) -> tuple[Within, ...]:
    competition = session.get(Competition, id)
    return competition.scopes if competition else ()


COMPETITIONS = Slice(
    "competitions",
    blueprints=(
        planning_pages,
        official_pages,
        entry_pages,
        desk_pages,
        draw_pages,
        scheme_pages,
        marking_pages,
        panel_pages,
        device_pages,
        pin_pages,
        offline_pages,
        handover_pages,
        remark_pages,
        paper_pages,
        result_pages,
        correction_pages,
        lock_pages,
        recheck_pages,
        board_pages,
        honour_pages,
        appeal_pages,
        comparing_pages,
        overall_pages,
        ceremony_pages,
        report_pages,
    ),
    subjects=(
        Subject(Competition, plans.competitions, "competitions.competition", _competition_title),
        Subject(Skill, plans.skills, "competitions.skill", _skill_title),
        Subject(Entry, entered.entries, "entries.entry", entered.subject_title),
        Subject(Correction, corrected.visible, "corrections.corrections", _skill_part_title, lambda one: {"id": one.skill_id}),
        Subject(LockUnit, locked.visible, "locks.unit", _skill_part_title),
        Subject(Recheck, rechecked.visible, "recheck.recheck", _skill_part_title),
        Subject(CodeLayer, drawn.visible_layers, "draw.draw", _skill_part_title, lambda layer: {"id": layer.skill_id}),
        Subject(Sheet, marked.visible_sheets, "marking.sheet", _sheet_title),
        Subject(JudgeConflict, panels_of.visible_conflicts, "panel.conflict", _titled),
        Subject(SeatVacancy, panels_of.visible_vacancies, "panel.vacancy", _titled),
        Subject(Board, boarded.boards, "board.settings", _board_title, lambda board: {"id": board.skill_id}),
        Subject(Appeal, appealed.appeals, "appeals.appeal", _appeal_title),
        Subject(Revision, appealed.revisions, "appeals.revision", _revision_title),
        Subject(Ceremony, ceremonies.ceremonies, "ceremony.presenter", _ceremony_title),
    ),
    effects={
        CompetitionFlow.announce: (planning.note_announcement,),
        CompetitionFlow.cancel: (planning.call_off_skills,),
        SkillFlow.cancel: (planning.call_off_entries, boards.renew),
        SkillFlow.call_off: (planning.call_off_entries, boards.renew),
        SkillFlow.draw: (drawing.deal_seats, finding.look_at_skill, boards.renew),
        SkillFlow.start_marking: (marking.prepare_sheets, locking.make_units, paneling.begin_terms, finding.look_at_skill, boards.renew),
        SheetFlow.sign: (boards.note_progress, marking.put_signature),
        SheetFlow.lock: (revising.forget_order, boards.note_progress),
        SheetFlow.reopen: (
            seats.fill_for_sheet,
            boards.note_progress,
        ),
        SkillFlow.tally: (results.make_tally, boards.renew),
        SkillFlow.resume_marking: (results.let_go_of_notice, boards.renew),
        SkillFlow.decode: (drawing.keep_decoding_record, boards.renew),
        CorrectionFlow.approve: (correcting.note_decision, results.tally_again),
        CorrectionFlow.decline: (correcting.note_decision,),
        CorrectionFlow.revoke: (results.tally_again,),
        LockFlow.lock: (locking.lock_sheets,),
        RecheckFlow.draw: (rechecking.draw_sample,),
        RecheckFlow.widen: (rechecking.add_the_rest,),
        RecheckFlow.extend: (rechecking.add_the_risen,),
        RecheckFlow.send_back: (rechecking.return_wrong_sheets,),
        RecheckFlow.send_all_back: (rechecking.return_wrong_sheets,),
        CodeLayerFlow.draw: (drawing.deal_codes,),
        CodeLayerFlow.draw_late: (drawing.deal_codes,),
        CodeLayerFlow.seal: (drawing.note_witness,),
        CodeLayerFlow.open: (drawing.note_opening,),
        SkillFlow.publish: (results.note_publication, boards.renew),
        SkillFlow.finalise: (entering.finish_entries, publish_awards, publish_honours, boards.renew),
        BoardFlow.freeze: (boards.keep_what_stands,),
        BoardFlow.freeze_on_time: (boards.keep_what_stands,),
        BoardFlow.unfreeze: (boards.show_what_is_now,),
        BoardFlow.put_up: (boards.show_what_is_now,),
        **{transition: (holding.refresh,) for flow in (AppealFlow, RevisionFlow) for transition in flow.transitions.values()},
        AppealFlow.lodge: (appealing.take_up, holding.refresh),
        AppealFlow.reject: (appealing.open_way_further, holding.refresh),
        AppealFlow.escalate: (appealing.call_committee, holding.refresh),
        AppealFlow.go_further: (appealing.call_committee, holding.refresh),
        AppealFlow.uphold: (appealing.order_remedy, holding.refresh),
        AppealFlow.uphold_finally: (appealing.order_remedy, holding.refresh),
        RevisionFlow.compute: (revising.count_anew, holding.refresh),
        RevisionFlow.publish: (revising.publish, holding.refresh),
        RevisionFlow.adopt: (revising.adopt, holding.refresh),
        RevisionFlow.conclude: (revising.close_appeal, holding.refresh),
        RevisionFlow.end_publicity: (revising.put_in_force, holding.refresh),
        RevisionFlow.recall: (revising.take_down, holding.refresh),
        CeremonyFlow.start: (ceremonial.write_script,),
        CeremonyFlow.release: (ceremonial.publish_results,),
        ConflictFlow.override: (finding.let_stand,),
        ConflictFlow.revoke: (finding.keep_away_again,),
        VacancyFlow.hand_over: (seats.hand_over,),
        VacancyFlow.substitute: (seats.fill_for_vacancy,),
        VacancyFlow.approve_fewer: (seats.fill_for_vacancy,),
        VacancyFlow.come_back: (seats.fill_for_vacancy,),
        EntryFlow.accept: (entering.take_a_place, finding.look_at_entry),
        EntryFlow.promote: (entering.take_a_place, finding.look_at_entry),
        EntryFlow.put_on_waiting_list: (entering.join_the_line,),
        EntryFlow.withdraw: (entering.give_up_the_place, finding.look_at_entry),
        EntryFlow.refuse: (entering.give_up_the_place, finding.look_at_entry),
        EntryFlow.disqualify: (entering.give_up_the_place, finding.look_at_entry, boards.note_entry, results.tally_without),
    },
    navigation=(
        NavigationEntry(Text("竞赛", "Competitions"), "competitions.competitions", "trophy", (), CHAPTER),
        NavigationEntry(Text("评分", "Marking"), "marking.desk", "ui-checks", AT_THE_DESK, CHAPTER),
        NavigationEntry(Text("我的评分情况", "My marking"), "panel.mine", "person-lines-fill", (Role.JUDGE,), CHAPTER),
        NavigationEntry(
            Text("评分方案", "Marking schemes"), "schemes.schemes", "list-check", (Role.ORGANISER, Role.CHIEF_JUDGE, Role.JUDGE), CHAPTER
        ),
        NavigationEntry(Text("荣誉与晋级", "Honours"), "honours.packs", "award", HONOUR_READERS, CHAPTER),
        NavigationEntry(Text("申诉", "Appeals"), "appeals.appeals", "shield-exclamation", WITH_APPEALS, CHAPTER),
        NavigationEntry(Text("我的报名", "My entries"), "entries.own", "person-vcard", (), CHAPTER, signed_in=True),
    ),
    jobs={bundling.JOB: bundling.make},
    search=search,
    panels=panels,
    role_targets=(RoleTargets(Scope.COMPETITION, _find, _name, _within),),
    action_titles={
        "accept_marks": Text("签字确认成绩", "Marks accepted"),
        "take_in_acceptance": Text("收存签字的成绩确认表", "Signed acceptance form taken in"),
        "recheck_sheet": Text("复核一张评分表", "Sheet rechecked"),
        "read_mapping": Text("查看编码对照表", "List of codes looked at"),
        "note_presence": Text("登记解密在场人员", "Presence at the decoding noted"),
        "countersign": Text("会签", "Countersigned"),
        "mark": Text("录入评分", "Marks entered"),
        "register_judge": Text("登记执裁资格", "Judge's qualification kept"),
        "record_relation": Text("登记应回避的关系", "Tie recorded"),
        "end_relation": Text("撤销登记的关系", "Tie taken back"),
        "set_days_off": Text("登记不能到场的日子", "Days off noted"),
        "assign_panel": Text("裁判分工", "Panel assigned"),
        "open_round": Text("开始重评", "Marking again opened"),
        "note_round": Text("记录讨论情况", "Discussion noted"),
        "decide_round": Text("裁定分差", "Difference decided"),
        "enter_theory": Text("录入理论成绩", "Theory marks entered"),
        "choose_honours": Text("选定荣誉与晋级办法", "Documents about honours chosen"),
        "set_overall_rules": Text("设定总榜规则", "Rules of the overall tables set"),
        "withdraw_ruling": Text("撤回并列裁定", "Ruling on a tie taken back"),
        "rule_tie": Text("裁定并列", "Tie decided"),
        "record_end": Text("登记比赛结束", "End of the competition recorded"),
        "step": Text("揭晓一步", "Stepped"),
        "draw_up_list": Text("生成公示名单", "Public list drawn up"),
        "declare_device_lost": Text("登记评分设备遗失", "Marking device declared lost"),
        "take_in_marks": Text("代收离线评分", "Marks of another device taken in"),
        "revert_mark": Text("恢复以前的评分", "Earlier value brought back"),
        "set_marking_pin": Text("设定评分 PIN", "Marking PIN set"),
        "close_marking_pin": Text("评分 PIN 连续输错而停用", "Marking PIN closed after wrong tries"),
        "take_over_tablet": Text("用 PIN 换人评分", "Took over a tablet by PIN"),
        "enter_paper_sheet": Text("录入纸质评分表", "Paper sheet typed"),
        "record_paper_sheet": Text("两人录入一致，记入评分", "Two persons agreed: recorded as marks"),
    },
)
