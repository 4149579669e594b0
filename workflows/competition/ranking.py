"""From totals to places, and which key put A before B.

Equal totals are told apart by the competition's own chain of keys, in its order; whoever is still equal shares the
place and the next is skipped (1, 2, 2, 4).  Where a place may not be shared (`bands`), an unresolved tie is flagged: the
chief judge decides it, the program never does.  `compare` sets two rows side by side along the whole chain.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Self

from workflows.competition.bands import Band, forbids
from workflows.exact import Exact, exact, plain
from workflows.text import Text

TOTAL = "total"
SHARE = "share"
CHIEF_JUDGE = "chief_judge"

Value = Exact | timedelta


@dataclass(frozen=True, slots=True)
class TieKey:
    """One step of a tie-break chain: the name under which a row carries the value, and which end of it wins.

    A competition may bring keys of its own; the usual ones are written as plain strings (see `key`).
    """

    name: str
    title: Text
    is_higher_better: bool = True


# The keys in use (regulations of Shandong 2015, Zhongshan, the national vocational competitions).
KNOWN_KEYS: dict[str, TieKey] = {
    key.name: key
    for key in (
        TieKey("practice", Text("技能操作成绩", "practice mark")),
        TieKey("theory", Text("理论成绩", "theory mark")),
        TieKey("time", Text("完成时间", "time taken"), is_higher_better=False),
        TieKey("errors", Text("失误次数", "number of errors"), is_higher_better=False),
        TieKey(CHIEF_JUDGE, Text("裁判长裁定次序", "order set by the chief judge"), is_higher_better=False),
        TieKey(SHARE, Text("名次并列", "place shared")),
    )
}


def key(name: str) -> TieKey:
    """The key of that name: "practice", "theory", "time", "errors", "chief_judge", "share" or "module:<code>".

    "part:practice" means "practice".  Raises ValueError for any other name.
    """
    if name.startswith("module:") and name != "module:":
        code = name.removeprefix("module:")
        return TieKey(name, Text(f"模块 {code} 成绩", f"mark of module {code}"))
    try:
        return KNOWN_KEYS[name.removeprefix("part:")]
    except KeyError:
        raise ValueError(f"unknown tie-break key {name!r}; known are module:<code>, {', '.join(KNOWN_KEYS)}") from None


@dataclass(frozen=True, slots=True)
class Row:
    """Who is to be ranked: an id, the published total (None: absent or disqualified), and the values of the keys."""

    id: Hashable
    total: Exact | None
    values: Mapping[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A place and its reason.

    `place` is None for a row without a total.  `decided_by` is the last key that had to be looked at to set this row
    apart: "total", the name of a key, or "share" where nothing did.  `needs_decision`: the place may not be shared,
    and the chain did not resolve it.
    """

    id: Hashable
    total: Decimal | None
    place: int | None
    decided_by: str | None
    why: Text
    is_shared: bool = False
    needs_decision: bool = False


TOTAL_MARK = Text("总成绩", "Total mark")
NO_TOTAL = Text("无总成绩，不参加排名", "No total mark, so not ranked")


def rank(
    rows: Iterable[Row | Mapping[str, Any]],
    tie_break: Sequence[TieKey | str] = (),
    *,
    unshared: Sequence[Band] = (),
    measure: Text = TOTAL_MARK,
) -> list[Place]:
    """The rows in the order of their places, rows without a total last.

    *rows* are `Row`s or mappings with "id", "total" and the values of the keys at top level
    (`{"id": 7, "total": "89.83", "practice": "91.25", "time": 3120}`).  Totals are compared as given: give the published,
    rounded ones, so that what looks equal is equal.  Times are numbers of one unit, or `timedelta`.

    A key decides between tied rows only if all of them have a value for it: nobody loses to a blank.  "share" ends the
    chain.  *unshared*: the bands of places that may not be shared (「前三名排名不并列」); a tie left at such a place is flagged.
    *measure* is what the totals are called in the reasons.

    Raises ValueError for an unknown key, two rows with one id, or a value that is no number; TypeError for a float.
    """
    chain = _chain(tie_break)
    entered = [_entered(row, chain) for row in rows]
    _refuse_doubles(entered)
    ranked = [row for row in entered if row.total is not None]
    places: list[Place] = []
    for equals in _split(ranked, lambda row: row.total, is_higher_better=True):
        for group, used in _told_apart(equals, chain):
            place = len(places) + 1
            places += [
                _placed(row, place, used, is_alone=len(equals) == 1, group=len(group), unshared=unshared, measure=measure) for row in group
            ]
    return places + [Place(row.id, None, None, None, NO_TOTAL) for row in entered if row.total is None]


# --- telling rows apart ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entered:
    id: Hashable
    total: Decimal | None
    values: dict[str, Decimal | None]
    shown: dict[str, str]


def _told_apart(
    group: list[_Entered], chain: Sequence[TieKey], used: tuple[TieKey, ...] = ()
) -> list[tuple[list[_Entered], tuple[TieKey, ...]]]:
    """*group* split by the chain, best first; with each part the keys that set it apart."""
    if len(group) == 1 or not chain:
        return [(group, used)]
    first, *later = chain
    if any(row.values[first.name] is None for row in group):
        return _told_apart(group, later, used)
    parts = _split(group, lambda row: row.values[first.name], is_higher_better=first.is_higher_better)
    if len(parts) > 1:
        used = (*used, first)
    return [told for part in parts for told in _told_apart(part, later, used)]


def _split(rows: list[_Entered], value: Callable[[_Entered], Decimal | None], *, is_higher_better: bool) -> list[list[_Entered]]:
    """Rows of equal value together, the better value first; within a part in the order given."""
    parts: dict[Decimal, list[_Entered]] = {}
    for row in rows:
        known = value(row)
        assert known is not None
        parts.setdefault(known, []).append(row)
    return [parts[known] for known in sorted(parts, reverse=is_higher_better)]


# --- saying why -----------------------------------------------------------------------------------------------------


def _placed(
    row: _Entered, place: int, used: tuple[TieKey, ...], *, is_alone: bool, group: int, unshared: Sequence[Band], measure: Text
) -> Place:
    is_shared = group > 1
    band = forbids(unshared, place) if is_shared else None
    decided_by = SHARE if is_shared else TOTAL if is_alone else used[-1].name
    why = _why(row, used, measure, is_alone=is_alone, is_shared=is_shared)
    if band is not None:
        why = Text(
            f"{why.zh}；{band.title.zh}不得并列，须由裁判长裁定",
            f"{why.en}; {band.title.en} may not be shared, so the chief judge must decide",
        )
    return Place(row.id, row.total, place, decided_by, why, is_shared, band is not None)


def _why(row: _Entered, used: tuple[TieKey, ...], measure: Text, *, is_alone: bool, is_shared: bool) -> Text:
    if is_alone:
        return Text(f"{measure.zh} {row.total}", f"{measure.en} {row.total}")
    zh, en = [f"{measure.zh}同为 {row.total}"], [f"Equal {measure.en.lower()} {row.total}"]
    if used:
        zh.append("依次比较" + "、".join(f"{key.title.zh}（{row.shown[key.name]}）" for key in used))
        en.append("then compared by " + ", ".join(f"{key.title.en} ({row.shown[key.name]})" for key in used))
    if is_shared:
        zh.append("仍相同，名次并列" if used else "名次并列")
        en.append("still equal, the place is shared" if used else "the place is shared")
    return Text("，".join(zh), ", ".join(en))


# --- two rows side by side ------------------------------------------------------------------------------------------


class Outcome(enum.Enum):
    """What one step of the chain says of two rows."""

    title: Text

    FIRST = ("first", Text("前者占先", "the first is ahead"))
    SECOND = ("second", Text("后者占先", "the second is ahead"))
    EQUAL = ("equal", Text("相同，看下一步", "equal, so the next step is asked"))
    BLANK = ("blank", Text("同分者中有人没有此项，不比较", "somebody in the tie has no value, so it is not compared"))
    NOT_REACHED = ("not_reached", Text("前面已分先后，不再比较", "decided before, so it is not asked"))

    def __new__(cls, key: str, title: Text) -> Self:
        member = object.__new__(cls)
        member._value_, member.title = key, title
        return member


@dataclass(frozen=True, slots=True)
class Compared:
    """One step of the chain for two rows: what each has there, and what follows."""

    title: Text
    first: str
    second: str
    outcome: Outcome


def compare(
    rows: Iterable[Row | Mapping[str, Any]],
    tie_break: Sequence[TieKey | str],
    first: Hashable,
    second: Hashable,
    *,
    measure: Text = TOTAL_MARK,
) -> list[Compared]:
    """Why *first* stands before *second*, or behind, or beside: every step of the chain, also those that were not reached.

    All *rows* are given, because a key counts only where everybody in the tie has a value for it.  Raises KeyError where one
    of the two is not among the rows, ValueError where one of them is not ranked.
    """
    chain = _chain(tie_break)
    entered = {row.id: row for row in (_entered(row, chain) for row in rows)}
    one, other = entered[first], entered[second]
    if one.total is None or other.total is None:
        raise ValueError("only two rows with a total can be compared")
    outcome = _ahead(one.total, other.total, is_higher_better=True)
    steps = [Compared(measure, plain(one.total), plain(other.total), outcome)]
    tied = [row for row in entered.values() if row.total == one.total]
    for step in chain:
        values = one.values[step.name], other.values[step.name]
        if outcome in (Outcome.FIRST, Outcome.SECOND):
            said = Outcome.NOT_REACHED
        elif any(row.values[step.name] is None for row in tied):
            said = Outcome.BLANK
        else:
            assert values[0] is not None
            assert values[1] is not None
            said = outcome = _ahead(values[0], values[1], is_higher_better=step.is_higher_better)
            tied = [row for row in tied if row.values[step.name] == values[0]]
        steps.append(Compared(step.title, one.shown.get(step.name, ""), other.shown.get(step.name, ""), said))
    return steps


def _ahead(first: Decimal, second: Decimal, *, is_higher_better: bool) -> Outcome:
    if first == second:
        return Outcome.EQUAL
    return Outcome.FIRST if (first > second) is is_higher_better else Outcome.SECOND


# --- what is accepted -----------------------------------------------------------------------------------------------


def _chain(tie_break: Sequence[TieKey | str]) -> list[TieKey]:
    chain = [step if isinstance(step, TieKey) else key(step) for step in tie_break]
    names = [step.name for step in chain]
    if len(set(names)) != len(names):
        raise ValueError(f"a key stands twice in the tie-break chain: {', '.join(names)}")
    return chain[: names.index(SHARE)] if SHARE in names else chain


def _entered(row: Row | Mapping[str, Any], chain: list[TieKey]) -> _Entered:
    if not isinstance(row, Row):
        row = Row(row["id"], row["total"], {step.name: _of(row, step.name) for step in chain})
    total = None if row.total is None else exact(row.total, f"total of {row.id}")
    values = {step.name: row.values.get(step.name) for step in chain}
    return _Entered(
        row.id,
        total,
        {name: _number(value, f"{name} of {row.id}") for name, value in values.items()},
        {name: _shown(value) for name, value in values.items() if value is not None},
    )


def _of(row: Mapping[str, Any], name: str) -> Value | None:
    """The value under the key's name; "part:practice" is accepted for "practice" as in the chain."""
    value: Value | None = row.get(name, row.get(f"part:{name}"))
    return value


def _number(value: Value | None, name: str) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, timedelta):
        return Decimal(value // timedelta(microseconds=1))
    return exact(value, name)


def _shown(value: Value) -> str:
    return str(value) if isinstance(value, timedelta) else plain(exact(value))


def _refuse_doubles(rows: list[_Entered]) -> None:
    seen: set[Hashable] = set()
    for row in rows:
        if row.id in seen:
            raise ValueError(f"{row.id!r} is ranked twice")
        seen.add(row.id)
