"""What a sheet says at one moment: what counts, what is missing or differs, and who has signed for it.

It is put together once and asked about many things, from the rows of one sheet or of a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from app.competitions.models.scheme import Aspect, SubCriterion
from workflows.competition import remarking, sheet_marks, spread
from workflows.competition.aspects import PANEL, Marked, Values, mark_of, seats_of
from workflows.competition.seating import Inherited, Seating, inherited
from workflows.text import Text

if TYPE_CHECKING:
    from app.competitions.models.marking import RemarkRound
    from app.competitions.models.plan import Skill


class Given(Protocol):
    """A value that was given to an aspect."""

    @property
    def aspect_id(self) -> int: ...
    @property
    def seat(self) -> int: ...
    @property
    def round(self) -> int: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def account_id(self) -> int: ...


class Signed(Protocol):
    """That somebody signed, and the digest of what they signed."""

    @property
    def account_id(self) -> int: ...
    @property
    def digest(self) -> str: ...


@dataclass(frozen=True)
class Reading:
    """`marks` come in the order of their numbers, `rounds` are those that count now, by aspect."""

    sheet_id: int
    skill: Skill
    sub: SubCriterion
    seating: Seating
    marks: Sequence[Given]
    rounds: Mapping[int, RemarkRound]
    signatures: Sequence[Signed]

    @cached_property
    def held_by(self) -> dict[int, int]:
        return self.seating.held_by({seat.position: seat.account_id for seat in self.skill.panel})

    @cached_property
    def marked(self) -> list[Marked]:
        """Each aspect with what counts now: of the seats that score, each one's mark of the latest round with the highest number."""
        counting: dict[int, dict[int, Decimal | None]] = {}
        for given in self.marks:
            if given.round == (self.rounds[given.aspect_id].number if given.aspect_id in self.rounds else remarking.FIRST):
                counting.setdefault(given.aspect_id, {})[given.seat] = given.value
        return marked_aspects(self.sub, counting, self.seating.seats)

    @property
    def mark(self) -> Decimal:
        """What its aspects come to, each rounded once."""
        return sum((mark_of(each) for each in self.marked), Decimal("0.00"))

    @property
    def missing_marks(self) -> Iterable[Text]:
        return sheet_marks.missing(self.marked, self.seating.seats)

    @cached_property
    def differences(self) -> list[remarking.Difference | None]:
        """What keeps each aspect from being accepted, in the order of the aspects."""
        rules = self.skill.spread_rule_list
        return [
            difference(aspect, marked, rules, self.seating.seats, self.rounds.get(aspect.id))
            for aspect, marked in zip(self.sub.aspects, self.marked, strict=True)
        ]

    @property
    def open_differences(self) -> list[Text]:
        return [
            Text("{code} {reason}", "{code}: {reason}").format(code=marked.code, reason=found.reason)
            for marked, found in zip(self.marked, self.differences, strict=True)
            if found is not None
        ]

    @cached_property
    def digest(self) -> str:
        return sheet_marks.digest(self.marked)

    @cached_property
    def signed_by(self) -> frozenset[int]:
        """Accounts that signed what it says now; a changed mark leaves earlier signatures behind."""
        return frozenset(signature.account_id for signature in self.signatures if signature.digest == self.digest)

    @property
    def is_sent_back(self) -> bool:
        return self.sheet_id in self.skill.wrong_sheets

    @property
    def is_signed_by_the_chief(self) -> bool:
        """A sheet that was sent back is put right and signed by the chief judge; that signature stands for the panel."""
        return bool(self.signed_by - set(self.held_by.values())) and self.is_sent_back

    @property
    def unsigned_seats(self) -> list[int]:
        """Judges of the panel who gave a mark that counts, and have not signed what it says now."""
        if self.is_signed_by_the_chief:
            return []
        gave = set({(given.aspect_id, given.seat): given.account_id for given in self.marks}.values())
        return [seat for seat, account in self.held_by.items() if account not in self.signed_by and account in gave]

    @property
    def inherited(self) -> list[Inherited]:
        """Scores that count, of judges who have left the seat they gave them on, and for which nobody has signed."""
        if self.is_signed_by_the_chief:
            return []
        sat: dict[int, set[int]] = defaultdict(set)
        for term in self.skill.terms:
            sat[term.position].add(term.account_id)
        last = {(given.aspect_id, given.seat): given.account_id for given in self.marks if given.seat in self.seating.seats}
        gave: dict[int, set[int]] = defaultdict(set)
        for (_aspect, seat), account in last.items():
            if account in sat[seat]:
                gave[seat].add(account)
        judged = {*self.held_by.values(), *(account for accounts in sat.values() for account in accounts)}
        return inherited(gave, self.held_by, self.signed_by, has_chief_signed=not self.signed_by <= judged)


def marked_aspects(sub: SubCriterion, counting: dict[int, dict[int, Decimal | None]], panel: Sequence[int] | None = None) -> list[Marked]:
    """The aspects of *sub* with what counts for each, given by aspect id and seat; with *panel*, of nobody who does not score the sheet."""
    none: Values = {}
    found = []
    for aspect in sub.aspects:
        values = counting.get(aspect.id, none)
        if panel is not None:
            values = {seat: value for seat, value in values.items() if seat == PANEL or seat in panel}
        found.append(Marked(f"{sub.code}.{aspect.position}", aspect.method, aspect.max_mark, values))
    return found


def difference(
    aspect: Aspect, marked: Marked, rules: Sequence[spread.Rule], panel: Sequence[int], latest: RemarkRound | None
) -> remarking.Difference | None:
    """What keeps one aspect from being accepted; an agreed value has nothing to differ about."""
    seats = seats_of(marked, panel)
    if len(seats) < 2 and latest is None:
        return None
    return remarking.difference(spread.rule_for(rules, aspect.kind), marked.values, seats, latest.standing if latest else None)
