"""Set-up does its work once, again when something changed, and says what is wrong when it cannot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import environment
from tools.environment import SetUpFailed


@pytest.fixture
def installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An environment of its own, where installing is only written down."""
    done: list[str] = []
    for group in environment.GROUPS:
        (tmp_path / f"{group}.txt").write_text(f"{group}==1\n")
    monkeypatch.setattr(environment, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(environment, "INSTALLED", tmp_path / "installed")
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(environment, "pip_install", lambda _python, lock: done.append(lock.stem))
    return done


def test_a_second_start_installs_nothing(installs: list[str]) -> None:
    environment.install("run")
    environment.install("run")
    assert installs == ["run"]


def test_a_larger_group_covers_the_smaller_ones(installs: list[str]) -> None:
    environment.install("dev")
    environment.install("run")
    assert installs == ["dev"]


def test_changed_requirements_are_installed_again(installs: list[str], tmp_path: Path) -> None:
    environment.install("run")
    (tmp_path / "run.txt").write_text("run==2\n")
    environment.install("run")
    assert installs == ["run", "run"]


def test_an_installation_that_failed_is_tried_again(installs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise SetUpFailed("no network")

    with monkeypatch.context() as broken:
        broken.setattr(environment, "pip_install", fail)
        with pytest.raises(SetUpFailed):
            environment.install("run")
    environment.install("run")
    assert installs == ["run"]


def test_a_failed_command_is_quoted_with_what_to_do() -> None:
    with pytest.raises(SetUpFailed, match=r"(?s)could not.*no route.*set a mirror"):
        environment.attempt([sys.executable, "-c", "import sys; sys.exit('no route')"], failing="could not", advice="set a mirror")


def test_a_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(environment, "INSTALLED", tmp_path / "installed")
    with pytest.raises(SetUpFailed, match="python3-venv"):
        environment.install("run")
