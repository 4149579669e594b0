"""The draw can be run again by anyone, and nobody can choose its outcome afterwards."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.competition.draw import commitment, draw, draw_in_rounds, is_committed, order, seat_codes

SEED = "5f2c1e0b9a8d7c6f"
IDS = st.sets(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), max_size=30)


def test_the_draw_is_the_documented_algorithm() -> None:
    by_hand = sorted(range(1, 48), key=lambda entry: hashlib.sha256(f"{SEED}:{entry}".encode()).hexdigest())
    assert draw(range(1, 48), SEED) == {entry: f"{seat:02d}" for seat, entry in enumerate(by_hand, start=1)}


def test_the_same_seed_gives_the_same_seats_in_another_process_with_another_hash_seed() -> None:
    program = "from workflows.competition.draw import draw; print(draw(['甲', '乙', '丙', '丁'], 'seed'))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": hash_seed}, capture_output=True, text=True, check=True
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert printed == {f"{draw(['丁', '丙', '乙', '甲'], 'seed')}\n"}


@given(IDS, st.text(st.characters(codec="utf-8"), min_size=1))
def test_every_entry_gets_one_seat_whatever_order_they_came_in(ids: set[str], seed: str) -> None:
    seats = draw(sorted(ids), seed)
    assert seats == draw(sorted(ids, reverse=True), seed)
    assert set(seats) == ids
    assert sorted(seats.values()) == seat_codes(len(ids))


def test_another_seed_gives_another_draw() -> None:
    assert order(range(20), SEED) != order(range(20), SEED + "0")


def test_codes_have_equal_width_and_may_carry_a_prefix() -> None:
    assert seat_codes(3, prefix="B") == ["B01", "B02", "B03"]
    assert seat_codes(120)[0] == "001"


def test_seats_of_ones_own_are_dealt_in_their_order() -> None:
    first, second = order(["a", "b"], SEED)
    assert draw(["a", "b"], SEED, seats=["window", "door", "spare"]) == {first: "window", second: "door"}


def test_a_commitment_is_the_plain_hash_of_the_seed_and_fits_only_it() -> None:
    assert commitment(SEED) == hashlib.sha256(SEED.encode()).hexdigest()
    assert is_committed(SEED, commitment(SEED).upper() + "\n")
    assert not is_committed(SEED + "1", commitment(SEED))


@pytest.mark.parametrize(
    ("entries", "seed", "seats", "problem"),
    [
        ([1, 2], "", None, "needs a seed"),
        ([1, 2, "1"], "s", None, "in the draw twice: 1"),
        ([1, 2], "s", ["01"], "only 1 seats"),
        ([1, 2], "s", ["01", "01"], "seat stands twice"),
    ],
)
def test_a_draw_that_would_not_be_fair_is_refused(entries: list[int | str], seed: str, seats: list[str] | None, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        draw(entries, seed, seats=seats)


def test_who_comes_late_gets_the_codes_that_follow_in_an_order_of_their_own() -> None:
    first, late = [str(n) for n in range(1, 100)], ["a", "b", "c"]
    dealt = draw_in_rounds([first, late], SEED, prefix="K")
    assert dict(list(dealt.items())[:99]) == draw(first, SEED, prefix="K") == draw_in_rounds([first], SEED, prefix="K")
    assert [dealt[entry] for entry in order(late, SEED)] == ["K100", "K101", "K102"]
    with pytest.raises(ValueError, match="two rounds"):
        draw_in_rounds([["1"], ["1"]], SEED)
