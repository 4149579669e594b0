"""The demonstration: an installation of its own, filled once, served, and on request played through from start to end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.accounts.models import Account
from app.accounts.passwords import hashed
from app.config import ROOT
from app.core import clock
from app.core.db import db, transaction
from app.core.migrating import migrator
from app.demo import cast, season
from app.demo.play import play_season, wait_until_up
from app.serving import environment_of, serve

LOOK_AT = (
    ("/", "首页：各角色的待办 · what waits for each role"),
    ("/competitions", "竞赛：报名、评分、公示各阶段 · competitions in every stage"),
    ("/check", "证书查验 · check a certificate"),
)


def run(*, instance: Path, database_url: str | None, host: str, port: int, play: bool, reset: bool) -> int:
    """Load, then serve until stopped, or play the season and say how it went (1 where something did not agree)."""
    started = time.monotonic()
    if play:
        instance = _fresh(instance.with_name("demo-play"))
    elif reset:
        _fresh(instance)
    overrides = {"DATABASE_URL": database_url} if database_url else {}
    app = create_app(instance, CLOCK_CAN_MOVE=True, PUBLIC_URL=f"http://{host}:{port}", **overrides)
    with app.app_context():
        migrator(app).upgrade()
        is_new = db.session.scalar(sa.select(sa.func.count(Account.id))) == 0
        db.session.rollback()
        if is_new:
            load(season_too=not play)
    if play:
        return _play(app, host, port)
    _greet(f"http://{host}:{port}", time.monotonic() - started)
    serve(app, host, port)
    return 0


def load(*, season_too: bool) -> None:
    """The county and its people; with *season_too* also what has happened there so far."""
    clock.move_to(season.BEGINS)
    password_hash = hashed(cast.PASSWORD)
    with transaction() as session:
        people = cast.gather(session, clock.now(), password_hash)
        if not season_too:
            cast.give_account(session, people, "worker", people.workers[0], clock.now())
    if season_too:
        season.unfold(people)


def _fresh(instance: Path) -> Path:
    shutil.rmtree(instance, ignore_errors=True)
    return instance


def _greet(address: str, seconds: float) -> None:
    print(f"\n匠榜 Jiangbang  {address}   ({seconds:.1f} s)\n")
    print(f"密码 password: {cast.PASSWORD}\n")
    for login, name, role, _ in cast.STAFF:
        print(f"  {login:<12} {name}  {role.title.zh + ' · ' + role.title.en if role else '竞赛岗位 · appointed to a competition'}")
    print("  worker       职工，有一笔奖励待确认 · a worker with a reward to confirm")
    print("  worker2      职工，已领奖励、另有一笔在申领 · a worker who was paid, and claims for another award\n")
    for path, words in LOOK_AT:
        print(f"  {address}{path:<16} {words}")
    print("\nCtrl+C 停止 · stop", flush=True)


def _play(app: Flask, host: str, port: int) -> int:
    """Serve from another process and play the season against it; the server is stopped whatever happens."""
    address = f"http://{host}:{port}"
    command = [sys.executable, "-m", "app.cli", "serve", "--host", host, "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ | environment_of(app), cwd=ROOT)
    try:
        wait_until_up(address, server)
        return play_season(address)
    finally:
        server.terminate()
        server.wait(timeout=20)
