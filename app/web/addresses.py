"""How the address of a page is written, worked out when it is first written.

Werkzeug compiles a function for it, twice for every rule, when the rule is added: an eighth of what a start takes, and 3 MiB, although most
workers never link to most pages.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Written = tuple[str, str]


class RuleWrittenLater(Rule):
    """A rule that is matched like any other; `url_for` compiles what it needs of it."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Written]:
        compiled = functools.cache(functools.partial(super()._compile_builder, append_unknown))

        def write(rule: Rule, **values: Any) -> Written:
            return compiled()(rule, **values)

        return write
