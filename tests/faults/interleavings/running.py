"""Many courses, each by its seed; one that fails is made shorter until every step that is left is needed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa

from app import create_app
from app.competitions.models import Aspect, Criterion, MarkingScheme, Sheet, SubCriterion
from app.core.db import db, transaction
from tests.faults.interleavings.course import Course, Step, steps_of
from tests.faults.interleavings.office import Ground, InProcess
from tests.faults.interleavings.oracle import JUDGED, JUDGES, LAST_ROUND, LIMIT, MAXIMUM, MEASURED
from tests.support.databases import migrate
from tests.support.marking import BENCHMARKS, NOW, Workshop
from workflows.competition.methods import JUDGEMENT, PARTIAL
from workflows.competition.remarking import FIRST
from workflows.competition.spread import Check, Rule

ENTRIES_EACH = 2
COURSES_A_FILE = 25
SPREAD = Rule(("judgement",), Check.RANGE, Decimal(LIMIT), rounds=LAST_ROUND - FIRST, needs_note=True)
COUNTED_ANEW = 10  # one course of so many; it takes as long as the course itself


@dataclass(frozen=True)
class Failure:
    """The seed that failed, the steps that are needed for it, and what was seen."""

    seed: int
    steps: Sequence[Step]
    what: str

    def __str__(self) -> str:
        steps = "\n".join(f"    {step}" for step in self.steps)
        return f"seed {self.seed}: {self.what}\n{steps}"


@contextmanager
def field() -> Iterator[Field]:
    """Where courses run: the office over a file of its own, in memory where there is such a file system."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="jiangbang-courses-", dir=memory if memory.is_dir() else None) as name:
        directory = Path(name)
        url = f"sqlite:///{directory / 'office.sqlite'}"
        migrate(url, directory)
        app = create_app(directory / "instance", DATABASE_URL=url, WAKE_WORKERS=False)
        with app.app_context():
            yield Field(directory)
            db.session.close()
            db.engine.dispose()


class Field:
    """A file prepared once, and put back when its sheets are used up."""

    def __init__(self, directory: Path) -> None:
        self._file, self._template = directory / "office.sqlite", directory / "template.sqlite"
        self.ground = prepared(ENTRIES_EACH * COURSES_A_FILE)
        self.office = InProcess(self.ground)
        with db.engine.connect() as connection:
            connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()
        shutil.copyfile(self._file, self._template)
        self._used = 0

    def follow(self, steps: Sequence[Step], seed: int) -> None:
        """One course over sheets that nobody has used.  Raises what the course raises."""
        if self._used == COURSES_A_FILE:
            self.renew()
        entries = self.ground.entries[self._used * ENTRIES_EACH : (self._used + 1) * ENTRIES_EACH]
        self._used += 1
        Course(self.office, self.ground, entries, f"course-{seed}", counts_anew=seed % COUNTED_ANEW == 0).run(steps)

    def renew(self) -> None:
        db.session.close()
        db.engine.dispose()
        for ending in ("-wal", "-shm"):
            self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self._template, self._file)
        self._used = 0


def prepared(competitors: int) -> Ground:
    """A skill of one measurement and one judgement, with everyone at their seats and the marking begun."""
    with transaction() as session:
        shop = Workshop(session, competitors, judges=len(JUDGES), spread_rules=[SPREAD.as_data()])
        shop.mark_by(_scheme(shop.organisation.id)).start()
        rows = session.execute(
            sa.select(Sheet.entry_id, SubCriterion.code, Sheet.id).join(SubCriterion).where(Sheet.skill_id == shop.skill.id)
        )
        sheets = {(entry, code): id_ for entry, code, id_ in rows}
        return Ground(
            shop.skill.id,
            shop.judges,
            shop.chief,
            [entry.id for entry in shop.entries],
            sheets,
            {code: shop.aspect(code).id for code in (MEASURED, JUDGED)},
            NOW,
            {account.id: account.get_id() for account in (*shop.judge_accounts, shop.chief_account)},
        )


def _scheme(organisation_id: int) -> MarkingScheme:
    methods = {MEASURED: PARTIAL, JUDGED: JUDGEMENT}
    criteria = []
    for position, (code, method) in enumerate(methods.items(), start=1):
        marks = Decimal(MAXIMUM[code])
        benchmarks = list(BENCHMARKS) if code == JUDGED else []
        aspect = Aspect(position=1, method=method, description=code, max_mark=marks, benchmarks=benchmarks)
        sub = SubCriterion(position=1, code=code.partition(".")[0], name=code, aspects=[aspect])
        criteria.append(Criterion(position=position, letter=code[0], name=code, mark=marks, sub_criteria=[sub]))
    return MarkingScheme(organisation_id=organisation_id, name="两项", created_at=NOW, criteria=criteria)


def failures(seeds: Iterable[int], *, stop_after: int = 3) -> Iterator[Failure | None]:
    """For every seed None, or how it failed; no more after *stop_after* failures."""
    found = 0
    with field() as ours:
        for seed in seeds:
            steps = steps_of(seed)
            what = _fault(ours, steps, seed)
            if what is None:
                yield None
                continue
            found += 1
            yield Failure(seed, shortest(ours, steps, seed), what)
            if found == stop_after:
                return


def followed(seeds: range) -> tuple[int, list[str]]:
    """How many of *seeds* were followed, and the failures among them in words."""
    found = list(failures(seeds))
    return len(found), [str(each) for each in found if each is not None]


def shortest(ours: Field, steps: Sequence[Step], seed: int) -> Sequence[Step]:
    """*steps* without those that the failure does not need."""
    kept, at = list(steps), 0
    while at < len(kept):
        fewer = kept[:at] + kept[at + 1 :]
        if _fault(ours, fewer, seed) is not None:
            kept = fewer
        else:
            at += 1
    return kept


def _fault(ours: Field, steps: Sequence[Step], seed: int) -> str | None:
    try:
        ours.follow(steps, seed)
    except Exception as error:  # whatever it is, it is what this looks for
        db.session.rollback()
        return f"{type(error).__name__}: {error}"
    return None
