"""Compute the results of a skill again from its exported evidence, with nothing but Python's standard library.

    python3 tools/recompute.py evidence.json [more.json …]

Written apart from the program it checks: it imports none of it, and follows the published rules in its own words.  It prints every
difference and ends with 0 when there is none, 1 when there is one, 2 when a file cannot be read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

FORMAT = "jiangbang/skill-evidence/1"
FEWER_IS_BETTER = ("time", "errors")


def rounded(value: Fraction, places: int = 2) -> Fraction:
    """Halves away from zero."""
    scaled = abs(value) * 10**places + Fraction(1, 2)
    whole = scaled.numerator // scaled.denominator
    return Fraction(whole if value >= 0 else -whole, 10**places)


def number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def aspect_mark(aspect: dict[str, Any], values: dict[str, str | None]) -> Fraction:
    """What was entered, turned into a mark by the aspect's method and rounded once; nothing for what was not attempted."""
    given = [Fraction(value) for value in values.values() if value is not None]
    method, maximum = aspect["method"], Fraction(aspect["max_mark"])
    return rounded(METHODS[method["key"]](method, given, maximum)) if given else Fraction(0)


def agreed(method: dict[str, Any], given: list[Fraction], maximum: Fraction) -> Fraction:
    """Full or nothing, or part of it: the panel entered the mark itself."""
    return given[0]


def added(method: dict[str, Any], given: list[Fraction], maximum: Fraction) -> Fraction:
    return min(maximum, Fraction(method["each"]) * given[0])


def deducted(method: dict[str, Any], given: list[Fraction], maximum: Fraction) -> Fraction:
    """So much off for each fault or error, but for the first free ones."""
    counted = max(Fraction(0), given[0] - int(method.get("free", 0)))
    return max(Fraction(0), maximum - Fraction(method["each"]) * counted)


def banded(method: dict[str, Any], given: list[Fraction], maximum: Fraction) -> Fraction:
    mark, _words = method["bands"][int(given[0]) - 1]
    return Fraction(mark)


def measured(method: dict[str, Any], given: list[Fraction], maximum: Fraction) -> Fraction:
    """Within the tolerance everything; outside it what the table says of the distance.  Without a nominal size the table says it all."""
    table = [(number(bound), Fraction(mark)) for bound, mark in method["table"]]
    if method["nominal"] is None:
        return looked_up(table, given[0], is_linear=method["is_linear"])
    nominal = Fraction(method["nominal"])
    outside = max(nominal + Fraction(method["lower"]) - given[0], given[0] - nominal - Fraction(method["upper"]))
    if outside <= 0:
        return maximum
    if method["is_linear"]:
        table = [(Fraction(0), maximum), *table]
    return looked_up(table, outside, is_linear=method["is_linear"])


def timed(method: dict[str, Any], given: list[Fraction], maximum: Fraction) -> Fraction:
    limit = number(method["limit"])
    if limit is not None and given[0] > limit:
        return Fraction(0)
    table = [(number(bound), Fraction(mark)) for bound, mark in method["table"]]
    return looked_up(table, given[0], is_linear=method["is_linear"]) if table else maximum


def looked_up(table: list[tuple[Fraction | None, Fraction]], figure: Fraction, *, is_linear: bool) -> Fraction:
    """The mark of the first row whose bound is not below *figure*; on the line from the row before where the table is one."""
    before: tuple[Fraction, Fraction] | None = None
    for bound, mark in table:
        if bound is None:
            return mark
        if figure <= bound:
            if is_linear and before is not None:
                start, worth = before
                return worth + (figure - start) / (bound - start) * (mark - worth)
            return mark
        before = bound, mark
    return Fraction(0)


def judged(method: dict[str, Any], given: list[Fraction], maximum: Fraction) -> Fraction:
    return sum(given, Fraction(0)) / len(given) / 3 * maximum


def scored(method: dict[str, Any], given: list[Fraction], maximum: Fraction) -> Fraction:
    """The mean of what is left when the extremes are dropped, as a share of the highest score."""
    kept = sorted(given)
    if len(kept) > method["drop_lowest"] + method["drop_highest"]:
        kept = kept[method["drop_lowest"] : len(kept) - method["drop_highest"]]
    return sum(kept, Fraction(0)) / len(kept) / Fraction(method["highest"]) * maximum


METHODS: dict[str, Callable[[dict[str, Any], list[Fraction], Fraction], Fraction]] = {
    "full_or_zero": agreed,
    "partial": agreed,
    "add": added,
    "deduct": deducted,
    "banded": banded,
    "numeric": measured,
    "judgement": judged,
    "scores": scored,
    "time": timed,
    "errors": deducted,
}


def weighed(earned: Fraction, criterion: dict[str, Any]) -> Fraction:
    """A module as it counts: what it earned, or so much of its weight as that is of its own maximum."""
    if criterion["weight"] is None:
        return earned
    most = sum((Fraction(aspect["max_mark"]) for aspect in criterion["aspects"]), Fraction(0))
    return rounded(earned * Fraction(criterion["weight"]) / most)


def recorded(scheme: dict[str, Any] | None, marks: dict[str, dict[str, str | None]]) -> dict[str, Fraction]:
    """Time and errors, less of which is better, added up where every aspect that records them has a value."""
    found = {}
    for key in FEWER_IS_BETTER:
        codes = [a["code"] for c in (scheme or {"criteria": []})["criteria"] for a in c["aspects"] if a["method"]["key"] == key]
        given = [Fraction(value) for code in codes for value in marks.get(code, {}).values() if value is not None]
        if codes and len(given) == len(codes):
            found[key] = sum(given, Fraction(0))
    return found


def corrected(aspect: dict[str, Any], mark: Fraction, corrections: list[dict[str, Any]]) -> Fraction:
    """The mark of an aspect after its corrections, the latest counting: a value put in its place, or the maximum where none is given."""
    for each in corrections:
        if each["aspect"] == aspect["code"]:
            mark = Fraction(aspect["max_mark"] if each["value"] is None else each["value"])
    return mark


def deducted_from(total: Fraction, corrections: list[dict[str, Any]]) -> Fraction:
    """The total after what is taken off it; never below nothing."""
    for each in corrections:
        if each["aspect"] is None:
            total = max(Fraction(0), total - Fraction(each["value"]))
    return total


def compute(evidence: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every competitor's result by seat code."""
    rules = evidence["rules"]
    results: dict[str, dict[str, Any]] = {}
    for competitor in evidence["competitors"]:
        modules: dict[str, Fraction] = {}
        aspects: dict[str, Fraction] = {}
        for criterion in (evidence["scheme"] or {"criteria": []})["criteria"]:
            for aspect in criterion["aspects"]:
                mark = aspect_mark(aspect, competitor["marks"].get(aspect["code"], {}))
                aspects[aspect["code"]] = corrected(aspect, mark, competitor.get("corrections", []))
            earned = sum((aspects[aspect["code"]] for aspect in criterion["aspects"]), Fraction(0))
            modules[criterion["letter"]] = weighed(earned, criterion)
        results[competitor["code"]] = {
            "theory": number(competitor["theory"]),
            "practice": sum(modules.values(), Fraction(0)),
            "modules": modules,
            "aspects": aspects,
            "corrections": competitor.get("corrections", []),
            **recorded(evidence["scheme"], competitor["marks"]),
        }
    theory, practice = Fraction(rules["theory_weight"]), Fraction(rules["practice_weight"])
    for own in results.values():
        weighted = (theory * (own["theory"] or 0) + practice * own["practice"]) / (theory + practice)
        own["total"] = deducted_from(rounded(weighted), own["corrections"])
    give_points(results, rules)
    give_places(results, rules)
    give_awards(results, rules)
    return results


def median(values: list[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def give_points(results: dict[str, dict[str, Any]], rules: dict[str, Any]) -> None:
    """The 700 scale: 700 + 30 × (x − median) ÷ (1.4826 × median distance from the median), to whole points."""
    for own in results.values():
        own["points"] = None
    totals = [own["total"] for own in results.values()]
    if rules["method"] != "worldskills" or not totals:
        return
    centre = median(totals)
    spread = median([abs(total - centre) for total in totals])
    if spread == 0:
        return
    for own in results.values():
        own["points"] = int(rounded(700 + 30 * (own["total"] - centre) / (Fraction("1.4826") * spread), 0))


def give_places(results: dict[str, dict[str, Any]], rules: dict[str, Any]) -> None:
    """Best first; equals by the chain of keys, then by a ruling that covers all of them; whoever is still equal shares the place."""
    measure = "points" if any(own["points"] is not None for own in results.values()) else "total"
    chain = [key.removeprefix("part:") for key in rules["tie_break"] if key != "chief_judge"]
    chain = chain[: chain.index("share")] if "share" in chain else chain
    groups = split(list(results), lambda code: results[code][measure])
    for key in chain:
        groups = [part for group in groups for part in split_by_key(group, results, key)]
    place = 1
    for group in groups:
        ruling = next((order for order in reversed(rules["rulings"]) if len(group) > 1 and set(group) <= set(order)), None)
        for offset, code in enumerate(sorted(group, key=ruling.index) if ruling else group):
            results[code]["place"] = place + offset if ruling else place
        place += len(group)


def split(codes: list[str], value: Any) -> list[list[str]]:
    parts: dict[Any, list[str]] = {}
    for code in codes:
        parts.setdefault(value(code), []).append(code)
    return [parts[known] for known in sorted(parts, reverse=True)]


def split_by_key(group: list[str], results: dict[str, dict[str, Any]], key: str) -> list[list[str]]:
    """The group apart by one key, if all of it have a value for it."""

    def value(code: str) -> Fraction | None:
        own = results[code]
        known: Fraction | None = own["modules"].get(key.removeprefix("module:")) if key.startswith("module:") else own.get(key)
        return -known if known is not None and key in FEWER_IS_BETTER else known

    return [group] if any(value(code) is None for code in group) else split(group, value)


def give_awards(results: dict[str, dict[str, Any]], rules: dict[str, Any]) -> None:
    scheme = rules["prizes"]
    awards = by_points(results, rules) if scheme["kind"] == "scale" else by_place(results, rules)
    money = {prize["award"]: Fraction(prize["money"]) for prize in [*scheme["prizes"], *([scheme["merit"]] if scheme["merit"] else [])]}
    for code, own in results.items():
        own["award"] = awards[code]
        own["prize"] = money.get(awards[code] or "", Fraction(0))


def whole(value: Fraction, rounding: str) -> int:
    if rounding in ("half_up", "half-up"):
        return int(rounded(value, 0))
    down = value.numerator // value.denominator
    return down if rounding == "floor" or value == down else down + 1


def by_place(results: dict[str, dict[str, Any]], rules: dict[str, Any]) -> dict[str, str | None]:
    """Cumulative lines by number or share; a tie across a line is lifted above it, or falls below it."""
    scheme = rules["prizes"]
    base = {"entered": rules["entered"], "checked_in": rules["checked_in"]}.get(scheme["base"])
    base = len(results) if base is None else base
    lines: list[tuple[int, str]] = []
    reached, left = 0, base
    shares = [Fraction(prize["share"]) for prize in scheme["prizes"]] if scheme["kind"] == "quota" else []
    unit = 100 if sum(shares, Fraction(0)) > 1 else 1
    for position, prize in enumerate(scheme["prizes"]):
        if shares:
            given = min(whole(base * shares[position] / unit, scheme["rounding"]), left)
            left -= given
        else:
            given = prize["number"]
        reached += given
        lines.append((reached, prize["award"]))
    if scheme["merit"]:
        line = whole(base * Fraction(scheme["merit_share"]), scheme["merit_rounding"])
        lines.append((max(line, reached), scheme["merit"]["award"]))
    places = [own["place"] for own in results.values()]
    awards: dict[str, str | None] = {}
    for code, own in results.items():
        last = own["place"] if scheme["ties"] == "lift" else own["place"] + places.count(own["place"]) - 1
        awards[code] = next((award for line, award in lines if last <= line), None)
    return awards


def by_points(results: dict[str, dict[str, Any]], rules: dict[str, Any]) -> dict[str, str | None]:
    """Medals on whole points, by the rule of the edition; a medallion from the threshold on."""
    points = sorted((own["points"] for own in results.values() if own["points"] is not None), reverse=True)
    medals: dict[int, str] = {}
    if rules["medal_rule"] == "exact":
        medals = dict(zip(sorted(set(points), reverse=True), ("gold", "silver", "bronze"), strict=False))
    elif points:
        golds = [p for p in points if p >= points[0] - 2]
        medals |= dict.fromkeys(golds, "gold")
        rest = points[len(golds) :]
        if len(golds) == 1 and rest:
            silvers = [p for p in rest if p >= rest[0] - 2]
            medals |= dict.fromkeys(silvers, "silver")
            rest = rest[len(silvers) :]
            line = rest[0] - 2 if len(silvers) == 1 and rest else min(silvers) - 2
        else:
            line = rest[0] - 2 if len(golds) == 2 and rest else min(golds) - 2
        medals |= dict.fromkeys([p for p in rest if p >= line], "bronze")
    threshold = rules["prizes"]["medal_threshold"]

    def won(own: int | None) -> str | None:
        return None if own is None else medals.get(own, "medallion" if own >= threshold else None)

    return {code: won(own["points"]) for code, own in results.items()}


def differences(evidence: dict[str, Any]) -> list[str]:
    """Where the published results differ from what is computed here, one line each."""
    computed = compute(evidence)
    published = {result["code"]: result for result in evidence["results"]}
    found = [f"{code}: not among the results" for code in computed if code not in published]
    found += [f"{code}: no such competitor" for code in published if code not in computed]
    for code in computed.keys() & published.keys():
        own, said = computed[code], published[code]
        compared = {name: (own[name], said[name]) for name in ("points", "place", "award")}
        compared |= {name: (own[name], number(said[name])) for name in ("total", "prize")}
        if said["practice"] is not None:
            compared["practice"] = own["practice"], number(said["practice"])
        for kind in ("modules", "aspects"):
            compared |= {f"{kind} {key}": (own[kind].get(key), number(mark)) for key, mark in said[kind].items()}
        found += [
            f"{code} {name}: computed {shown(mine)}, published {shown(theirs)}"
            for name, (mine, theirs) in compared.items()
            if mine != theirs
        ]
    return sorted(found)


def shown(value: Any) -> str:
    return f"{float(value):.2f}" if isinstance(value, Fraction) else str(value)


def main(paths: list[str]) -> int:
    if not paths:
        print(__doc__)
        return 2
    status = 0
    for path in paths:
        try:
            evidence = json.loads(Path(path).read_text(encoding="utf-8"))
            if evidence.get("format") != FORMAT:
                raise ValueError(f"not {FORMAT}")
            found = differences(evidence)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            print(f"{path}: cannot be read: {error!r}")
            return 2
        counted = f"{len(evidence['competitors'])} competitors, {sum(len(c['marks']) for c in evidence['competitors'])} aspects marked"
        print(f"{path}: {counted}, {len(found)} differences")
        for line in found:
            print(f"  {line}")
        status = status or int(bool(found))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
