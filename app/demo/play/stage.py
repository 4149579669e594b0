"""What every chapter of the played season stands on: the visitors, the clock, what is printed, what it came to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from unicodedata import east_asian_width

from app.demo import season
from app.demo.cast import PASSWORD, STAFF
from app.demo.visitor import Page, Refusal, Visitor

NAMES = {login: name for login, name, _role, _on in STAFF} | {"worker": "职工本人"}
WHO_WIDTH = 12


class Disagreement(RuntimeError):
    """Something came out otherwise than the story has it."""


@dataclass
class Outcome:
    """What the season came to, one chapter after the other; money in yuan."""

    entered: int = 0
    ranked: int = 0
    awarded: int = 0
    prize_money: Decimal = Decimal(0)
    award_certificates: int = 0
    recognised: int = 0
    claims: int = 0
    paid: int = 0
    paid_yuan: Decimal = Decimal(0)
    by_rule: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    disagreements: list[str] = field(default_factory=list)

    def compare(self, what: str, here: object, there: object) -> bool:
        """Note where two accounts of the same thing differ."""
        if here != there:
            self.disagreements.append(f"{what}: {here} ≠ {there}")
        return here == there


class Stage:
    """The office at *address*, and everybody who has come to it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.outcome = Outcome()
        self.public = Visitor(address)
        self.today: date = season.BEGINS.date()
        self._passwords: dict[str, str] = {}
        self.visitor = cache(self._signed_in)

    def _signed_in(self, login: str) -> Visitor:
        return Visitor(self.address).sign_in(login, self._passwords.get(login, PASSWORD))

    def knows(self, login: str, name: str, password: str) -> None:
        """Somebody whose account was made during the season."""
        NAMES[login], self._passwords[login] = name, password

    # ── time ────────────────────────────────────────────────────────────────────────────────────────────────────

    def pass_days(self, days: int) -> None:
        """Move the demonstration's clock; what falls due happens, and the jobs are done."""
        self.visitor("admin").post("/demo/clock", [("days", str(days))])
        self.today += timedelta(days=days)
        if days:
            print(f"  {'':<{WHO_WIDTH}}⏱ {self.today:%Y-%m-%d} (+{days})", flush=True)

    def settle(self) -> None:
        """Let the jobs of this moment be done: proposals, messages."""
        self.pass_days(0)

    # ── what is printed ─────────────────────────────────────────────────────────────────────────────────────────

    def chapter(self, zh: str, en: str) -> None:
        print(f"\n━━ {zh} · {en}\n", flush=True)

    def tell(self, login: str, zh: str, en: str) -> None:
        """One step: who did it, and what came of it."""
        print(f"  {padded(NAMES.get(login, login), WHO_WIDTH)}{zh} · {en}", flush=True)

    def add(self, what: str) -> None:
        """A line that belongs to the step before."""
        print(f"  {'':<{WHO_WIDTH}}  {what}", flush=True)

    # ── what is expected ────────────────────────────────────────────────────────────────────────────────────────

    def expect(self, what: str, found: object, expected: object) -> None:
        """Raise `Disagreement` where the story cannot go on as it is told."""
        if found != expected:
            raise Disagreement(f"{what}: {found!r}, not {expected!r}")


def refused(act: object, *arguments: object, **named: object) -> Refusal:
    """What the office says where it must say no; `Disagreement` where it does not."""
    try:
        act(*arguments, **named)  # type: ignore[operator]  # a visitor's act
    except Refusal as refusal:
        return refusal
    raise Disagreement(f"{act} was not refused")


def number_in(page: Page, pattern: str) -> int:
    """The number in the address of *page*; `Disagreement` where it led elsewhere."""
    found = re.search(pattern, page.path)
    if found is None:
        raise Disagreement(f"{page.path} is not like {pattern}: {page.words[:400]}")
    return int(found[1])


def padded(words: str, width: int) -> str:
    """*words* filled up to *width* columns of a terminal, where a Chinese character takes two."""
    return words + " " * (width - sum(2 if east_asian_width(c) in "WF" else 1 for c in words))


def yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"
