"""A new version of a scheme taken up while marking is under way: marks follow their aspects, and none is lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.competitions.locks import commands as locks
from app.competitions.marking.recording import NotAccepted, record_marks
from app.competitions.models import Mark, PaperEntry, Sheet
from app.competitions.panel import progress
from app.competitions.paper import commands as paper
from app.competitions.results import queries as results
from app.competitions.schemes import commands, versions
from app.competitions.standings import commands as standings
from app.core import engine
from app.core.db import transaction
from app.core.errors import Refused
from tests.support.marking import NOW, Workshop, small_scheme
from tests.support.people import sign_in
from workflows.competition.aspects import Marked, mark_of
from workflows.competition.lock_flow import LockFlow
from workflows.competition.methods import PARTIAL
from workflows.competition.scheme import Aspect
from workflows.competition.sheet_flow import SheetFlow

pytestmark = pytest.mark.either_database


@pytest.fixture
def shop(session):
    """Two competitors, the first marked, signed and locked on A1 and marked on B1."""
    with transaction() as writing:
        made = Workshop(writing).start()
        made.mark_all("01", 40, 25, (2, 2, 3))
        made.sign("01", "A1")
    return made


def later(session, shop, change):
    """The next version of the scheme, with the aspects of A1 as *change* makes them."""
    made = commands.new_version(session, shop.organiser, shop.scheme, "改一项", NOW)
    sub = made.criteria[0].sub_criteria[0]
    known = sub.rules
    commands.set_sub_criterion(session, made.criteria[0], sub, shop.organiser, NOW, replace(known, aspects=change(known.aspects)))
    return made


def values(session, shop, seat_code, sub):
    sheet = shop.sheet(seat_code, sub)
    session.expire(sheet)
    return {each.code: dict(each.values) for each in sheet.marked}


def test_marks_follow_an_aspect_that_is_marked_as_before_and_the_signature_still_stands(session, shop):
    with transaction() as writing:
        new = later(writing, shop, lambda aspects: (aspects[0], replace(aspects[1], description="导线长度（米）")))
        done = versions.apply(writing, shop.skill, new, shop.chief, "措辞有误", (), NOW)
    assert (done.reopened, done.set_aside, done.opened) == (0, 0, 0)
    assert shop.skill.scheme_id == new.id
    assert values(session, shop, "01", "A1") == {"A1.1": {0: Decimal(40)}, "A1.2": {0: Decimal(25)}}
    assert values(session, shop, "01", "B1") == {"B1.1": {1: Decimal(2), 2: Decimal(2), 3: Decimal(3)}}
    sheet = shop.sheet("01", "A1")
    assert sheet.is_in(SheetFlow.signed)
    assert len(sheet.valid_signatures) == 1


def test_an_aspect_marked_otherwise_is_marked_again_and_its_old_mark_stays_on_the_sheet(session, shop):
    before = session.scalar(sa.select(sa.func.count()).select_from(Mark))
    with transaction() as writing:
        new = later(writing, shop, lambda aspects: (replace(aspects[0], method=PARTIAL), aspects[1]))
        done = versions.apply(writing, shop.skill, new, shop.chief, "应可部分得分", (), NOW)
    sheet = shop.sheet("01", "A1")
    assert (done.carried, done.reopened, sheet.is_in(SheetFlow.open)) == (4, 1, True)
    cell = progress.matrix(session, shop.skill).cells["01", sheet.sub_criterion_id]
    assert (cell.done, cell.needed) == (1, 2)  # the old mark is no answer to the new aspect
    assert values(session, shop, "01", "A1") == {"A1.1": {}, "A1.2": {0: Decimal(25)}}
    assert session.scalar(sa.select(sa.func.count()).select_from(Mark)) == before + 4
    assert [text.zh for text in sheet.missing_marks] == ["A1.1 未评"]
    shop.scheme = new
    shop.give("01", "A1.1", "39.5")
    assert values(session, shop, "01", "A1")["A1.1"] == {0: Decimal("39.5")}
    assert standings.disagreements(session, shop.skill) == []
    (first, _second) = results.competitors(session, shop.skill)
    assert mark_of(Marked("A1.1", PARTIAL, Decimal(40), first.values["A1.1"])) == Decimal("39.50")


def test_where_only_words_changed_the_chief_judge_may_have_it_marked_again(session, shop):
    with transaction() as writing:
        new = later(writing, shop, lambda aspects: (replace(aspects[0], description="接地电阻合格"), aspects[1]))
        key = new.aspects[0].key
        done = versions.apply(writing, shop.skill, new, shop.chief, "换了检测项目", (key,), NOW)
    assert done.reopened == 1
    assert values(session, shop, "01", "A1")["A1.1"] == {}


def test_a_form_that_is_gone_is_set_aside_with_its_marks_and_a_new_one_has_sheets(session, shop):
    with transaction() as writing:
        new = commands.new_version(writing, shop.organiser, shop.scheme, "换一张表", NOW)
        criterion = new.criteria[1]
        commands.remove_sub_criterion(writing, criterion.sub_criteria[0], shop.organiser, NOW)
        known = shop.scheme.criteria[1].sub_criteria[0].rules
        fresh = replace(known, id="B2", key="", aspects=(Aspect(PARTIAL, "整体", Decimal(30)),))
        commands.set_sub_criterion(writing, criterion, None, shop.organiser, NOW, fresh)
        old = shop.sheet("01", "B1")
        done = versions.apply(writing, shop.skill, new, shop.chief, "改为测量", (), NOW)
    assert (done.set_aside, done.opened) == (2, 2)
    assert standings.disagreements(session, shop.skill) == []
    assert old.is_in(SheetFlow.superseded)
    assert len(old.marks) == 3
    assert {code for code, _sub in progress.matrix(session, shop.skill).cells} == {"01", "02"}
    waiting = session.scalar(Sheet.count_unlocked(shop.skill.id))
    assert waiting == 4  # A1 and B2 of both
    with pytest.raises(Refused):
        shop.give("02", "B1.1", 2)


def test_only_the_chief_judge_with_a_reason_and_a_later_version_that_can_be_used(session, shop):
    with transaction() as writing:
        new = later(writing, shop, lambda aspects: aspects)
    for actor, reason, scheme in ((shop.organiser, "有误", new), (shop.chief, " ", new), (shop.chief, "有误", shop.scheme)):
        with pytest.raises(Refused):
            versions.apply(session, shop.skill, scheme, actor, reason, (), NOW)
    with transaction():
        new.aspects[0].max_mark = Decimal(39)
    with pytest.raises(Refused, match="100"):
        versions.apply(session, shop.skill, new, shop.chief, "有误", (), NOW)


def test_the_page_says_which_marks_a_version_touches_before_it_is_taken_up(client, session, shop):
    with transaction() as writing:
        new = later(writing, shop, lambda aspects: (replace(aspects[0], max_mark=Decimal(30)), replace(aspects[1], max_mark=Decimal(40))))
    sign_in(client, shop.chief_account)
    page = f"/schemes/{new.id}/skills/{shop.skill.id}"
    told = client.get(page).text
    assert "评分方法或分值变了" in told
    assert "1 条，1 张评分表" in told
    assert client.post(page, data={"reason": "分值调整"}).status_code == 302
    assert client.get(page).status_code == 404  # it is in use now


def test_a_locked_unit_in_the_way_is_named_with_its_link_before_anybody_tries(client, session, shop):
    with transaction() as writing:
        shop.mark_all("02", 40, 20, (1, 1, 1))
        shop.sign("02", "A1")
        locks.lock_complete(writing, shop.skill, shop.chief, NOW)
        new = later(writing, shop, lambda aspects: (replace(aspects[0], max_mark=Decimal(30)), replace(aspects[1], max_mark=Decimal(40))))
        (unit,) = [unit for unit in shop.skill.units if unit.sub_criterion.code == "A1"]
    sign_in(client, shop.chief_account)
    page = f"/schemes/{new.id}/skills/{shop.skill.id}"
    told = client.get(page).text
    assert f"/units/{unit.id}" in told
    assert 'name="reason"' not in told  # nothing to press that would only be refused
    with pytest.raises(Refused, match="A1 已锁定"):
        versions.apply(session, shop.skill, new, shop.chief, "分值调整", (), NOW)
    session.rollback()
    with transaction() as writing:
        engine.fire(writing, unit, LockFlow.unlock, shop.chief, NOW, "方案有误")
    assert 'name="reason"' in client.get(page).text


def test_two_versions_are_shown_side_by_side(client, session, shop):
    with transaction() as writing:
        new = later(writing, shop, lambda aspects: (replace(aspects[0], description="接地电阻合格"), aspects[1]))
    sign_in(client, shop.organiser_account)
    told = client.get(f"/schemes/{new.id}/changes").text
    assert "<del>绝缘电阻合格</del>" in told
    assert "<ins>接地电阻合格</ins>" in told
    assert "1 条，1 张评分表" in told  # whoever changes the scheme sees which marks it touches


# --- a tablet that was without a network meanwhile ------------------------------------------------------------------


def test_a_value_given_under_the_old_version_counts_for_the_aspect_that_it_has_become(session, shop):
    with transaction() as writing:
        sent = [shop.new("A1.1", 40), shop.new("A1.2", 20, id="mark-queued")]  # on a tablet that hears nothing
        new = later(writing, shop, lambda aspects: (aspects[1], replace(aspects[0], description="绝缘电阻合格（兆欧）")))
        versions.apply(writing, shop.skill, new, shop.chief, "换了次序", (), NOW)
    sheet = shop.sheet("02", "A1")
    first, second = record_marks(session, sheet, shop.judges[0], sent, NOW)
    now = {aspect.key: aspect.id for aspect in new.aspects}
    assert (first.aspect_id, second.aspect_id) == tuple(now[aspect.key] for aspect in shop.scheme.aspects[:2])
    assert values(session, shop, "02", "A1") == {"A1.1": {0: Decimal(20)}, "A1.2": {0: Decimal(40)}}
    again = record_marks(session, sheet, shop.judges[0], sent, NOW)  # the answer was lost on the way
    assert [(mark.number, mark.is_new) for mark in again] == [(1, False), (1, False)]
    assert standings.disagreements(session, shop.skill) == []


def test_a_value_whose_acknowledgement_was_lost_before_the_change_is_known_after_it(session, shop):
    with transaction() as writing:
        sent = shop.new("A1.2", 20)
        record_marks(writing, shop.sheet("02", "A1"), shop.judges[0], [sent], NOW)
        new = later(writing, shop, lambda aspects: (replace(aspects[0], method=PARTIAL), aspects[1]))
        versions.apply(writing, shop.skill, new, shop.chief, "应可部分得分", (), NOW)
        shop.scheme = new
        shop.give("02", "A1.2", 22, judge=2, seen=1)
    (known,) = record_marks(session, shop.sheet("02", "A1"), shop.judges[0], [sent], NOW)
    assert (known.number, known.is_new) == (1, False)
    assert values(session, shop, "02", "A1")["A1.2"] == {0: Decimal(22)}


@pytest.mark.parametrize(
    ("change", "again", "told"),
    [
        (lambda aspects: (replace(aspects[0], method=PARTIAL), aspects[1]), False, "满分或零分改为可部分得分"),
        (lambda aspects: (replace(aspects[0], description="接地电阻合格"), aspects[1]), True, "须重新评分"),
        (lambda aspects: (replace(aspects[1], max_mark=Decimal(70)),), False, "绝缘电阻合格」在现行评分方案中已删去"),
    ],
)
def test_a_value_that_fits_no_more_is_refused_by_itself_and_the_reason_names_old_and_new(session, shop, change, again, told):
    with transaction() as writing:
        queued = shop.new("A1.1", 40)
        new = later(writing, shop, change)
        keys = [shop.scheme.aspects[0].key] if again else []
        versions.apply(writing, shop.skill, new, shop.chief, "有误", keys, NOW)
    with pytest.raises(NotAccepted) as refused:
        record_marks(session, shop.sheet("02", "A1"), shop.judges[0], [queued], NOW)
    assert told in refused.value.refused[queued.id].zh
    assert "A1.1" in refused.value.refused[queued.id].en


def test_an_aspect_of_quite_another_scheme_is_still_unknown(session, shop):
    with transaction() as writing:
        other = small_scheme(writing, shop.organisation)
    strange = shop.new("A1.1", 40)._replace(aspect_id=other.aspects[0].id)
    with pytest.raises(NotAccepted, match="不属于这张评分表"):
        record_marks(session, shop.sheet("02", "A1"), shop.judges[0], [strange], NOW)


def test_marks_follow_an_aspect_to_the_sheet_it_moved_to(session, shop):
    with transaction() as writing:
        new = commands.new_version(writing, shop.organiser, shop.scheme, "移到外观表", NOW)
        new.criteria[0].mark, new.criteria[1].mark = Decimal(40), Decimal(60)
        source, target = (criterion.sub_criteria[0] for criterion in new.criteria)
        (stays, moves), there = source.rules.aspects, target.rules.aspects
        commands.set_sub_criterion(writing, new.criteria[0], source, shop.organiser, NOW, replace(source.rules, aspects=(stays,)))
        commands.set_sub_criterion(writing, new.criteria[1], target, shop.organiser, NOW, replace(target.rules, aspects=(*there, moves)))
        versions.apply(writing, shop.skill, new, shop.chief, "归到外观", (), NOW)
    assert values(session, shop, "01", "B1")["B1.2"] == {0: Decimal(25)}
    assert standings.disagreements(session, shop.skill) == []


@pytest.mark.parametrize(("change", "goes_on"), [(lambda aspects: aspects[::-1], True), (lambda aspects: aspects[:1], False)])
def test_a_paper_sheet_typed_once_goes_on_where_its_form_asks_for_the_same(session, shop, change, goes_on):
    with transaction() as writing:
        sheet = shop.sheet("02", "A1")
        typed = {f"{shop.aspect('A1.1').id}-0": "40", f"{shop.aspect('A1.2').id}-0": "20"}
        paper.type_in(writing, sheet, shop.scorer, typed, NOW)
        new = later(writing, shop, change)
        new.criteria[0].mark = sum(aspect.max_mark for aspect in new.criteria[0].sub_criteria[0].aspects)
        new.criteria[1].mark = Decimal(100) - new.criteria[0].mark
        new.criteria[1].sub_criteria[0].aspects[0].max_mark = new.criteria[1].mark
        versions.apply(writing, shop.skill, new, shop.chief, "换了次序", (), NOW)
    (entry,) = session.scalars(sa.select(PaperEntry)).all()
    assert (entry.dropped_at is None) is goes_on
    if goes_on:
        with transaction() as writing:
            now = {aspect.key: aspect.id for aspect in new.aspects}
            again = {f"{now[aspect.key]}-0": value for aspect, value in zip(shop.scheme.aspects[:2], ("40", "20"), strict=True)}
            paper.type_in(writing, shop.sheet("02", "A1"), shop.chief, again, NOW)
        assert values(session, shop, "02", "A1") == {"A1.1": {0: Decimal(20)}, "A1.2": {0: Decimal(40)}}
