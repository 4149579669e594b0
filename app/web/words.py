"""How values read on a page: texts in the reader's language, money, marks, days and moments."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import Babel, get_locale

from app.core import clock
from app.web.viewer import language
from workflows.text import Text


def say(text: Text) -> str:
    """*text* in the language of this page."""
    return text.within(language())


def _finalize(value: Any) -> Any:
    return say(value) if isinstance(value, Text) else value


def yuan(amount: Decimal | int | None) -> str:
    """Money for reading: thousands, two places, the sign before."""
    return "—" if amount is None else f"¥{Decimal(amount):,.2f}"


def mark(value: Decimal | None, places: int = 2) -> str:
    return "—" if value is None else f"{value:.{places}f}"


def day(value: date | datetime | None) -> str:
    if value is None:
        return "—"
    shown = clock.today(value) if isinstance(value, datetime) else value
    return f"{shown.year}年{shown.month}月{shown.day}日" if language() == "zh" else f"{shown.day} {shown:%b} {shown.year}"


def moment(value: datetime | None) -> str:
    return "—" if value is None else f"{clock.local(value):%Y-%m-%d %H:%M}"


def init_app(app: Flask, babel: Babel) -> None:
    babel.init_app(app, default_locale="zh", locale_selector=language, default_translation_directories="translations")
    app.jinja_env.finalize = _finalize
    app.jinja_env.filters.update(yuan=yuan, mark=mark, day=day, moment=moment, say=say)
    app.jinja_env.globals.update(language=language, get_locale=get_locale)
