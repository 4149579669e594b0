"""Style sheets, scripts and fonts: kept by the browser for good, under an address that changes when they do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from app.web.static_files import ONE_YEAR, release_of


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def address(app: Flask) -> str:
    with app.test_request_context():
        return url_for("static", filename="css/jiangbang.css")


def test_a_file_is_asked_for_once(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        assert answer.status_code == 200
        assert answer.cache_control.max_age == ONE_YEAR
        assert answer.cache_control.immutable
        assert answer.cache_control.public


def test_what_all_may_keep_brings_nobody_a_session(client: FlaskClient, address: str) -> None:
    with client.session_transaction() as session:
        session.permanent = True
    with client.get(address) as answer:
        assert "Set-Cookie" not in answer.headers
        assert "Vary" not in answer.headers


def test_a_page_of_an_earlier_release_finds_its_files_and_does_not_keep_them(client: FlaskClient, app: Flask, address: str) -> None:
    with client.get(address.replace(app.release, "0123456789ab")) as answer:  # type: ignore[attr-defined]
        assert answer.status_code == 200
        assert answer.cache_control.no_cache
        assert answer.cache_control.max_age is None


def test_a_changed_a_new_and_a_lost_file_are_another_release(tmp_path: Path) -> None:
    style = tmp_path / "css" / "one.css"
    style.parent.mkdir()
    style.write_text("a {}")
    releases = [release_of(tmp_path)]
    style.write_text("b {}")
    os.utime(style, ns=(1, 1))
    releases.append(release_of(tmp_path))
    (tmp_path / "two.css").write_text("")
    releases.append(release_of(tmp_path))
    style.unlink()
    releases.append(release_of(tmp_path))
    assert len(set(releases)) == 4


def test_what_stays_as_it_was_is_the_same_release(tmp_path: Path) -> None:
    (tmp_path / "one.css").write_text("a {}")
    assert release_of(tmp_path) == release_of(tmp_path)
