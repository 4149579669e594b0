"""The draw: committed before, repeatable after, and blind in between: no page a judge can reach gives a name away."""

from __future__ import annotations

import io
import re
import zipfile
from collections import deque

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Account
from app.competitions.draw import commands, queries
from app.competitions.entries import queries as entered
from app.competitions.models import Entry
from app.core import engine
from app.core.actor import NOBODY
from app.core.errors import Refused
from tests.support.competitions import AFTER, DURING, Season, account, organisation
from tests.support.people import sign_in
from workflows.competition.draw import commitment, draw
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

NAMES = ("欧阳一鸣", "诸葛小妹", "司马相如", "上官婉儿")


class Drum:
    """A skill with four competitors at the desk, registration over."""

    def __init__(self, session: Session) -> None:
        self.season = Season(session, seat_prefix="D")
        self.season.announce()
        self.skill = self.season.skill
        self.entries = [self.season.checked_in(name) for name in NAMES]
        self.firm = organisation(session, "富春江精密机械")
        for entry in self.entries:
            entry.members[0].person.employer = self.firm
            entry.organisation, entry.coach = self.firm, "独孤教练"
        self.drawer = self.season.appoint(Role.ENCRYPTION_JUDGE)
        self.arbiter = self.season.appoint(Role.ARBITER)
        session.commit()
        self.session = session

    def draw(self) -> None:
        commands.commit(self.session, self.skill, self.drawer.actor, DURING)
        engine.fire(self.session, self.skill, SkillFlow.draw, self.drawer.actor, AFTER)
        self.session.commit()


@pytest.fixture
def drum(session: Session) -> Drum:
    return Drum(session)


def test_nothing_is_drawn_before_the_commitment_is_published(session: Session, drum: Drum) -> None:
    with pytest.raises(Refused, match="承诺值"):
        engine.fire(session, drum.skill, SkillFlow.draw, drum.drawer.actor, AFTER)


def test_nothing_is_drawn_while_registration_runs_or_somebody_is_not_checked(session: Session, drum: Drum) -> None:
    commands.commit(session, drum.skill, drum.drawer.actor, DURING)
    with pytest.raises(Refused, match="报名尚未截止"):
        engine.fire(session, drum.skill, SkillFlow.draw, drum.drawer.actor, DURING)
    drum.season.accepted("迟到者")
    with pytest.raises(Refused, match="还有 1 个参赛单元未检录"):
        engine.fire(session, drum.skill, SkillFlow.draw, drum.drawer.actor, AFTER)


def test_a_published_commitment_binds(session: Session, drum: Drum) -> None:
    commands.commit(session, drum.skill, drum.drawer.actor, DURING)
    with pytest.raises(Refused, match="不能更换"):
        commands.commit(session, drum.skill, drum.drawer.actor, DURING)
    with pytest.raises(Refused, match="加密裁判"):
        commands.commit(session, drum.skill, drum.season.organiser, DURING)


def test_anyone_with_the_seed_draws_the_same_seats(session: Session, drum: Drum) -> None:
    drum.draw()
    seed = drum.skill.draw_seed or ""
    assert commitment(seed) == drum.skill.draw_commitment
    seats = {entry.number or "": entry.seat_code for entry in session.scalars(sa.select(Entry))}
    assert seats == draw(list(seats), seed, prefix="D")
    assert sorted(seats.values()) == ["D01", "D02", "D03", "D04"]  # type: ignore[type-var]
    assert drum.skill.all_seated


def test_the_seed_lies_sealed_in_the_database(session: Session, drum: Drum) -> None:
    commands.commit(session, drum.skill, drum.drawer.actor, DURING)
    stored = session.scalar(sa.text("SELECT draw_seed FROM skill"))
    assert (drum.skill.draw_seed or "").encode() not in bytes(stored)  # type: ignore[arg-type]


def test_seed_and_lots_are_the_drawer_s_and_the_witness_s_until_the_decoding_and_then_everybody_s(session: Session, drum: Drum) -> None:
    drum.draw()
    judge = drum.season.appoint(Role.JUDGE).actor
    everybody = (drum.drawer.actor, drum.arbiter.actor, drum.season.organiser, judge, NOBODY)
    assert [queries.knows_the_draw(actor, drum.skill) for actor in everybody] == [True, True, False, False, False]
    drum.skill._state = SkillFlow.decoded.name
    assert all(queries.knows_the_draw(actor, drum.skill) for actor in everybody)


def test_before_the_decoding_nobody_but_drawer_and_witness_sees_name_and_seat_together(session: Session, drum: Drum) -> None:
    drum.draw()
    competitor = session.scalars(sa.select(Account).where(Account.person_id == drum.entries[0].members[0].person_id)).one()
    both = {
        name: (line.seat != "", NAMES[0] == line.title)
        for name, actor in {
            "organiser": drum.season.organiser,
            "drawer": drum.drawer.actor,
            "witness": drum.arbiter.actor,
            "reviewer": drum.season.reviewer,
            "competitor": competitor.actor,
            "judge": drum.season.appoint(Role.JUDGE).actor,
        }.items()
        for line in [entered.line(actor, drum.entries[0])]
    }
    assert both == {
        "organiser": (False, True),
        "drawer": (True, True),
        "witness": (True, True),
        "reviewer": (False, True),
        "competitor": (True, True),
        "judge": (True, False),
    }


def test_after_the_decoding_judges_see_who_it_was(session: Session, drum: Drum) -> None:
    drum.draw()
    drum.skill._state = SkillFlow.decoded.name
    session.flush()
    judge = drum.season.appoint(Role.JUDGE).actor
    assert {entered.line(judge, e).title for e in session.scalars(entered.entries(judge)).unique()} == set(NAMES)


def _words(answer: TestResponse) -> str:
    """What an answer says; of a workbook, the text of all its parts."""
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    return "" if answer.data.startswith(b"%PDF") else answer.get_data(as_text=True)  # the paper has the workbook's cells


def crawl(client: FlaskClient, *starts: str) -> dict[str, str]:
    """Every page of the competition slice that can be reached by links from *starts*, with what it says."""
    seen: dict[str, str] = {}
    waiting = deque(starts)
    while waiting:
        path = waiting.popleft()
        if path in seen:
            continue
        answer = client.get(path)
        assert answer.status_code < 500, path
        seen[path] = _words(answer)
        for link in re.findall(r'(?:href|action)="(/(?:competitions|skills|entries|api|search|notifications)[^"#]*)"', seen[path]):
            waiting.append(link.replace("&amp;", "&"))
    return seen


@pytest.mark.parametrize("state", [SkillFlow.planned, SkillFlow.marking])
@pytest.mark.parametrize(
    ("role", "also_organiser"), [(Role.JUDGE, False), (Role.CHIEF_JUDGE, False), (Role.SCORER, False), (Role.JUDGE, True)]
)
def test_no_page_a_judge_can_reach_gives_a_name_away(
    client: FlaskClient, session: Session, drum: Drum, role: Role, also_organiser: bool, state: object
) -> None:
    if state is not SkillFlow.planned:
        drum.draw()
        drum.skill._state = state.name  # type: ignore[attr-defined]
    grants = [(role, drum.season.competition.id)]
    if also_organiser:
        grants.append((Role.ORGANISER, drum.season.organisation.id))
    judge = account(session, *grants, name="裁判甲")
    session.commit()
    sign_in(client, judge)
    skill = drum.skill.id
    pages = crawl(
        client,
        "/",
        f"/competitions/{drum.season.competition.id}",
        f"/skills/{skill}",
        f"/skills/{skill}/entries",
        f"/skills/{skill}/entries?words=欧阳",
        f"/skills/{skill}/check-in",
        f"/skills/{skill}/draw",
        f"/skills/{skill}/draw/lots.txt",
        "/search?q=欧阳一鸣",
        "/search?q=A001",
        *(f"/entries/{entry.id}" for entry in drum.entries),
        *(f"/api/entry/{entry.id}" for entry in drum.entries),
        f"/api/skill/{skill}",
    )
    secrets = [*NAMES, "独孤教练", "富春江精密机械", *(entry.number or "" for entry in drum.entries)]
    typed = ("/search?q=", "words=")
    leaks = {
        (path, secret) for path, page in pages.items() for secret in secrets if secret in page and not any(mark in path for mark in typed)
    }
    assert leaks == set()
    found = [page for path, page in pages.items() if path.startswith("/search?q=")]
    assert not any("/entries/" in re.sub(r"<nav.*?</nav>", "", page, flags=re.DOTALL) for page in found)
    if state is not SkillFlow.planned:
        assert "D01" in pages[f"/skills/{skill}/entries"]


def test_the_draw_page_tells_a_stranger_how_to_draw_again(client: FlaskClient, session: Session, drum: Drum) -> None:
    drum.draw()
    path = f"/skills/{drum.skill.id}/draw"
    page = client.get(path).get_data(as_text=True)
    assert (drum.skill.draw_commitment or "") in page
    assert (drum.skill.draw_seed or "") not in page
    assert client.get(f"{path}/lots.txt").status_code == 404
    drum.skill._state = SkillFlow.final.name
    session.commit()
    assert (drum.skill.draw_seed or "") in client.get(path).get_data(as_text=True)
    text = client.get(f"{path}/lots.txt").get_data(as_text=True)
    seed = re.search(r"# seed (\w+)", text)
    lots = dict(line.split("\t") for line in text.splitlines() if line.startswith("A"))
    assert seed is not None
    assert draw(list(lots), seed[1], prefix="D") == lots


def test_the_sealed_list_is_printed_for_drawer_and_witness_only(client: FlaskClient, session: Session, drum: Drum) -> None:
    drum.draw()
    path = f"/skills/{drum.skill.id}/draw/seats.pdf"
    for who, status in ((drum.drawer, 200), (drum.arbiter, 200), (drum.season.organiser_account, 403)):
        sign_in(client, who)
        assert client.get(path).status_code == status


def test_the_draw_is_committed_and_taken_on_the_page(client: FlaskClient, session: Session, drum: Drum) -> None:
    sign_in(client, drum.drawer)
    path = f"/skills/{drum.skill.id}/draw"
    assert "公布承诺值" in client.get(path).get_data(as_text=True)
    client.post(f"{path}/commit")
    session.rollback()
    session.refresh(drum.skill)
    assert drum.skill.draw_commitment
    assert drum.skill.draw_commitment in client.get(path).get_data(as_text=True)


def test_nobody_withdraws_or_is_checked_in_after_the_draw(session: Session, drum: Drum) -> None:
    drum.draw()
    entry = drum.entries[0]
    with pytest.raises(Refused, match="已抽签"):
        engine.fire(session, entry, EntryFlow.undo_check_in, drum.season.appoint(Role.CHECK_IN).actor, AFTER, "错了")
