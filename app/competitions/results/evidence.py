"""Everything a result rests on, as one zip without a name in it: for whoever wants to compute it again without this program.

JSON lines, one file a table, and `manifest.json` with the SHA-256 of every file and of the whole.  Numbers are text, so that none is bent;
rows are in a fixed order and the zip carries no time, so the same results give the same bytes.  `tools/recompute.py` reads it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import (
    Aspect,
    Correction,
    Criterion,
    Entry,
    Honour,
    HonourText,
    Mark,
    MarkingScheme,
    RemarkRound,
    Result,
    ResultPublication,
    Sheet,
    SheetSignature,
    Skill,
    SubCriterion,
    TheoryMark,
)
from app.competitions.models.marking import COMPETING, seated
from app.competitions.results import queries
from app.core import audit
from app.registry.models import Division, Organisation
from workflows.competition import bands, overall
from workflows.competition.correction_flow import CorrectionFlow
from workflows.competition.honours import pack_file
from workflows.competition.honours.rules import Pack, own_pack
from workflows.competition.methods import data_of
from workflows.competition.overall import OverallRules, Scored
from workflows.competition.scale import worldskills_scale
from workflows.competition.seating import Seating
from workflows.exact import plain
from workflows.workflow import Transition

FORMAT = "jiangbang/skill-evidence/2"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first day
MANIFEST = "manifest.json"
TABLES = 25
LARGE = 50_000
"""Marks beyond which a bundle is made by a worker, not while somebody waits."""

Row = dict[str, Any]


def bundle(session: Session, skill: Skill, progress: Callable[[int], None] = lambda _done: None) -> bytes:
    """The zip.  *progress* hears after every table how many are done."""
    contents: dict[str, bytes] = {}
    for name, rows in _tables(session, skill):
        contents[f"{name}.jsonl"] = _lines(rows)
        progress(len(contents))
    files = {name: {"sha256": hashlib.sha256(content).hexdigest(), "lines": content.count(b"\n")} for name, content in contents.items()}
    manifest = {
        "format": FORMAT,
        "competition": skill.competition.name,
        "skill": skill.name,
        "code": skill.code,
        "state": skill.state.name,
        "tally": skill.tally_number,
        "files": files,
        "sha256": whole_digest(files),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in {MANIFEST: _pretty(manifest), **contents}.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def whole_digest(files: Mapping[str, Mapping[str, Any]]) -> str:
    """One SHA-256 for all: of the lines "digest  name" in the order of the names, as `sha256sum` writes them."""
    listed = "".join(f"{files[name]['sha256']}  {name}\n" for name in sorted(files))
    return hashlib.sha256(listed.encode()).hexdigest()


def is_large(session: Session, skill: Skill) -> bool:
    query = sa.select(sa.func.count()).select_from(Mark).join(Sheet, Sheet.id == Mark.sheet_id).where(Sheet.skill_id == skill.id)
    return (session.scalar(query) or 0) > LARGE


def _lines(rows: Iterable[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()


def _pretty(manifest: Row) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


# --- the tables -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows are named by: the code of every entry that competes, and of every aspect, its code and its scheme's number."""

    codes: Mapping[int, str]
    aspects: Mapping[int, tuple[str, int]] = field(default_factory=dict)


def _tables(session: Session, skill: Skill) -> Iterator[tuple[str, Iterable[Row]]]:
    """Every table by the name of its file.  A new table of something a result rests on is added here, and read in `tools/recompute.py`."""
    entries = sa.select(Entry.id, Entry.code).where(Entry.skill_id == skill.id, Entry.is_in(*COMPETING))
    known = _Known({row.id: row.code for row in session.execute(entries)}, _aspects_by_id(session, skill))
    results = session.scalars(sa.select(Result).where(Result.skill_id == skill.id).order_by(Result.tally, Result.order)).all()
    yield "rules", [_rules(session, skill, known)]
    yield "schemes", _schemes(session, skill, known)
    yield "aspects", _aspects(session, skill, known)
    yield "codes", [{"code": code} for code in sorted(known.codes.values())]
    yield "layers", _layers(skill)
    yield "sheets", _by_code(_sheets(session, skill, known))
    yield "marks", _by_code(_marks(session, skill, known))
    yield "rounds", _by_code(_rounds(session, skill, known))
    yield "signatures", _by_code(_signatures(session, skill, known))
    yield "units", _units(skill)
    yield "acceptance", _acceptance(skill)
    yield "rechecks", _rechecks(skill)
    yield "recheck_items", _recheck_items(skill, known)
    yield "theory", _by_code(_theory(session, known))
    yield "corrections", _corrections(session, skill, known)
    yield "rulings", _rulings(skill, known)
    yield "results", [_result(result, known.codes[result.entry_id]) for result in results if result.entry_id in known.codes]
    yield "publications", _publications(session, skill)
    yield "appeals", _appeals(skill, known)
    yield "revisions", _revisions(skill, known)
    yield "scale", _scale([result for result in results if result.tally == skill.tally_number])
    yield "honour_rules", _honour_rules(session, skill)
    yield "honours", _honours(session, skill, known)
    scored = [] if skill.is_sealed else list(_overall(session, skill))
    yield "overall", scored
    yield "overall_tables", _overall_tables(scored, OverallRules.from_data(skill.competition.overall))


def _by_code(rows: Iterable[Row]) -> list[Row]:
    """The rows of each code together, in the order of the codes: the order of the entries would tell who stands behind them."""
    return sorted(rows, key=lambda row: str(row["code"]))


def _rules(session: Session, skill: Skill, known: _Known) -> Row:
    rules = queries.rules_of(session, skill)
    return {
        "theory_weight": str(rules.theory_weight),
        "practice_weight": str(rules.practice_weight),
        "theory_pass": _number(rules.theory_pass),
        "practice_pass": _number(rules.practice_pass),
        "method": rules.method,
        "medal_rule": rules.medal_rule,
        "tie_break": list(rules.tie_break),
        "unshared_places": bands.as_data(rules.unshared_places),
        "prizes": rules.prizes.as_data(),
        "entered": rules.entered,
        "checked_in": rules.checked_in,
        "scheme": skill.scheme.number if skill.scheme else None,
        "overall": OverallRules.from_data(skill.competition.overall).as_data(),
        "panel": skill.panel_rule.as_data(),
        "spread": [rule.as_data() for rule in skill.spread_rule_list],
    }


def _aspects_by_id(session: Session, skill: Skill) -> dict[int, tuple[str, int]]:
    """Code and scheme version of every aspect of every version of the scheme: marks of an earlier version stay on record."""
    if skill.scheme is None:
        return {}
    query = (
        sa.select(Aspect.id, SubCriterion.code, Aspect.position, MarkingScheme.number)
        .join(SubCriterion, SubCriterion.id == Aspect.sub_criterion_id)
        .join(Criterion, Criterion.id == SubCriterion.criterion_id)
        .join(MarkingScheme, MarkingScheme.id == Criterion.scheme_id)
        .where(MarkingScheme.organisation_id == skill.scheme.organisation_id, MarkingScheme.name == skill.scheme.name)
    )
    return {id_: (f"{sub}.{position}", number) for id_, sub, position, number in session.execute(query)}


def _versions(session: Session, skill: Skill, known: _Known) -> list[MarkingScheme]:
    """The version in use, and earlier ones that marks were given by."""
    if skill.scheme is None:
        return []
    marked = sa.select(Mark.aspect_id).join(Sheet, Sheet.id == Mark.sheet_id).where(Sheet.skill_id == skill.id).distinct()
    used = {known.aspects[aspect][1] for aspect in session.scalars(marked) if aspect in known.aspects}
    same_name = (MarkingScheme.organisation_id == skill.scheme.organisation_id, MarkingScheme.name == skill.scheme.name)
    numbers = MarkingScheme.number.in_(used | {skill.scheme.number})
    return list(session.scalars(sa.select(MarkingScheme).where(*same_name, numbers).order_by(MarkingScheme.number)))


def _schemes(session: Session, skill: Skill, known: _Known) -> Iterator[Row]:
    for scheme in _versions(session, skill, known):
        for criterion in scheme.criteria:
            yield {"scheme": scheme.number, "name": scheme.name, "letter": criterion.letter, "weight": _number(criterion.weight)}


def _aspects(session: Session, skill: Skill, known: _Known) -> Iterator[Row]:
    for scheme in _versions(session, skill, known):
        for criterion in scheme.criteria:
            for sub in criterion.sub_criteria:
                for aspect in sub.aspects:
                    yield {
                        "scheme": scheme.number,
                        "letter": criterion.letter,
                        "sub": sub.code,
                        "code": f"{sub.code}.{aspect.position}",
                        "method": data_of(aspect.method),
                        "max_mark": str(aspect.max_mark),
                    }


def _layers(skill: Skill) -> Iterator[Row]:
    """The encryptions: what was published of each; the mappings themselves are nobody's but their judge's."""
    for layer in sorted(skill.layers, key=lambda each: each.layer):
        sealed, opened = _moment(layer.sealed_at), _moment(layer.opened_at)
        yield {"layer": layer.layer, "commitment": layer.commitment, "size": layer.size, "digest": layer.digest} | {
            "rounds": layer.rounds,
            "sealed_at": sealed,
            "opened_at": opened,
        }


def _sheets(session: Session, skill: Skill, known: _Known) -> Iterator[Row]:
    """Who scores each sheet, by seat, and what is out of the ordinary: who stands in, who was left out, under which rule."""
    panel = [seat.position for seat in skill.panel]
    query = (
        sa.select(Sheet.entry_id, MarkingScheme.number, SubCriterion.code, Sheet._state, Sheet.seating, SubCriterion.marked_at)
        .join(SubCriterion, SubCriterion.id == Sheet.sub_criterion_id)
        .join(Criterion, Criterion.id == SubCriterion.criterion_id)
        .join(MarkingScheme, MarkingScheme.id == Criterion.scheme_id)
        .where(Sheet.skill_id == skill.id)
    )
    rows = [
        {"code": known.codes[entry], "scheme": number, "sub": sub, "state": state, "is_marked_at_seat": marked_at == "seat"}
        | _seats(seated(seating, panel))
        for entry, number, sub, state, seating, marked_at in session.execute(query)
        if entry in known.codes
    ]
    return iter(sorted(rows, key=lambda row: (row["code"], row["scheme"], row["sub"])))


def _seats(seating: Seating) -> Row:
    departures = [{"seat": each.position, "why": each.why, "outcome": each.outcome} for each in seating.departures]
    return {"seats": list(seating.seats), "departures": departures}


def _marks(session: Session, skill: Skill, known: _Known) -> Iterator[Row]:
    """Every value ever given, also those that no longer count."""
    columns = (Sheet.entry_id, Mark.aspect_id, Mark.seat, Mark.round, Mark.number, Mark.value, Mark.reason, Mark.made_at, Mark.recorded_at)
    query = sa.select(*columns).join(Sheet, Sheet.id == Mark.sheet_id).where(Sheet.skill_id == skill.id)
    order = (Sheet.entry_id, Mark.aspect_id, Mark.seat, Mark.round, Mark.number)
    for entry, aspect, seat, round_, number, value, reason, made_at, recorded_at in session.execute(query.order_by(*order)):
        if entry in known.codes and aspect in known.aspects:
            code, scheme = known.aspects[aspect]
            yield {
                "code": known.codes[entry],
                "scheme": scheme,
                "aspect": code,
                "seat": seat,
                "round": round_,
                "number": number,
                "value": None if value is None else plain(value),
                "reason": reason,
                "made_at": _moment(made_at),
                "recorded_at": _moment(recorded_at),
            }


def _rounds(session: Session, skill: Skill, known: _Known) -> Iterator[Row]:
    """The aspects that were marked again, and why."""
    query = (
        sa.select(Sheet.entry_id, RemarkRound)
        .join(Sheet, Sheet.id == RemarkRound.sheet_id)
        .where(Sheet.skill_id == skill.id)
        .order_by(Sheet.entry_id, RemarkRound.aspect_id, RemarkRound.number)
    )
    for entry, round_ in session.execute(query):
        if entry in known.codes and round_.aspect_id in known.aspects:
            code, scheme = known.aspects[round_.aspect_id]
            named = {"code": known.codes[entry], "scheme": scheme, "aspect": code, "number": round_.number}
            yield named | {
                "reason": round_.reason,
                "note": round_.note,
                "decision": round_.decision,
                "opened_at": _moment(round_.opened_at),
                "settled_at": _moment(round_.settled_at),
            }


def _signatures(session: Session, skill: Skill, known: _Known) -> Iterator[Row]:
    """What the judges signed: the digest of a sheet's marks."""
    seats = {seat.account_id: seat.position for seat in skill.panel}
    query = (
        sa.select(Sheet.entry_id, SubCriterion.code, SheetSignature.account_id, SheetSignature.at, SheetSignature.digest)
        .join(Sheet, Sheet.id == SheetSignature.sheet_id)
        .join(SubCriterion, SubCriterion.id == Sheet.sub_criterion_id)
        .where(Sheet.skill_id == skill.id)
        .order_by(SheetSignature.id)
    )
    for entry, sub, account, at, digest in session.execute(query):
        if entry in known.codes:
            yield {"code": known.codes[entry], "sub": sub, "seat": seats.get(account), "at": _moment(at), "digest": digest}


def _units(skill: Skill) -> Iterator[Row]:
    """What was locked and accepted together: the sheets of a sub criterion on a day."""
    for unit in sorted(skill.units, key=lambda each: (each.sub_criterion.code, each.day)):
        yield {"sub": unit.sub_criterion.code, "day": unit.day, "state": unit.state.name, "paper_digest": unit.paper_digest}


def _acceptance(skill: Skill) -> Iterator[Row]:
    """The signatures under a unit, each with the hash of the one before."""
    seats = {seat.account_id: seat.position for seat in skill.panel}
    for unit in sorted(skill.units, key=lambda each: (each.sub_criterion.code, each.day)):
        for each in unit.signatures:
            named = {"sub": unit.sub_criterion.code, "day": unit.day, "number": each.number, "seat": seats.get(each.account_id)}
            yield named | {"at": _moment(each.at), "digest": each.digest, "previous": each.previous, "hash": each.hash}


def _rechecks(skill: Skill) -> Iterator[Row]:
    """Each recheck by its number; the seed once the sample is drawn."""
    for number, recheck in enumerate(sorted(skill.rechecks, key=lambda each: each.id), start=1):
        yield {
            "number": number,
            "rule": recheck.rules.as_data(),
            "commitment": recheck.commitment,
            "seed": recheck.seed if recheck.drawn_at else None,
            "state": recheck.state.name,
            "drawn_at": _moment(recheck.drawn_at),
            "ranked": recheck.ranked,
        }


def _recheck_items(skill: Skill, known: _Known) -> Iterator[Row]:
    """Every sheet that was rechecked, and what was found on it."""
    for number, recheck in enumerate(sorted(skill.rechecks, key=lambda each: each.id), start=1):
        for item in recheck.items:
            named = {"recheck": number, "position": item.position, "why": item.why, "code": known.codes.get(item.sheet.entry_id)}
            found = {"is_wrong": item.is_wrong, "aspect": item.aspect_code, "right_mark": _number(item.right_mark), "reason": item.reason}
            yield named | {"sub": item.sheet.sub_criterion.code} | found | {"checked_at": _moment(item.checked_at)}


def _theory(session: Session, known: _Known) -> Iterator[Row]:
    """Every theory mark ever entered; the highest number of a code counts."""
    ids = sorted(known.codes)
    for start in range(0, len(ids), 500):
        query = (
            sa.select(TheoryMark).where(TheoryMark.entry_id.in_(ids[start : start + 500])).order_by(TheoryMark.entry_id, TheoryMark.number)
        )
        for mark in session.scalars(query):
            named = {"code": known.codes[mark.entry_id], "number": mark.number, "mark": str(mark.mark)}
            yield named | {"reason": mark.reason, "recorded_at": _moment(mark.recorded_at)}


def _corrections(session: Session, skill: Skill, known: _Known) -> Iterator[Row]:
    """Every correction ever proposed, in the order in which they count; no code means everybody, no aspect the total."""
    query = sa.select(Correction).where(Correction.skill_id == skill.id).order_by(Correction.state_since, Correction.id)
    for each in session.scalars(query):
        yield {
            "code": known.codes.get(each.entry_id) if each.entry_id is not None else None,
            "is_for_all": each.entry_id is None,
            "kind": each.kind,
            "aspect": each.aspect_code,
            "value": _number(each.value),
            "reason": each.reason,
            "state": each.state.name,
            "approved_at": _moment(_taken_at(session, each, CorrectionFlow.approve)),
            "revoked_at": _moment(_taken_at(session, each, CorrectionFlow.revoke)),
        }


def _taken_at(session: Session, correction: Correction, step: Transition) -> datetime | None:
    """When *step* was taken, by the record."""
    return next((event.at for event in audit.history(session, correction) if event.action == step.name), None)


def _rulings(skill: Skill, known: _Known) -> Iterator[Row]:
    for ruling in skill.tie_rulings:
        yield {
            "codes": [known.codes[entry] for entry in ruling["entries"] if entry in known.codes],
            "reason": ruling["reason"],
            "at": ruling["at"],
            "withdrawn": ruling["withdrawn"]["reason"] if "withdrawn" in ruling else None,
            "withdrawn_at": ruling["withdrawn"]["at"] if "withdrawn" in ruling else None,
        }


def _result(result: Result, code: str) -> Row:
    return {
        "tally": result.tally,
        "code": code,
        "theory": _number(result.theory),
        "practice": _number(result.practice),
        "total": _number(result.total),
        "modules": result.modules,
        "aspects": result.why.get("aspects", {}),
        "points": result.scale_points,
        "place": result.place,
        "decided_by": result.decided_by,
        "award": result.award,
        "prize": _number(result.prize),
    }


def _publications(session: Session, skill: Skill) -> Iterator[Row]:
    """What was put before the public, by the digest of its rows, because the rows hold names; `counted`: how many it counted."""
    sizes = sa.select(Result.tally, sa.func.count().label("size")).where(Result.skill_id == skill.id).group_by(Result.tally)
    counted = {row.tally: row.size for row in session.execute(sizes)}
    query = sa.select(ResultPublication).where(ResultPublication.skill_id == skill.id).order_by(ResultPublication.number)
    for published in session.scalars(query):
        digest = hashlib.sha256(_lines([{"columns": published.columns, "rows": published.rows}])).hexdigest()
        times = {"counted_at": _moment(published.counted_at), "at": _moment(published.at)}
        named = {"number": published.number, "tally": published.tally, **times}
        yield named | {"counted": counted.get(published.tally, 0), "rows_sha256": digest}


def _appeals(skill: Skill, known: _Known) -> Iterator[Row]:
    """What was appealed and what became of it; what was said stays out, because it may name people."""
    for appeal in skill.appeals:
        if appeal.serial is not None:
            yield {
                "number": appeal.number,
                "code": known.codes.get(appeal.entry_id),
                "ground": appeal.ground,
                "lodged_at": _moment(appeal.lodged_at),
                "in_time": not appeal.is_late,
                "signed_sha256": appeal.signed_digest,
                "votes": [vote.upholds for vote in appeal.votes],
                "state": appeal.state.name,
            }


def _revisions(skill: Skill, known: _Known) -> Iterator[Row]:
    """Which version followed which, for which appeal, and which sheets were marked anew."""
    for revision in skill.revisions:
        yield {
            "number": revision.number,
            "appeal": revision.appeal.number if revision.appeal else None,
            "base": revision.base,
            "tally": revision.tally,
            "state": revision.state.name,
            "sheets": [
                {"code": known.codes.get(order.sheet.entry_id), "sub": order.sheet.sub_criterion.code, "at": _moment(order.at)}
                for order in revision.orders
            ],
        }


def _scale(counted: list[Result]) -> list[Row]:
    scaled = worldskills_scale([result.total for result in counted])
    return [
        {
            "n": len(counted),
            "median": _plain(scaled.median),
            "mad": _plain(scaled.mad),
            "formula": scaled.formula.en if scaled.formula else None,
        }
    ]


# --- honours and the tables over all skills -------------------------------------------------------------------------


def _honour_rules(session: Session, skill: Skill) -> Iterator[Row]:
    """The rules that were applied, from the texts they were applied by."""
    texts = sa.select(HonourText).where(HonourText.digest.in_(sa.select(Honour.digest).where(Honour.skill_id == skill.id)))
    packs = [pack_file.read(text.text.encode(), text.pack) for text in session.scalars(texts.order_by(HonourText.pack))]
    own = own_pack(skill.promotion, skill.competition.document_no)
    for pack in [*([own] if own else []), *packs]:
        yield from _rules_of(pack)


def _rules_of(pack: Pack) -> Iterator[Row]:
    floors = [{"level": floor.level.digit, "age": floor.age} for floor in pack.floors]
    for rule in pack.rules:
        promotion = rule.promotion
        yield {
            "pack": pack.id,
            "digest": pack.digest,
            "rule": rule.id,
            "kind": rule.kind.value,
            "document": rule.source.document,
            "clause": rule.source.clause,
            "when": [condition.as_data() for condition in (*rule.scope, *rule.when)],
            "names": rule.names.zh if rule.names else None,
            "promotes_to": promotion.to.digit if promotion and promotion.to else None,
            "above_document": promotion.steps_above_document if promotion else None,
            "next_if_held": promotion.next_if_held if promotion else False,
            "at_most": promotion.at_most.digit if promotion else None,
            "once_per": [attribute.name for attribute in rule.once_per],
            "floors": floors if promotion else [],
        }


def _honours(session: Session, skill: Skill, known: _Known) -> Iterator[Row]:
    """What each rule said of each competitor in the version that counts; the person is the place in the team, no number of a register."""
    query = sa.select(Honour).where(Honour.skill_id == skill.id, Honour.tally == skill.tally_number).order_by(Honour.id)
    members: dict[int, list[int]] = {}
    for row in session.scalars(query):
        if row.entry_id not in known.codes:
            continue
        team = members.setdefault(row.entry_id, [])
        if row.person_id not in team:
            team.append(row.person_id)
        yield {
            "code": known.codes[row.entry_id],
            "member": team.index(row.person_id) + 1,
            "pack": row.pack,
            "digest": row.digest,
            "rule": row.rule,
            "granted": row.granted,
            "level": row.level,
            "facts": {name: value for name, value in row.facts.items() if name != "person"},
        }


def _overall(session: Session, skill: Skill) -> Iterator[Row]:
    """Every counted result of every decoded skill, delegations and regions by number; the tables over all skills follow from these."""
    skills = [each for each in skill.competition.live_skills if each.tally_number and not each.is_sealed]
    delegations: dict[str, str] = {}
    regions: dict[str, str] = {}
    for each in sorted(skills, key=lambda one: one.code):
        query = (
            sa.select(Entry.code, Organisation.name, Division.name, Result.total, Result.award)
            .join(Result, Result.entry_id == Entry.id)
            .outerjoin(Organisation, Organisation.id == Entry.organisation_id)
            .outerjoin(Division, Division.code == Organisation.division_code)
            .where(Result.skill_id == each.id, Result.tally == each.tally_number)
            .order_by(Result.order)
        )
        rows = session.execute(query).all()
        points = worldskills_scale([total for _, _, _, total, _ in rows])
        for (code, organisation, region, total, award), own in zip(rows, points, strict=True):
            yield {
                "skill": each.code,
                "code": code,
                "delegation": delegations.setdefault(organisation, f"D{len(delegations) + 1}") if organisation else "",
                "region": regions.setdefault(region, f"R{len(regions) + 1}") if region else "",
                "total": str(total),
                "points": own,
                "award": award,
            }


def _overall_tables(scored: list[Row], rules: OverallRules) -> Iterator[Row]:
    """What the tables over all skills say, each line by itself."""
    by_region = rules.delegation == overall.BY_REGION
    entries = [
        Scored(n, row["skill"], row["region"] if by_region else row["delegation"], row["region"], row["points"], row["award"])
        for n, row in enumerate(scored)
    ]

    def named(each: Scored) -> Row:
        return {"skill": each.skill, "code": scored[each.id]["code"], "points": each.points}

    yield from ({"table": "best", **named(each)} for each in overall.best(entries, rules.left_out))
    for table, of in (("best_of_delegation", _delegation), ("best_of_region", _region)):
        for name, who in overall.best_of_each(entries, of, rules.left_out):
            yield from ({"table": table, "of": name, **named(each)} for each in who)
    for table, lines in (("team", overall.team_table(entries, rules.team)), ("medals", overall.medal_table(entries, rules.medals))):
        for line in lines:
            counted = {"place": line.place, "counts": list(line.counts), "points": plain(line.points)}
            yield {"table": table, "delegation": line.delegation, **counted}


def _delegation(scored: Scored) -> str:
    return scored.delegation


def _region(scored: Scored) -> str:
    return scored.region


def _number(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
