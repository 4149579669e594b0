"""Compute the results of a skill again from its bundle of evidence, with nothing but Python's standard library.

    python3 tools/recompute.py evidence.zip [more.zip …]

Written apart from the program it checks: it imports none of it, and follows the published rules in its own words.  First every file of
the bundle is held against the SHA-256 in its manifest, then marks, scale, places, awards, honours and the tables over all skills are
computed from what the judges entered and compared with what stands in the bundle, for the version in force and for every version that
was published before it, each from what was on record when it was counted.  It says which versions it computed, prints every difference
and ends with 0 when there is none, 1 when there is one, 2 when a file cannot be read.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sys
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "jiangbang/skill-evidence/2"
MANIFEST = "manifest.json"
FEWER_IS_BETTER = ("time", "errors")
FIRST_ROUND = 1
SCORED_BY_EACH = ("judgement", "scores")  # methods for which every judge of the panel gives a value
PANEL = 0  # the seat of what the panel agreed on
RANKS = {"gold": 1, "first": 1, "silver": 2, "second": 2, "bronze": 3, "third": 3, "medallion": 4, "merit": 4}

Row = dict[str, Any]
Tables = dict[str, list[Row]]


# --- the bundle -----------------------------------------------------------------------------------------------------


def opened(path: Path) -> tuple[Row, dict[str, bytes]]:
    """The manifest, and the other files by name.  Raises ValueError for what is no bundle."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    if MANIFEST not in contents:
        raise ValueError(f"no {MANIFEST}")
    manifest = json.loads(contents.pop(MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ValueError(f"not {FORMAT}")
    return manifest, contents


def tables_in(contents: dict[str, bytes]) -> Tables:
    return {name.removesuffix(".jsonl"): [json.loads(line) for line in content.splitlines()] for name, content in contents.items()}


def tampered(manifest: Row, contents: dict[str, bytes]) -> list[str]:
    """Files that are missing, too many, or not those the manifest was written for."""
    listed = manifest["files"]
    wrong = [f"{name}: missing" for name in listed if name not in contents]
    for name, content in contents.items():
        digest = hashlib.sha256(content).hexdigest()
        if name not in listed:
            wrong.append(f"{name}: not in the manifest")
        elif listed[name]["sha256"] != digest:
            wrong.append(f"{name}: SHA-256 is {digest}, the manifest says {listed[name]['sha256']}")
        elif listed[name]["lines"] != content.count(b"\n"):
            wrong.append(f"{name}: {content.count(bytes([10]))} lines, the manifest says {listed[name]['lines']}")
    together = "".join(f"{listed[name]['sha256']}  {name}\n" for name in sorted(listed))
    if hashlib.sha256(together.encode()).hexdigest() != manifest["sha256"]:
        wrong.append(f"{MANIFEST}: the SHA-256 of the whole is not that of its files")
    return sorted(wrong)


def as_of(tables: Tables, at: str | None) -> Tables:
    """The tables as they were at that moment: what was entered, opened, approved or decided later is not there.  None: as they are."""
    if at is None:
        return tables
    moment = datetime.fromisoformat(at)

    def was(said: str | None) -> bool:
        return said is not None and datetime.fromisoformat(said) <= moment

    approved = [row for row in tables["corrections"] if was(row["approved_at"]) and not was(row["revoked_at"])]
    approved.sort(key=lambda row: datetime.fromisoformat(row["approved_at"]))
    rulings = [row for row in tables["rulings"] if was(row["at"])]
    return tables | {
        "marks": [row for row in tables["marks"] if was(row["recorded_at"])],
        "rounds": [row for row in tables["rounds"] if was(row["opened_at"])],
        "theory": [row for row in tables["theory"] if was(row["recorded_at"])],
        "corrections": [row | {"state": "approved"} for row in approved],
        "rulings": [row | {"withdrawn": row["withdrawn"] if was(row["withdrawn_at"]) else None} for row in rulings],
    }


def assembled(tally: int, tables: Tables) -> Row:
    """The tables put together as the computation takes them: what counts of the marks, by competitor; and the results of that tally."""
    rules = tables["rules"][0]
    version = rules["scheme"]
    criteria = [
        {**row, "aspects": [a for a in tables["aspects"] if a["scheme"] == version and a["letter"] == row["letter"]]}
        for row in tables["schemes"]
        if row["scheme"] == version
    ]
    marks, theory = counting_marks(tables, version), latest_theory(tables["theory"])
    return {
        "rules": rules | {"rulings": [row["codes"] for row in tables["rulings"] if row["withdrawn"] is None]},
        "scheme": {"criteria": criteria} if criteria else None,
        "competitors": [
            {
                "code": row["code"],
                "theory": theory.get(row["code"]),
                "marks": marks.get(row["code"], {}),
                "corrections": corrections_of(row["code"], tables["corrections"]),
            }
            for row in tables["codes"]
        ],
        "results": [row for row in tables["results"] if row["tally"] == tally],
    }


def counting_marks(tables: Tables, version: int | None) -> dict[str, dict[str, dict[str, str | None]]]:
    """By competitor and aspect, what counts of each seat: of the aspect's latest round the highest number, of the seats that score."""
    rounds = sorted((row for row in tables["rounds"] if row["scheme"] == version), key=lambda row: int(row["number"]))
    latest = {(row["code"], row["aspect"]): row["number"] for row in rounds}
    sub_of = {row["code"]: row["sub"] for row in tables["aspects"] if row["scheme"] == version}
    seats = {(row["code"], row["sub"]): {PANEL, *row["seats"]} for row in tables["sheets"] if row["scheme"] == version}
    found: dict[str, dict[str, dict[str, str | None]]] = {}
    for row in sorted(tables["marks"], key=lambda row: int(row["number"])):
        code, aspect = row["code"], row["aspect"]
        counts = row["round"] == latest.get((code, aspect), FIRST_ROUND) and row["scheme"] == version
        if counts and row["seat"] in seats.get((code, sub_of.get(aspect, "")), ()):
            found.setdefault(code, {}).setdefault(aspect, {})[str(row["seat"])] = row["value"]
    return found


def latest_theory(rows: list[Row]) -> dict[str, str]:
    return {row["code"]: row["mark"] for row in sorted(rows, key=lambda row: int(row["number"]))}


def corrections_of(code: str, rows: list[Row]) -> list[Row]:
    """Those approved: first what is for everybody, then the competitor's own, each in the order of approval."""
    approved = [row for row in rows if row["state"] == "approved"]
    return [row for row in approved if row["is_for_all"]] + [row for row in approved if row["code"] == code]


# --- marks ----------------------------------------------------------------------------------------------------------


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
        own["award"] = None if scheme.get("needs_pass", True) and not passes(own, rules) else awards[code]
        own["prize"] = money.get(own["award"] or "", Fraction(0))


def passes(own: dict[str, Any], rules: dict[str, Any]) -> bool:
    """Whether theory and practice each reach what they must reach by themselves."""
    for part in ("theory", "practice"):
        line = number(rules[f"{part}_pass"])
        is_marked = own[part] is not None and (part == "theory" or Fraction(rules["practice_weight"]) > 0)
        if line is not None and is_marked and own[part] < line:
            return False
    return True


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


# --- signatures and rechecks ----------------------------------------------------------------------------------------


def signature_differences(tables: Tables) -> list[str]:
    """Locked sheets whose signatures are all under something else than they say now, and units accepted as something else."""
    version = tables["rules"][0]["scheme"]
    marks = counting_marks(tables, version)
    digests = {
        (row["code"], row["sub"]): sheet_digest(tables, version, row["sub"], marks.get(row["code"], {}))
        for row in tables["sheets"]
        if row["scheme"] == version and row["state"] == "locked"
    }
    signed: dict[tuple[str, str], set[str]] = {}
    for row in tables["signatures"]:
        signed.setdefault((row["code"], row["sub"]), set()).add(row["digest"])
    found = [
        f"sheet {code} {sub}: no signature is under what it says"
        for (code, sub), digest in digests.items()
        if digest not in signed.get((code, sub), {digest})
    ]
    at_seat = {row["sub"] for row in tables["sheets"] if row["is_marked_at_seat"]}
    for unit in tables["units"]:
        rows = [row for row in tables["acceptance"] if (row["sub"], row["day"]) == (unit["sub"], unit["day"])]
        found += broken_chain(unit, rows)
        own = accepted_digests(tables, unit["sub"], rows) if rows else {}
        together = hashlib.sha256("".join(f"{code}\t{own[code]}\n" for code in sorted(own)).encode()).hexdigest()
        is_known = unit["state"] == "accepted" and unit["sub"] not in at_seat
        if is_known and rows and together not in {row["digest"] for row in rows} | {unit["paper_digest"]}:
            found.append(f"unit {unit['sub']} day {unit['day']}: accepted as something else than its sheets say")
    return found


def accepted_digests(tables: Tables, sub: str, acceptance: list[Row]) -> dict[str, str]:
    """By code, what the sheets of a unit said when it was accepted last; a revision may have had some of them marked anew since."""
    version = tables["rules"][0]["scheme"]
    at = max((row["at"] for row in acceptance), key=datetime.fromisoformat)
    marks = counting_marks(as_of(tables, at), version)
    codes = [row["code"] for row in tables["sheets"] if row["scheme"] == version and row["sub"] == sub]
    return {code: sheet_digest(tables, version, sub, marks.get(code, {})) for code in codes}


def sheet_digest(tables: Tables, version: int | None, sub: str, marks: dict[str, dict[str, str | None]]) -> str:
    """What a judge signs: for every aspect its code and what counts of each seat, as JSON, hashed."""
    lines = []
    for aspect in tables["aspects"]:
        if aspect["scheme"] == version and aspect["sub"] == sub:
            values = sorted((int(seat), value) for seat, value in marks.get(aspect["code"], {}).items())
            lines.append(json.dumps([aspect["code"], [list(each) for each in values]], separators=(",", ":")))
    return hashlib.sha256(f"[{','.join(lines)}]".encode()).hexdigest()


def broken_chain(unit: Row, rows: list[Row]) -> list[str]:
    """Signatures of a unit that do not follow on each other."""
    return [
        f"unit {unit['sub']} day {unit['day']}: signature {after['number']} does not follow on {before['number']}"
        for before, after in itertools.pairwise(rows)
        if after["previous"] != before["hash"]
    ]


def recheck_differences(tables: Tables) -> list[str]:
    """Rechecks whose seed is not the one committed to, or whose sample is not what the seed draws."""
    found = []
    for recheck in tables["rechecks"]:
        seed, number_ = recheck["seed"], recheck["number"]
        if seed is None:
            continue
        if hashlib.sha256(seed.encode()).hexdigest() != recheck["commitment"]:
            found.append(f"recheck {number_}: the seed is not the one committed to")
        drawn = sample(recheck["ranked"], recheck["rule"], seed)
        items = [row for row in tables["recheck_items"] if row["recheck"] == number_]
        listed = {row["code"]: row["why"] for row in items if row["why"] in ("top", "sample")}
        found += [
            f"recheck {number_}: {code} drawn as {drawn.get(code)}, listed as {listed.get(code)}"
            for code in sorted(drawn.keys() | listed.keys())
            if drawn.get(code) != listed.get(code)
        ]
    return found


def sample(ranked: list[list[Any]], rule: Row, seed: str) -> dict[str, str]:
    """The best all, and of the rest the first of the lot: sorted by the SHA-256 of "seed:code"."""
    n = rule["top_n"] if rule["top_n"] is not None else up(Fraction(rule["top_percent"]) * len(ranked) / 100)
    placed = sorted((place, code) for code, place in ranked if place is not None)
    line = placed[min(n, len(placed)) - 1][0] if n and placed else 0
    top = [code for place, code in placed if place <= line]
    rest = sorted((code for code, _ in ranked if code not in top), key=lambda code: hashlib.sha256(f"{seed}:{code}".encode()).hexdigest())
    return dict.fromkeys(top, "top") | dict.fromkeys(rest[: up(Fraction(rule["sample_percent"]) * len(rest) / 100)], "sample")


def up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


# --- the scale ------------------------------------------------------------------------------------------------------


def scale_of(results: Iterable[dict[str, Any]]) -> Row:
    """How many stand on the scale, their median, and the median distance from it."""
    totals = [own["total"] for own in results]
    centre = median(totals) if totals else None
    spread = median([abs(total - centre) for total in totals]) if centre is not None else None
    return {"n": len(totals), "median": centre, "mad": spread}


def points_of(totals: list[Fraction]) -> list[int | None]:
    """Scale points of a whole field; none for anybody where the scale has no value."""
    if not totals:
        return []
    centre = median(totals)
    spread = median([abs(total - centre) for total in totals])
    if spread == 0:
        return [None] * len(totals)
    return [int(rounded(700 + 30 * (total - centre) / (Fraction("1.4826") * spread), 0)) for total in totals]


# --- honours --------------------------------------------------------------------------------------------------------


def honours(tables: Tables) -> dict[tuple[str, int, str, str], tuple[bool, int | None]]:
    """What every rule says of every competitor it was applied to: given or not, and the level a promotion leads to."""
    rules = {(rule["pack"], rule["digest"], rule["rule"]): rule for rule in tables["honour_rules"]}
    said: dict[tuple[str, int, str, str], tuple[bool, int | None]] = {}
    people: dict[tuple[str, int], list[tuple[Row, Row]]] = {}
    for row in tables["honours"]:
        rule = rules[row["pack"], row["digest"], row["rule"]]
        people.setdefault((row["code"], row["member"]), []).append((row, rule))
    for (code, member), answers in people.items():
        found = [(row, *honour(rule, row["facts"])) for row, rule in answers]
        highest = min((level for _, granted, level in found if granted and level is not None), default=None)
        taken = False
        for row, granted, level in found:
            given = granted
            if granted and level is not None:
                given, taken = level == highest and not taken, taken or level == highest
            said[code, member, row["pack"], row["rule"]] = given, level
    return said


def honour(rule: Row, facts: Row) -> tuple[bool, int | None]:
    """One rule by itself: its conditions, its level, the lowest age, and whether it was given before."""
    if not all(fits(condition, facts) for condition in rule["when"]):
        return False, None
    level = None
    if rule["kind"] == "promotion":
        level = level_of(rule, facts)
        if level is None:
            return False, None
        age = facts.get("age")
        if any(level <= floor["level"] and (age is None or age < floor["age"]) for floor in rule["floors"]):
            return False, level
    gives = rule["names"] if level is None else str(level)
    before = [one for one in facts.get("history", []) if one["kind"] == rule["kind"] and one["gives"] == gives]
    keys = [key for key in rule["once_per"] if key != "person"]
    if rule["once_per"] and any(all(one.get(key) == facts.get(key) for key in keys) for one in before):
        return False, level
    return True, level


def fits(condition: Row, facts: Row) -> bool:
    value = facts.get(condition["attribute"], condition["default"])
    if value is None:
        return False
    if condition["values"]:
        return value in condition["values"]
    rank = condition["order"].index if condition["order"] else (lambda known: known)
    low, high = condition["low"], condition["high"]
    return (low is None or rank(value) >= rank(low)) and (high is None or rank(value) <= rank(high))


def level_of(rule: Row, facts: Row) -> int | None:
    """The level a promotion leads to, as its digit: 5 is the lowest, 1 the highest; None where it leads to none."""
    level = rule["promotes_to"]
    if level is None:
        if "document_level" not in facts:
            return None
        level = max(1, int(facts["document_level"]) - rule["above_document"])
    held = facts.get("held", "none")
    if held != "none" and int(held) <= level:
        if not rule["next_if_held"] or int(held) == 1:
            return None
        level = int(held) - 1
    return level if level >= rule["at_most"] else None


# --- over all skills ------------------------------------------------------------------------------------------------


def overall_tables(rows: list[Row], rules: Row) -> list[Row]:
    """The best of all, of each delegation and region, the points of the teams, the table of medals."""
    by_region = rules["delegation"] == "region"
    entries = [{**row, "team": row["region"] if by_region else row["delegation"]} for row in rows]
    found = [{"table": "best", **named(one)} for one in best(entries, rules["left_out"])]
    for table, key in (("best_of_delegation", "team"), ("best_of_region", "region")):
        groups: dict[str, list[Row]] = {}
        for one in entries:
            if one[key]:
                groups.setdefault(one[key], []).append(one)
        leading = [(name, best(group, rules["left_out"])) for name, group in groups.items()]
        for name, who in sorted(((name, who) for name, who in leading if who), key=lambda each: (-each[1][0]["points"], each[0])):
            found += [{"table": table, "of": name, **named(one)} for one in who]
    for table, worth in (("team", rules["team"]), ("medals", rules["medals"])):
        found += ranked_teams(entries, table, [Fraction(value) for value in worth["points"]])
    return found


def best(entries: list[Row], left_out: list[str]) -> list[Row]:
    standing = [one for one in entries if one["points"] is not None and one["skill"] not in left_out]
    highest = max((one["points"] for one in standing), default=0)
    return sorted((one for one in standing if one["points"] == highest), key=lambda one: (one["skill"], entries.index(one)))


def named(one: Row) -> Row:
    return {"skill": one["skill"], "code": one["code"], "points": one["points"]}


def ranked_teams(entries: list[Row], table: str, worth: list[Fraction]) -> list[Row]:
    teams: dict[str, list[Row]] = {}
    for one in entries:
        if one["team"]:
            teams.setdefault(one["team"], []).append(one)
    counts = {team: [sum(RANKS.get(one["award"] or "") == rank for one in own) for rank in (1, 2, 3, 4)] for team, own in teams.items()}
    points = {team: sum((count * value for count, value in zip(own, worth, strict=False)), Fraction(0)) for team, own in counts.items()}
    order = {team: [points[team]] if table == "team" else [] for team in counts}
    for team, own in counts.items():
        order[team] += [Fraction(count) for count in own]
    places = {team: 1 + sum(other > own for other in order.values()) for team, own in order.items()}
    return [
        {"table": table, "delegation": team, "place": places[team], "counts": counts[team], "points": points[team]}
        for team in sorted(teams, key=lambda team: (places[team], team))
    ]


# --- comparing ------------------------------------------------------------------------------------------------------


def differences(manifest: Row, tables: Tables) -> list[str]:
    """Where the bundle says otherwise than what is computed here, one line each."""
    evidence = assembled(manifest["tally"], as_of(tables, moments(tables, "counted_at").get(manifest["tally"])))
    computed = compute(evidence) if manifest["tally"] else {}
    return [
        *(panel_differences(evidence, tables) if manifest["tally"] else []),
        *result_differences(computed, evidence["results"]),
        *(line for version in earlier_versions(manifest, tables) for line in version.differences),
        *scale_differences(computed, tables["scale"]),
        *signature_differences(tables),
        *recheck_differences(tables),
        *honour_differences(manifest, tables),
        *overall_differences(manifest, tables, computed),
    ]


class Version(NamedTuple):
    """A version that was published before the one in force: what computing it again came to, or why it was not."""

    tally: int
    at: str
    differences: list[str]
    why_not: str | None = None

    def __str__(self) -> str:
        return f"version {self.tally}, published {self.at}: " + (self.why_not or f"computed again, {len(self.differences)} differences")


def moments(tables: Tables, name: str) -> dict[int, str]:
    """When each version was counted ("counted_at"), or published ("at"): the first time where that was more than once."""
    return {row["tally"]: row[name] for row in sorted(tables["publications"], key=lambda row: -int(row["number"]))}


def earlier_versions(manifest: Row, tables: Tables) -> list[Version]:
    """Every published version but the one in force, from what was on record when it was counted."""
    published, counted_at = moments(tables, "at"), moments(tables, "counted_at")
    counted = {row["tally"]: row["counted"] for row in tables["publications"]}
    found = []
    for tally, at in sorted(published.items()):
        if tally == manifest["tally"]:
            continue
        evidence = assembled(tally, as_of(tables, counted_at[tally]))
        missing = counted[tally] - len(evidence["results"])
        if missing:
            found.append(Version(tally, at, [], f"not computed, {missing} of those it counted compete no longer and are not in the bundle"))
        else:
            lines = result_differences(compute(evidence), evidence["results"])
            found.append(Version(tally, at, [f"version {tally}: {line}" for line in lines]))
    return found


def unpublished(manifest: Row, tables: Tables) -> list[int]:
    """Versions that were counted and that nobody has seen."""
    return sorted({row["tally"] for row in tables["results"]} - {manifest["tally"], *moments(tables, "at")})


def panel_differences(evidence: Row, tables: Tables) -> list[str]:
    """No silent mean over fewer judges: of an aspect that each judge scores, every seat the sheet asks for has given a value."""
    version = evidence["rules"]["scheme"]
    each = [row for row in tables["aspects"] if row["scheme"] == version and row["method"]["key"] in SCORED_BY_EACH]
    seats = {(row["code"], row["sub"]): row["seats"] for row in tables["sheets"] if row["scheme"] == version}
    found = []
    for competitor in evidence["competitors"]:
        for aspect in each:
            asked = {str(seat) for seat in seats.get((competitor["code"], aspect["sub"]), ())}
            missing = sorted(asked - competitor["marks"].get(aspect["code"], {}).keys())
            found += [f"{competitor['code']} {aspect['code']}: no score of seat {seat}" for seat in missing]
    return sorted(found)


def result_differences(computed: dict[str, dict[str, Any]], results: list[Row]) -> list[str]:
    published = {result["code"]: result for result in results}
    found = [f"{code}: not among the results" for code in computed if code not in published]
    found += [f"{code}: no such competitor" for code in published if code not in computed]
    for code in computed.keys() & published.keys():
        own, said = computed[code], published[code]
        compared = {name: (own[name], said[name]) for name in ("points", "place", "award")}
        compared |= {name: (own[name], number(said[name])) for name in ("total", "prize")}
        compared["theory"] = own["theory"], number(said["theory"])
        if said["practice"] is not None:
            compared["practice"] = own["practice"], number(said["practice"])
        for kind in ("modules", "aspects"):
            for key in own[kind].keys() | said[kind].keys():
                compared[f"{kind} {key}"] = own[kind].get(key), number(said[kind].get(key))
        found += [
            f"{code} {name}: computed {shown(mine)}, published {shown(theirs)}"
            for name, (mine, theirs) in compared.items()
            if mine != theirs
        ]
    return sorted(found)


def scale_differences(computed: dict[str, dict[str, Any]], rows: list[Row]) -> list[str]:
    own = scale_of(computed.values())
    said = {"n": rows[0]["n"], "median": number(rows[0]["median"]), "mad": number(rows[0]["mad"])}
    return [f"scale {name}: computed {shown(own[name])}, published {shown(said[name])}" for name in own if own[name] != said[name]]


def honour_differences(manifest: Row, tables: Tables) -> list[str]:
    """Each answer computed again, and the place and award it was asked with."""
    computed, found = honours(tables), []
    placed = {row["code"]: row for row in tables["results"] if row["tally"] == manifest["tally"]}
    for row in tables["honours"]:
        granted, level = computed[row["code"], row["member"], row["pack"], row["rule"]]
        rule = f"{row['code']} honour {row['pack']}:{row['rule']}"
        if granted != row["granted"]:
            found.append(f"{rule}: computed {said_of(granted)}, decided {said_of(row['granted'])}")
        elif granted and level != row["level"]:
            found.append(f"{rule}: computed level {level}, decided level {row['level']}")
        for name in ("place", "award"):
            said = placed.get(row["code"], {}).get(name)
            if row["facts"].get(name) != said:
                found.append(f"{rule}: asked with {name} {row['facts'].get(name)}, the result says {said}")
    return found


def said_of(granted: bool) -> str:
    return "given" if granted else "not given"


def overall_differences(manifest: Row, tables: Tables, computed: dict[str, dict[str, Any]]) -> list[str]:
    """The tables over all skills, and in them this skill's own lines."""
    rows, found = tables["overall"], []
    for skill in sorted({row["skill"] for row in rows}):
        field = [row for row in rows if row["skill"] == skill]
        points = points_of([Fraction(row["total"]) for row in field])
        found += [
            f"overall {skill} {row['code']} points: computed {mine}, listed {row['points']}"
            for row, mine in zip(field, points, strict=True)
            if mine != row["points"]
        ]
    for row in rows:
        own = computed.get(row["code"]) if row["skill"] == manifest["code"] else None
        if own is not None and (own["total"], own["award"]) != (Fraction(row["total"]), row["award"]):
            found.append(f"overall {row['code']}: {row['total']} {row['award']}, computed {shown(own['total'])} {own['award']}")
    mine = overall_tables(rows, tables["rules"][0]["overall"])
    said = [row | {"points": Fraction(row["points"])} if "counts" in row else row for row in tables["overall_tables"]]
    for line in range(max(len(mine), len(said))):
        one, other = (lines[line] if line < len(lines) else None for lines in (mine, said))
        if one != other:
            found.append(f"overall_tables line {line + 1}: computed {plain(one)}, listed {plain(other)}")
    return found


def plain(row: Row | None) -> str:
    if row is None:
        return "nothing"
    return " ".join(f"{name}={shown(value)}" for name, value in row.items())


def shown(value: Any) -> str:
    return f"{float(value):.2f}" if isinstance(value, Fraction) else str(value)


def main(paths: list[str]) -> int:
    if not paths:
        print(__doc__)
        return 2
    return max(checked(path) for path in paths)


def checked(path: str) -> int:
    """Check one bundle and print what there is to say: 0 where everything agrees, 1 where not, 2 where it cannot be read."""
    unreadable = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, zipfile.BadZipFile)
    found: list[str] = []
    try:
        manifest, contents = opened(Path(path))
        found += tampered(manifest, contents)
        tables = tables_in(contents)
        found += differences(manifest, tables)
        versions = [str(version) for version in earlier_versions(manifest, tables)]
        versions += [f"version {tally}: counted, never published, not computed" for tally in unpublished(manifest, tables)]
    except unreadable as error:
        print(f"{path}: cannot be {'computed' if found else 'read'}: {error!r}")
        for line in found:
            print(f"  {line}")
        return 1 if found else 2
    counted = f"{len(tables['codes'])} competitors, {len(tables['marks'])} marks, {len(tables['honours'])} honours decided"
    print(f"{path}: {counted}, {len(found)} differences")
    print(f"  SHA-256 of all files: {manifest['sha256']}")
    for line in versions:
        print(f"  {line}")
    for line in found:
        print(f"  {line}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
