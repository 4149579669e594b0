"""The office: web and storage around the rulebook.  Read `create_app` to see the whole system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_login import LoginManager

from app.accounts.session import load_account
from app.accounts.slice import ACCOUNTS
from app.achievements.slice import ACHIEVEMENTS
from app.certificates.slice import CERTIFICATES
from app.competitions.slice import COMPETITIONS
from app.config import ROOT, default_instance, settings
from app.core import clock, secrets, slices
from app.core.db import db, prepare
from app.core.worker import wake_workers
from app.demo import pages as demonstration
from app.notices.slice import NOTICES
from app.recognition.slice import RECOGNITION
from app.registry.slice import REGISTRY
from app.rewards.slice import REWARDS
from app.seals.slice import SEALS
from app.web import actions, door, errors, frame, headers, home, operations, procedures, repeat, storable, words
from app.web.addresses import RuleWrittenLater
from app.web.compiled import CompiledTemplates
from app.web.limits import limiter
from app.web.sessions import Sessions
from app.web.shared import SharedAnswers
from app.web.static_files import WithStaticFiles
from app.web.tokens import Tokens

# A slice that is not in this list does not exist.
SLICES = (COMPETITIONS, RECOGNITION, REWARDS, NOTICES, CERTIFICATES, SEALS, ACHIEVEMENTS, REGISTRY, ACCOUNTS)

babel = Babel()
csrf = Tokens()
login_manager = LoginManager()


class Office(WithStaticFiles):
    def ensure_sync(self, func: Any) -> Any:
        """No view here is asynchronous, and a dozen functions would be looked at for it with every request."""
        return func


def create_app(instance: Path | None = None, **overrides: Any) -> Flask:
    """An office over the database that the settings name; its own files (keys, uploads) live in *instance*."""
    app = Office(__name__, root_path=str(ROOT / "app"), template_folder="../templates", static_folder=ROOT / "static")
    app.config.update(settings(instance or default_instance(), overrides))
    app.url_rule_class = RuleWrittenLater
    app.jinja_options = {"bytecode_cache": CompiledTemplates(ROOT / "templates" / "__pycache__")}

    take_up(app)

    app.session_interface = Sessions()
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    csrf.init_app(app)
    limiter.init_app(app)
    login_manager.init_app(app)
    login_manager.user_loader(load_account)
    words.init_app(app, babel)
    storable.init_app(app)

    slices.install(SLICES)
    wake_workers(app)
    for pages in (home.pages, actions.pages, operations.pages, procedures.pages, *(pages for s in SLICES for pages in s.blueprints)):
        app.register_blueprint(pages)
    if app.config["CLOCK_CAN_MOVE"]:  # a rehearsal or the demonstration: never with real cases
        app.register_blueprint(demonstration.pages)

    headers.init_app(app)
    errors.init_app(app)
    frame.init_app(app)
    repeat.init_app(app)
    door.guard(app)
    with app.app_context():
        app.wsgi_app = SharedAnswers(  # type: ignore[method-assign]  # as middleware is put in
            app.wsgi_app,
            db.engine,
            door.shared_routes(app),
            cookie=app.config["SESSION_COOKIE_NAME"],
            asked_again=app.config["SHARED_ASKED_AGAIN"],
        )
    return app


def take_up(app: Flask) -> None:
    """Work with the keys and the clock of *app*'s instance from here on: a process has one of each."""
    secrets.use(secrets.load(app.config["INSTANCE"]))
    clock.use(clock.Clock(app.config["INSTANCE"] / "clock_shift" if app.config["CLOCK_CAN_MOVE"] else None))
