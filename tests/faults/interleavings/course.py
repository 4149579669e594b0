"""One interleaving: what happens, in an order that a seed decides; and whether it came to what the oracle says.

What is sent may arrive twice, late and out of order, or be lost with the server that was to answer; tablets are switched off for hours,
and their clocks are wrong.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.competitions.models import Mark, RemarkRound, Sheet, Skill
from app.competitions.standings.queries import computed, lines, order_of
from app.core.db import db
from tests.faults.interleavings.office import CUTS, Answer, Cut, Ground, Lost, Office, Seen, Sent
from tests.faults.interleavings.oracle import JUDGED, MEASURED, Oracle, SheetPlace
from tests.faults.interleavings.tablet import Item, Tablet
from workflows.competition.remarking import FIRST
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.standing import placed

VALUES = {MEASURED: ("0", "7.25", "12", "70", None), JUDGED: ("0", "1", "2", "3", None)}
FATES = ("arrives",) * 8 + ("lost", "unanswered", "twice", "late", *CUTS)
THE_NEXT_DAY = ("home", "discuss", "discuss", "sign", "sign", "lock", "reopen")
NEXT_DAY_ONE_IN = 6
CUT_ONE_IN = 8  # of what is done to a sheet
LENGTHS = range(6, 22)


class Step(NamedTuple):
    """Something that happens; the numbers pick who and what, whichever way the others turn out."""

    what: str
    who: int
    which: int
    how: int


WHAT = (
    *(("tap",) * 9 + ("send",) * 9),
    *("page", "settle", "again", "late", "judge", "discuss", "discuss", "note", "decide", "sign", "lock", "reopen"),
)


def steps_of(seed: int) -> list[Step]:
    chance = random.Random(seed)
    what = [chance.choice(WHAT) for _ in range(chance.choice(LENGTHS))]
    if chance.randrange(NEXT_DAY_ONE_IN) == 0:
        what += THE_NEXT_DAY
    return [Step(each, *(chance.randrange(1 << 16) for _ in range(3))) for each in what]


@dataclass
class Course:
    """A course over a few *entries* of the ground that nobody else uses; `counts_anew`: the standings are also compared with all marks."""

    office: Office
    ground: Ground
    entries: Sequence[int]
    name: str
    counts_anew: bool = True
    oracle: Oracle = field(default_factory=Oracle)
    late: list[tuple[Tablet, list[Item]]] = field(default_factory=list)
    tablets: list[Tablet] = field(init=False)

    def __post_init__(self) -> None:
        self.tablets = [Tablet(judge, f"{self.name}-{n}") for n, judge in enumerate((0, 0, 1), start=1)]

    def run(self, steps: Sequence[Step]) -> None:
        """Raises `AssertionError` where it comes to anything else than the oracle says."""
        self.follow(steps)
        self.check()

    def follow(self, steps: Sequence[Step]) -> None:
        """All that happens, to the evening."""
        for step in steps:
            getattr(self, f"_{step.what}")(self.tablets[step.who % len(self.tablets)], step)
        self._home(self.tablets[0], Step("home", 0, 0, 0))

    # ── what happens on tablets ──

    def _tap(self, tablet: Tablet, step: Step) -> None:
        aspect = (MEASURED, JUDGED)[step.which % 2]
        spot = self.entries[step.which // 2 % len(self.entries)], aspect, tablet.judge + 1 if aspect == JUDGED else 0
        tablet.tap(spot, VALUES[aspect][step.how % len(VALUES[aspect])])

    def _judge(self, _tablet: Tablet, step: Step) -> None:
        """The judges score one competitor, one after the other; how far they lie apart decides whether they must do it again."""
        values = VALUES[JUDGED]
        self._score(step, values[step.how % len(values)], values[step.how // len(values) % len(values)])

    def _discuss(self, tablet: Tablet, step: Step) -> None:
        """What has to be marked again is talked over, scored again, mostly alike, and decided by the chief judge where it is not."""
        entry = next((entry for entry in self.entries if self.oracle.needs(entry)), None)
        if entry is None:
            return
        step = step._replace(which=self.entries.index(entry))
        self._note(tablet, step)
        first, other = VALUES[JUDGED][step.how % 3], VALUES[JUDGED][step.how // 3 % 4]
        self._score(step, first, other if step.how // 12 % 3 == 0 else first)
        self._decide(tablet, step)

    def _score(self, step: Step, *values: str | None) -> None:
        entry = self.entries[step.which % len(self.entries)]
        for tablet, value in zip((self.tablets[step.who % 2], self.tablets[2]), values, strict=True):
            tablet.tap((entry, JUDGED, tablet.judge + 1), value)
            self._send(tablet, step._replace(how=0))

    def _send(self, tablet: Tablet, step: Step) -> None:
        sent = tablet.batch()
        fate = FATES[step.how % len(FATES)]
        if not sent or fate == "lost":
            return
        if fate == "late":
            self.late.append((tablet, sent))
            return
        if fate == "twice":
            self._arrive(tablet, sent)
        answer = self._arrive(tablet, sent, Cut(fate, step.which % 3000) if fate in CUTS else None)
        if fate != "unanswered":
            self._hear(tablet, sent, answer)

    def _late(self, _tablet: Tablet, step: Step) -> None:
        """What was under way for hours arrives at last, out of order; nobody hears the answer any more."""
        if self.late:
            tablet, sent = self.late.pop(step.which % len(self.late))
            self._arrive(tablet, sent)

    def _page(self, tablet: Tablet, _step: Step) -> None:
        tablet.open_page({spot: len(given) for spot, given in self.oracle.kept.items()})

    def _settle(self, tablet: Tablet, step: Step) -> None:
        tablet.settle(keeps_own=step.how % 2 == 0)

    def _again(self, tablet: Tablet, _step: Step) -> None:
        tablet.send_again()

    # ── what is done to a sheet ──

    def _sign(self, tablet: Tablet, step: Step) -> None:
        place = self._sheet_of(step)
        may = None if place in self.oracle.closed else self.oracle.may_be_signed(*place)  # who signs beneath, changes nothing here
        self._act("sign", tablet, place, step, may, lambda: self.oracle.closed.add(place), lambda seen: not seen.is_open)

    def _lock(self, tablet: Tablet, step: Step) -> None:
        place = self._sheet_of(step)
        may = None if place in self.oracle.closed else False  # as long as it is not signed; by all, is not for the oracle to know
        self._act("lock", tablet, place, step, may, lambda: None, lambda _seen: False)

    def _reopen(self, tablet: Tablet, step: Step) -> None:
        place = self._sheet_of(step)
        is_closed = place in self.oracle.closed
        self._act("reopen", tablet, place, step, is_closed, lambda: self.oracle.closed.discard(place), lambda seen: seen.is_open)

    def _note(self, tablet: Tablet, step: Step) -> None:
        """The judges say what they discussed."""
        entry = self._sheet_of(step)[0]
        may, then = self.oracle.may_be_noted(entry), lambda: self.oracle.note(entry)
        self._act("note", tablet, (entry, "B1"), step, may, then, lambda seen: seen.is_noted)

    def _decide(self, tablet: Tablet, step: Step) -> None:
        """The chief judge lets scores stand that differ still."""
        entry = self._sheet_of(step)[0]
        may, then = self.oracle.may_be_decided(entry), lambda: self.oracle.decide(entry)
        self._act("decide", tablet, (entry, "B1"), step, may, then, lambda seen: seen.is_decided)

    def _sheet_of(self, step: Step) -> SheetPlace:
        return self.entries[step.which % len(self.entries)], ("A1", "B1")[step.how % 2]

    def _act(
        self,
        what: str,
        tablet: Tablet,
        place: SheetPlace,
        step: Step,
        may: bool | None,
        then: Callable[[], Any],
        was_done: Callable[[Seen], bool],
    ) -> None:
        """*may*: whether it may be done, None where the oracle does not know; *then*: what follows from it in the oracle."""
        fate = step.how // 2 % (CUT_ONE_IN * len(CUTS))
        cut = Cut(CUTS[fate], step.which % 3000) if fate < len(CUTS) else None
        try:
            done = self.office.act(what, tablet.judge, place, cut)
            assert may in (None, done), f"{what}: done is {done}"
        except Lost as lost:
            done = was_done(self.office.look(place)) and may is not False if lost.kept is None else lost.kept
            assert not (done and may is False), f"{what} may not be done, and was"
        if done:
            then()

    # ── a request ──

    def _arrive(self, tablet: Tablet, sent: list[Item], cut: Cut | None = None) -> Answer | None:
        """*sent* reaches the server, which may be cut off on the way; what it answers, or None."""
        place = sent[0].sheet
        made_at = self.ground.now + timedelta(hours=len(tablet.name) + len(sent) - 9)
        marks = [Sent(item.id, item.spot[1], item.spot[2], item.seen or 0, item.value, tablet.name, made_at) for item in sent]
        said = [(mark.id, mark.aspect, mark.seat, mark.seen, _number(mark.value)) for mark in marks]
        try:
            answer = self.office.send(tablet.judge, place, marks, cut)
        except Lost as lost:
            if lost.kept if lost.kept is not None else self._was_kept(place, said):
                assert self.oracle.receive(*place, said) == "recorded", "a request was kept that had to be turned away"
            return None
        expected = self.oracle.receive(*place, said)
        assert answer.said == expected, (answer.said, expected, sent)
        return answer

    def _was_kept(self, place: SheetPlace, said: list[Any]) -> bool:
        """Whether a request that nobody answered left anything; it is all there, or nothing of it."""
        there = self.office.look(place).ids & {mark[0] for mark in said}
        supposed = copy.deepcopy(self.oracle)
        supposed.receive(*place, said)
        new = {mark[0] for mark in said} & (supposed.ids - self.oracle.ids)
        assert there - self.oracle.ids in (set(), new), "half of a request was kept"
        return bool(new & there)

    def _hear(self, tablet: Tablet, sent: list[Item], answer: Answer | None) -> None:
        if answer is None:
            return
        if answer.said == "conflict":
            tablet.differed(answer.numbers)
        elif answer.said == "refused":
            tablet.refused(sent, answer.refused)
        else:
            spots = {item.id: item.spot for item in sent}
            tablet.recorded(sent, {spots[id_]: number for id_, number in answer.numbers.items()})

    def _home(self, _tablet: Tablet, _step: Step) -> None:
        """In the evening every tablet is in the network again, and every judge has chosen."""
        while self.late:
            self._late(self.tablets[0], Step("late", 0, 0, 0))
        for tablet in self.tablets:
            for _ in range(40):
                sent = tablet.batch()
                if not sent:
                    if not any(item.state == "conflict" for item in tablet.queue):
                        break
                    tablet.settle(keeps_own=True)
                    continue
                self._hear(tablet, sent, self._arrive(tablet, sent))
            assert all(item.state == "refused" for item in tablet.queue), "a tablet never came to rest"

    # ── what it came to ──

    def check(self) -> None:
        session, oracle = db.session, self.oracle
        session.rollback()
        kept: dict[tuple[int, str, int], list[tuple[str, Any, int]]] = {}
        codes = {id_: code for code, id_ in self.ground.aspects.items()}
        sheets = {self.ground.sheets[entry, sub]: (entry, sub) for entry in self.entries for sub in ("A1", "B1")}
        rows = session.execute(
            sa.select(Mark.sheet_id, Mark.aspect_id, Mark.seat, Mark.number, Mark.id, Mark.value, Mark.round)
            .where(Mark.sheet_id.in_(sheets))
            .order_by(Mark.number)
        )
        for sheet, aspect, seat, number, id_, value, round_ in rows:
            given = kept.setdefault((sheets[sheet][0], codes[aspect], seat), [])
            assert number == len(given) + 1, "a number was given twice or left out"
            given.append((id_, _number(value), round_))
        assert kept == oracle.kept, "what is kept is not what was received"
        assert all(tablet.confirmed <= oracle.ids | oracle.said_before for tablet in self.tablets), "a confirmed mark was lost"
        closed = sa.select(Sheet.id).where(Sheet.id.in_(sheets), Sheet.is_in(SheetFlow.signed, SheetFlow.locked))
        assert {sheets[id_] for id_ in session.scalars(closed)} == oracle.closed, "other sheets are closed"
        self._check_rounds({id_: entry for id_, (entry, _) in sheets.items()})
        skill = session.get_one(Skill, self.ground.skill_id, populate_existing=True)
        mine = [line for line in lines(session, skill) if line.id in self.entries]
        assert {line.id: Fraction(line.hundredths, 100) for line in mine} == {entry: oracle.total(entry) for entry in self.entries}
        assert {place.id: place.place for place in placed(mine, order_of(skill))} == oracle.places(list(self.entries))
        for line in mine if self.counts_anew else ():
            assert computed(session, skill, line.id)[line.id].total == line.hundredths, "kept by difference and counted anew differ"
        session.rollback()

    def _check_rounds(self, entries: dict[int, int]) -> None:
        columns = RemarkRound.sheet_id, RemarkRound.number, RemarkRound.note, RemarkRound.decided_at, RemarkRound.settled_at
        query = sa.select(*columns).where(RemarkRound.sheet_id.in_(entries)).order_by(RemarkRound.number)
        found: dict[int, list[tuple[bool, bool, bool]]] = {}
        for sheet, number, note, decided_at, settled_at in db.session.execute(query):
            rounds = found.setdefault(entries[sheet], [])
            assert number == FIRST + 1 + len(rounds), "a round was opened twice or left out"
            rounds.append((bool(note), decided_at is not None, settled_at is not None))
        said = {
            entry: [(each.is_noted, each.is_decided, each.is_settled) for each in rounds] for entry, rounds in self.oracle.rounds.items()
        }
        assert found == said, "other rounds are open, noted or decided"


def _number(value: Any) -> Any:
    return None if value is None else Fraction(value)
