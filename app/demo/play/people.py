"""Who comes to the office for the first time in the played season.  Nobody here exists; the numbers are only valid in form."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from app.demo.cast import SEED, id_number, made_up_card, made_up_name

FIRST_NUMBER = 601  # the cast has the numbers below


@dataclass(frozen=True)
class Newcomer:
    """A worker whom nobody has registered yet."""

    name: str
    id_number: str
    phone: str
    card: str


def newcomers(group: str, count: int, first: int) -> list[Newcomer]:
    """*count* people, alike in every run, each name once; *first* keeps the numbers of two groups apart."""
    chance = random.Random(f"{SEED}/{group}")  # alike on every machine, not secret
    people: dict[str, Newcomer] = {}
    while len(people) < count:
        name, born = made_up_name(chance), date(1975, 1, 1) + timedelta(days=chance.randrange(25 * 365))
        number = id_number(born, FIRST_NUMBER + first + len(people))
        people.setdefault(name, Newcomer(name, number, f"139{chance.randrange(10**8):08d}", made_up_card(chance)))
    return list(people.values())
