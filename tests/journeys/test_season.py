"""The demonstration's season, played through HTTP against a real server, and every total it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app.demo import demonstration
from app.demo.play import checking, play_season
from app.demo.play.stage import Outcome
from app.demo.play.summing_up import conclude
from tests.support.people import CHEAP


@pytest.fixture
def town(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The people of the demonstration and nothing that happened yet; passwords are hashed cheaply, because dozens are."""
    monkeypatch.setattr("app.accounts.passwords._hasher", CHEAP)
    with app.app_context():
        demonstration.load(season_too=False)
    return app


@pytest.fixture
def played(town: Flask, address: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = play_season(address)
    return status, capsys.readouterr().out


def figures(told: str, label: str) -> list[str]:
    """The figures that stand behind *label* in the table at the end."""
    line = next(line for line in told.splitlines() if line.strip().startswith(label))
    return re.findall(r"[\d,.]*\d", line)


def test_a_season_is_played_to_the_last_yuan_and_everything_agrees(played: tuple[int, str]) -> None:
    status, told = played
    assert status == 0, told
    assert figures(told, "报名 entered") == ["13"]
    assert figures(told, "排名 ranked") == ["12"]
    assert figures(told, "获奖 awarded") == ["6", "17,000.00"]
    assert figures(told, "获奖证书 award certificates") == ["6"]
    assert figures(told, "等级证书 certificates of level") == ["6"]
    assert figures(told, "申领 claims") == ["12"]
    assert figures(told, "发放 paid") == ["12", "27,000.00"]
    assert figures(told, "其中 of which certificate-subsidy") == ["6", "10,000.00"]
    assert figures(told, "其中 of which prize-match") == ["6", "17,000.00"]
    assert "第 6 行「身份证号」" in told  # the broken row of the delegation, with its column
    assert "只记一次" in told  # the request that was sent twice
    assert re.search(r"recompute\.zip: 12 competitors, \d+ marks, \d+ honours decided, 0 differences", told)
    assert "recompute_rewards.json: 12 claims, 27000.00 yuan paid, 0 differences" in told
    assert "全部核验无误" in told


def test_a_recomputation_that_disagrees_is_told_and_the_season_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/recompute.py").write_text("import sys\nprint('A07 total: computed 88.10, published 88.20')\nsys.exit(1)\n")
    monkeypatch.setattr(checking, "ROOT", tmp_path)
    outcome = Outcome()
    assert checking.recomputed(outcome, "recompute.py", tmp_path / "evidence.json") == ["A07 total: computed 88.10, published 88.20"]
    assert conclude(outcome) == 1
    assert "✗ tools/recompute.py: 1 ≠ 0" in capsys.readouterr().out


def test_a_season_in_which_everything_agrees_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert conclude(Outcome(entered=13)) == 0
    assert "✓" in capsys.readouterr().out
