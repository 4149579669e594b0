"""A page of the public results, as HTML and as JSON, beside a bare Flask view that returns the same bytes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Flask

from app.competitions.models import Skill
from app.competitions.results import commands
from app.core import engine
from app.core.db import transaction
from bench.harness import Effort, Row, in_turns, milliseconds
from bench.load import get, repeated, request
from bench.office import office
from tests.support.granian import environment_of, serving
from tests.support.marking import NOW, Workshop
from workflows.competition.skill_flow import SkillFlow

COMPETITORS = 47
CLIENTS, EACH = 4, 25
REFERENCE = "bare Flask view, same bytes"
WHY = (
    "the answer is kept under the version of the published list, and the database is asked for that version four times a second; a "
    "withdrawn list is gone within a second. The reference goes through Flask and copies bytes"
)


def published_skill(competitors: int) -> Skill:
    """A skill whose results are before the public."""
    with transaction() as session:
        shop = Workshop(session, competitors).start()
        shop.finish(**{f"s{n:02d}": (40 * (n % 3 > 0), n % 31, (n % 4, n % 4, n % 4)) for n in range(1, competitors + 1)})
        shop.tally()
        for line in {result.place for result in shop.skill.results if result.needs_decision}:
            tied = [result.entry_id for result in shop.skill.results if result.place == line]
            commands.rule_tie(session, shop.skill, shop.chief, tied, "现场裁定", NOW)
        shop.decode()
        commands.draw_up_list(session, shop.skill, shop.organiser, NOW, full_names=False)
        engine.fire(session, shop.skill, SkillFlow.publish, shop.organiser, NOW)
    return shop.skill


def rows(effort: Effort) -> list[Row]:
    with office() as app, tempfile.TemporaryDirectory(prefix="jiangbang-bench-") as pages:
        skill = published_skill(COMPETITORS)
        return [_row(app, Path(pages), path, what, effort) for path, what in _addresses(skill)]


def _addresses(skill: Skill) -> tuple[tuple[str, str], ...]:
    return (f"/results/{skill.id}", f"HTML, {COMPETITORS} places"), (f"/results/{skill.id}.json", f"JSON, {COMPETITORS} places")


def _row(app: Flask, pages: Path, path: str, what: str, effort: Effort) -> Row:
    name = "page.json" if path.endswith("json") else "page.html"
    with serving("wsgi:app", environment_of(app)) as ours:
        (pages / name).write_bytes(get(ours.port, path))
        with serving("bench.bare:app", {"BARE_PAGES": str(pages)}) as bare:
            page, same = in_turns(
                (
                    repeated(ours.port, request("GET", path), CLIENTS, effort.of(EACH)),
                    repeated(bare.port, request("GET", f"/{name}"), CLIENTS, effort.of(EACH * 10)),
                ),
                effort.rounds,
            )
    return milliseconds("public results", f"{what}, {CLIENTS} clients", REFERENCE, page, same, WHY)
