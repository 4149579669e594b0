"""The door: every route says who may come in, and what says nothing lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.actor import Actor
from app.core.errors import Forbidden, NotFound
from app.web.shared import Shared
from app.web.viewer import viewer
from workflows.roles import Role


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in: anybody, whoever is signed in, or whoever holds one of `roles` on anything."""

    is_public: bool = False
    roles: tuple[Role, ...] = ()

    def admits(self, actor: Actor) -> bool:
        return self.is_public or (actor.is_signed_in and (not self.roles or actor.holds(*self.roles)))


PUBLIC = Access(is_public=True)
SIGNED_IN = Access()


def roles(*needed: Role) -> Access:
    """Whoever holds one of *needed*, on anything; which rows they see is decided in the query."""
    if not needed:
        raise ValueError("name the roles, or say SIGNED_IN")
    return Access(roles=needed)


class Pages(Blueprint):
    """A blueprint whose routes cannot be declared without saying who may come in."""

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.accesses: dict[str, Access] = {}
        self.shared: dict[str, Shared] = {}

    def route(self, rule: str, *, access: Access, shared: Shared | None = None, **options: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        """Declare a view.  *shared*: what it answers is the same for everybody and is known by a version (`app.web.shared`)."""
        if shared and not access.is_public:
            raise ValueError(f"{rule}: only what is public can be shared")

        def declare(view: Any) -> Any:
            endpoint = f"{self.name}.{options.get('endpoint', view.__name__)}"
            self.accesses[endpoint] = access
            if shared:
                self.shared[endpoint] = shared
            return super(Pages, self).route(rule, **options)(view)

        return declare

    def get(self, rule: str, *, access: Access, **options: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        return self.route(rule, access=access, methods=["GET"], **options)

    def post(self, rule: str, *, access: Access, **options: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        return self.route(rule, access=access, methods=["POST"], **options)

    def form(self, rule: str, *, access: Access, **options: Any) -> Callable[[Any], Any]:
        """A page with a form on it: shown by GET, taken by POST."""
        return self.route(rule, access=access, methods=["GET", "POST"], **options)


def access_to(app: Flask, endpoint: str) -> Access | None:
    """Who may come in at *endpoint*, or None where nobody has said."""
    if endpoint == "static":
        return PUBLIC
    blueprint = app.blueprints.get(endpoint.partition(".")[0])
    return blueprint.accesses.get(endpoint) if isinstance(blueprint, Pages) else None


def shared_routes(app: Flask) -> list[tuple[str, Shared]]:
    """The addresses that are answered alike for everybody."""
    declared = {name: how for pages in app.blueprints.values() if isinstance(pages, Pages) for name, how in pages.shared.items()}
    return [(rule.rule, declared[rule.endpoint]) for rule in app.url_map.iter_rules() if rule.endpoint in declared]


def guard(app: Flask) -> None:
    """Stand at the door of *app*."""

    @app.before_request
    def _door() -> Response | None:
        if request.endpoint is None:
            return None  # no such page: the 404 page answers
        access = access_to(app, request.endpoint)
        if access is None:
            raise NotFound
        actor = viewer()
        if access.admits(actor):
            return None
        if actor.is_signed_in:
            raise Forbidden(access.roles)
        if request.accept_mimetypes.best == "application/json" or request.path.startswith("/api/"):
            raise Forbidden(access.roles)
        if request.method != "GET":
            return redirect(url_for("accounts.expired", next=request.referrer or request.path))
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
