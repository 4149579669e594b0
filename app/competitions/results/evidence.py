"""Everything a result rests on, as plain data without a name in it: for whoever wants to compute it again without this program."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.competitions.models import MarkingScheme, Result, Skill
from app.competitions.results import queries
from workflows.competition import bands
from workflows.competition.methods import data_of

FORMAT = "jiangbang/skill-evidence/1"


def evidence_of(session: Session, skill: Skill, now: datetime) -> dict[str, Any]:
    """Scheme, seat codes, marks, theory marks, rules and results of the last tally.  Numbers are text, so that none is bent."""
    rules = queries.rules_of(session, skill)
    competitors = queries.competitors(session, skill)
    codes = {each.id: each.code for each in competitors}
    return {
        "format": FORMAT,
        "made_at": now.isoformat(timespec="seconds"),
        "competition": skill.competition.name,
        "skill": skill.name,
        "tally": skill.tally_number,
        "codes": [
            {"layer": layer.layer, "commitment": layer.commitment, "size": layer.size, "digest": layer.digest} for layer in skill.layers
        ],
        "rules": {
            "theory_weight": str(rules.theory_weight),
            "practice_weight": str(rules.practice_weight),
            "method": rules.method,
            "medal_rule": rules.medal_rule,
            "tie_break": list(rules.tie_break),
            "unshared_places": bands.as_data(rules.unshared_places),
            "prizes": rules.prizes.as_data(),
            "rulings": [[codes[id_] for id_ in ruling if id_ in codes] for ruling in rules.rulings],
            "entered": rules.entered,
            "checked_in": rules.checked_in,
        },
        "scheme": _scheme(skill.scheme) if skill.scheme else None,
        "competitors": [
            {
                "code": each.code,
                "theory": _number(each.theory),
                "corrections": [
                    {"kind": one.kind, "aspect": one.aspect, "value": _number(one.value), "reason": one.reason} for one in each.corrections
                ],
                "marks": {
                    code: {str(seat): _number(value) for seat, value in sorted(values.items())}
                    for code, values in sorted(each.values.items())
                },
            }
            for each in competitors
        ],
        "results": [_result(line.result, line.code) for line in queries.lines(session, skill)],
    }


def _scheme(scheme: MarkingScheme) -> dict[str, Any]:
    return {
        "name": scheme.name,
        "version": scheme.number,
        "criteria": [
            {
                "letter": criterion.letter,
                "weight": _number(criterion.weight),
                "aspects": [
                    {"code": f"{sub.code}.{aspect.position}", "method": data_of(aspect.method), "max_mark": str(aspect.max_mark)}
                    for sub in criterion.sub_criteria
                    for aspect in sub.aspects
                ],
            }
            for criterion in scheme.criteria
        ],
    }


def _result(result: Result, code: str) -> dict[str, Any]:
    return {
        "code": code,
        "theory": _number(result.theory),
        "practice": _number(result.practice),
        "total": _number(result.total),
        "modules": result.modules,
        "aspects": result.why.get("aspects", {}),
        "points": result.scale_points,
        "place": result.place,
        "award": result.award,
        "prize": _number(result.prize),
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
