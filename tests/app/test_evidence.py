"""The bundle of evidence: the same bytes for the same results, no name, computed again without the program, and no value bent unseen."""

from __future__ import annotations

import io
import json
import random
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest

from app.competitions.appeals import revising
from app.competitions.honours import commands as honours
from app.competitions.marking import commands as marking
from app.competitions.recheck import commands as rechecking
from app.competitions.results import commands, evidence
from app.core import engine, jobs
from app.core.db import db, transaction
from tests.support.appeals import LATER, Disputed
from tests.support.competitions import account
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from tools import recompute
from workflows.competition import prizes
from workflows.competition.prizes import Prize, PrizeScheme
from workflows.competition.recheck_flow import RecheckFlow
from workflows.competition.revision_flow import RevisionFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

pytestmark = pytest.mark.either_database

MEDALS = PrizeScheme("scale", tuple(Prize(award, money=Decimal(100)) for award in ("gold", "silver", "bronze", "medallion")))
SHARES = tuple(Prize(award, share=Decimal(share)) for award, share in (("first", 10), ("second", 20), ("third", 30)))
SCHEMES = {
    "fixed": {"prizes": prizes.fixed(1, 2, 2, money=(5000, 3000, 1000)).as_data(), "tie_break": ["module:B", "module:A"]},
    "quota": {"prizes": PrizeScheme("quota", SHARES, ties="fall", base="checked_in", merit=Prize("merit")).as_data()},
    "near-2": {"prizes": MEDALS.as_data(), "method": "worldskills", "medal_rule": "near-2"},
    "exact": {"prizes": MEDALS.as_data(), "method": "worldskills", "medal_rule": "exact"},
    "passes": {
        "prizes": prizes.fixed(1, 2, 2, money=(5000, 3000, 1000)).as_data(),
        "theory_weight": Decimal(30),
        "practice_weight": Decimal(70),
        "theory_pass": Decimal(60),
        "practice_pass": Decimal(60),
    },
}
AT_RANDOM = ((1, 2, 2), (2, 2, 3), (3, 3, 3))


def contents_of(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(path, contents: dict[str, bytes], *, hashes_follow: bool = False):
    """The files as a zip on disk; with *hashes_follow* by somebody who made the manifest fit."""
    if hashes_follow:
        files = {name: content for name, content in contents.items() if name != evidence.MANIFEST}
        manifest = json.loads(contents[evidence.MANIFEST])
        manifest["files"] = {
            name: {"sha256": evidence.hashlib.sha256(content).hexdigest(), "lines": content.count(b"\n")} for name, content in files.items()
        }
        manifest["sha256"] = evidence.whole_digest(manifest["files"])
        contents = {**contents, evidence.MANIFEST: json.dumps(manifest).encode()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return str(path)


def checked(tmp_path, contents, capsys, **how) -> tuple[int, str]:
    status = recompute.main([written(tmp_path / "evidence.zip", contents, **how)])
    return status, capsys.readouterr().out


@pytest.mark.parametrize("kind", SCHEMES)
def test_an_independent_recomputation_agrees(session, kind, tmp_path, capsys):
    rng = random.Random(kind)
    shop = Workshop(session, 12, **SCHEMES[kind]).start()
    marks = {f"s{n:02d}": (rng.choice((0, 40)), Decimal(rng.randrange(0, 3001, 50)) / 100, rng.choice(AT_RANDOM)) for n in range(1, 13)}
    marks["s05"] = marks["s04"]
    shop.finish(**marks)
    if kind == "passes":
        papers = {entry.id: Decimal(rng.randrange(100, 200)) / 2 for entry in shop.entries}
        marking.enter_theory(session, shop.skill, shop.scorer, papers, "", NOW)
    shop.tally()
    status, said = checked(tmp_path, contents_of(evidence.bundle(session, shop.skill)), capsys)
    assert status == 0, said
    assert "12 competitors" in said
    assert " 0 differences" in said


@pytest.fixture
def shop(session):
    """A final result of four: a mark given twice, a ruling taken back, honours by a document, a table over all skills."""
    made = Workshop(session, 4, unshared_places=[[1, 2]]).start()
    honours.choose(session, made.competition, made.organiser, ["zhejiang/2016"], NOW)
    made.finish(s01=(40, 25, (3, 3, 3)), s02=(40, 25, (3, 3, 3)), s03=(0, 20, (2, 2, 2)), s04=(0, 0, (1, 1, 1)))
    made.tally()
    first, second = made.entries[0].id, made.entries[1].id
    commands.rule_tie(session, made.skill, made.chief, [second, first], "安全操作更规范", NOW)
    recheck = rechecking.commit(session, made.skill, made.arbiter, NOW)
    engine.fire(session, recheck, RecheckFlow.draw, made.arbiter, NOW)
    for item in recheck.items:
        rechecking.find(session, item, made.arbiter, NOW, aspect_id=None, mark=None, reason="")
    engine.fire(session, recheck, RecheckFlow.finish, made.arbiter, NOW)
    made.decode()
    commands.draw_up_list(session, made.skill, made.organiser, NOW, full_names=False)
    engine.fire(session, made.skill, SkillFlow.publish, made.organiser, NOW)
    engine.settle(session, made.skill, NOW + timedelta(days=30))
    assert made.skill.is_in(SkillFlow.final)
    return made


@pytest.fixture
def contents(session, shop):
    return contents_of(evidence.bundle(session, shop.skill))


def test_the_same_results_give_the_same_bytes_and_no_name_is_in_them(session, shop, contents):
    assert evidence.bundle(session, shop.skill) == evidence.bundle(session, shop.skill)
    everything = b"".join(contents.values()).decode()
    people = [member.person for entry in shop.entries for member in entry.members]
    officials = (shop.chief_account, shop.scorer_account, shop.arbiter_account, *shop.judge_accounts)
    for name in [*(person.name for person in people), *(official.name for official in officials), shop.organisation.name]:
        assert name not in everything, name
    assert len(contents) == evidence.TABLES + 1


def test_a_final_result_with_rulings_honours_and_tables_is_computed_again(contents, tmp_path, capsys):
    status, said = checked(tmp_path, contents, capsys)
    assert status == 0, said
    assert "4 competitors, 20 marks, 8 honours decided, 0 differences" in said


def changed(line: bytes) -> bytes | None:
    """The row with one of its values bent, in JSON that still reads."""
    row = json.loads(line)
    for name, value in row.items():
        if isinstance(value, str) and value:
            row[name] = value[:-1] + ("7" if value[-1] != "7" else "8")
        elif isinstance(value, bool) or value is None:
            continue
        elif isinstance(value, int):
            row[name] = value + 1
        else:
            continue
        return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
    return None


def test_one_value_changed_in_any_file_is_seen_and_the_file_is_named(contents, tmp_path, capsys):
    filled = [name for name, content in contents.items() if name.endswith(".jsonl") and content]
    assert len(filled) >= 14
    for name in filled:
        first, _, rest = contents[name].partition(b"\n")
        bent = changed(first)
        assert bent is not None, name
        status, said = checked(tmp_path, contents | {name: bent + b"\n" + rest}, capsys)
        assert (status, f"{name}: SHA-256 is" in said) == (1, True), name


AGREED = '"aspect":"A1.2","seat":0,"round":1,"number":1,"value":'
BENT = (
    ("marks", f'{AGREED}"20"', f'{AGREED}"30"', "03 aspects A1.2: computed 30.00, published 20.00"),
    ("marks", f'{AGREED}"20"', f'{AGREED}"30"', "sheet 03 A1: no signature is under what it says"),
    ("marks", f'{AGREED}"20"', f'{AGREED}"30"', "unit A1 day 1: accepted as something else than its sheets say"),
    ("acceptance", '"previous":"', '"previous":"0', "unit B1 day 1: signature 3 does not follow on 2"),
    ("rechecks", '"seed":"', '"seed":"0', "recheck 1: the seed is not the one committed to"),
    ("recheck_items", '"why":"top"', '"why":"sample"', "drawn as top, listed as sample"),
    ("results", '"total":"95.00"', '"total":"96.00"', "total: computed 95.00, published 96.00"),
    ("results", '"award":"third"', '"award":"first"', "award: computed third, published first"),
    ("results", '"place":3', '"place":2', "03 place: computed 3, published 2"),
    ("rules", '"theory_weight":"0.00"', '"theory_weight":"50.00"', "04 total: computed"),
    ("rulings", '"codes":["02","01"]', '"codes":["01","02"]', "01 place: computed 1, published 2"),
    ("aspects", '"max_mark":"30.00"', '"max_mark":"31.00"', "aspects"),
    ("scale", '"n":4', '"n":5', "scale n: computed 4, published 5"),
    ("honours", '"granted":true', '"granted":false', "honour zhejiang/2016:municipal-1-promotion: computed given, decided not given"),
    ("honour_rules", '"low":null,"high":3', '"low":null,"high":4', "04 honour zhejiang/2016:municipal-1-promotion: computed given"),
    ("overall", '"total":"95.00"', '"total":"94.00"', "overall"),
    ("overall_tables", '"counts":[1,1,1,0]', '"counts":[2,1,1,0]', "overall_tables line"),
    ("codes", '{"code":"04"}\n', "", "04: no such competitor"),
)


def test_who_makes_the_hashes_fit_is_found_by_computing(contents, tmp_path, capsys):
    for table, of, to, named in BENT:
        name = f"{table}.jsonl"
        before, found, after = contents[name].decode().rpartition(of)
        assert found, (name, after[:600])
        status, said = checked(tmp_path, contents | {name: (before + to + after).encode()}, capsys, hashes_follow=True)
        assert (status, named in said, "SHA-256 is" in said) == (1, True, False), (name, said)


def test_files_missing_added_or_unreadable_are_named(contents, tmp_path, capsys):
    without = {name: content for name, content in contents.items() if name != "rounds.jsonl"}
    status, said = checked(tmp_path, without, capsys)
    assert (status, "rounds.jsonl: missing" in said) == (1, True)
    status, said = checked(tmp_path, contents | {"more.jsonl": b"{}\n"}, capsys)
    assert (status, "more.jsonl: not in the manifest" in said) == (1, True)
    status, said = checked(tmp_path, contents | {"marks.jsonl": b"{"}, capsys)
    assert (status, "cannot be computed" in said, "marks.jsonl: SHA-256" in said) == (1, True, True)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_cannot_be_read(tmp_path, content):
    path = tmp_path / "evidence.zip"
    path.write_bytes(content)
    assert recompute.main([str(path)]) == 2
    assert recompute.main([]) == 2


def test_a_judge_who_no_longer_scores_a_sheet_counts_neither_in_the_tally_nor_in_the_recomputation(session, tmp_path, capsys):
    shop = Workshop(session, 2).start()
    shop.mark_all("02", 40, 25, (2, 2, 3))
    shop.sheet("02", "B1").seating = {"seats": [1, 2], "departures": []}
    session.flush()
    for sub, judge in (("A1", 1), ("B1", 1), ("B1", 2)):
        shop.sign("02", sub, judge)
    shop.finish(s01=(40, 25, (3, 3, 3)))
    shop.tally()
    result = next(result for result in shop.skill.results if result.entry_id == shop.entries[1].id)
    assert result.why["aspects"]["B1.1"] == "20.00"  # two judges gave 2; the third, who gave 3, no longer scores the sheet
    status, said = checked(tmp_path, contents_of(evidence.bundle(session, shop.skill)), capsys)
    assert status == 0, said


# --- who may have it ------------------------------------------------------------------------------------------------


@pytest.fixture
def story(session, client):
    with transaction() as writing:
        shop = Workshop(writing, 3).start()
        shop.finish(s01=(40, 25, (3, 3, 3)), s02=(40, 25, (2, 2, 3)), s03=(0, 20, (2, 2, 2)))
        shop.tally()
        shop.auditor_account = account(writing, (Role.AUDITOR, 0))
    return shop


def test_arbiter_chief_and_auditor_fetch_it_and_nobody_else(client, story):
    url = f"/skills/{story.skill.id}/evidence.zip"
    for who in (story.arbiter_account, story.chief_account, story.auditor_account):
        sign_in(client, who)
        answer = client.get(url)
        assert (answer.status_code, answer.data[:2]) == (200, b"PK")
        assert "recompute.py" in client.get(f"/skills/{story.skill.id}/evidence").text
    for who in (story.scorer_account, story.judge_accounts[0], story.organiser_account):
        sign_in(client, who)
        assert client.get(url).status_code == 403


def test_a_large_one_is_made_by_a_worker_that_shows_how_far_it_is(client, story, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(evidence, "LARGE", 3)
    sign_in(client, story.arbiter_account)
    base = f"/skills/{story.skill.id}/evidence"
    assert client.get(f"{base}.zip").location.endswith("/evidence")
    assert "由后台生成" in client.get(base).text
    made = client.post(base).location
    assert f"0 / {evidence.TABLES}" in client.get(made).text
    assert jobs.run(int(made.rpartition("/")[2]))
    db.session.rollback()
    assert "SHA-256" in client.get(made).text
    content = client.get(f"{made}/zip").data
    assert content == evidence.bundle(db.session, story.skill)
    assert checked(tmp_path, contents_of(content), capsys)[0] == 0
    assert client.get(f"{base}/99999").status_code == 404


# --- revisions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def disputed(session):
    """Final results, and a revision of the second competitor's judgement that is being corrected."""
    shop = Disputed(session)
    shop.publish()
    shop.finalise()
    shop.skill.appeal_rules = {"window": 60 * 24 * 60}
    (revision,) = shop.upheld(2, LATER).revisions
    revising.order_remark(session, revision, [shop.sheet("02", "B1")], [], shop.arbiter, LATER, "重看录像")
    session.flush()
    return shop


def test_evidence_fetched_while_a_revision_is_open_agrees_with_what_is_published(session, disputed, tmp_path, capsys):
    status, said = checked(tmp_path, contents_of(evidence.bundle(session, disputed.skill)), capsys)
    assert (status, "0 differences" in said) == (0, True), said
    disputed.mark_anew("02", "B1", LATER, score=3)
    (revision,) = disputed.skill.revisions
    disputed.take(revision, RevisionFlow.compute, disputed.scorer, LATER)
    session.expire_all()
    status, said = checked(tmp_path, contents_of(evidence.bundle(session, disputed.skill)), capsys)
    assert (status, "version 2: counted, never published, not computed" in said) == (0, True), said


def test_a_version_is_computed_from_what_was_on_record_when_it_was_counted(session, disputed, tmp_path, capsys):
    """Between its counting and its publication the sheets of another appeal may be marked anew."""
    disputed.mark_anew("02", "B1", LATER, score=3)
    (first,) = disputed.skill.revisions
    disputed.take(first, RevisionFlow.compute, disputed.scorer, LATER)
    soon = LATER + timedelta(minutes=5)
    (second,) = disputed.upheld(3, soon).revisions
    revising.order_remark(session, second, [disputed.sheet("03", "B1")], [], disputed.arbiter, soon, "重看录像")
    disputed.mark_anew("03", "B1", soon, score=3)
    disputed.take(first, RevisionFlow.publish, disputed.organiser, soon)
    session.expire_all()
    status, said = checked(tmp_path, contents_of(evidence.bundle(session, disputed.skill)), capsys)
    assert (status, " 0 differences" in said) == (0, True), said


def test_the_version_before_a_revision_is_computed_again_from_what_was_on_record_then(session, disputed, tmp_path, capsys):
    disputed.mark_anew("02", "B1", LATER, score=3)
    (revision,) = disputed.skill.revisions
    disputed.take(revision, RevisionFlow.compute, disputed.scorer, LATER)
    disputed.take(revision, RevisionFlow.publish, disputed.organiser, LATER)
    session.expire_all()
    contents = contents_of(evidence.bundle(session, disputed.skill))
    status, said = checked(tmp_path, contents, capsys)
    assert (status, "version 1, published" in said, "computed again, 0 differences" in said) == (0, True, True), said
    contents["results.jsonl"] = contents["results.jsonl"].replace(b'"total":"88.33"', b'"total":"88.34"')
    status, said = checked(tmp_path, contents, capsys, hashes_follow=True)
    assert (status, "version 1: 02 total: computed 88.33, published 88.34" in said) == (1, True), said
