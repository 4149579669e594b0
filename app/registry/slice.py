"""What this slice adds to the office."""

from __future__ import annotations

from app.core.slices import RoleTargets, Slice
from app.registry import queries
from workflows.roles import Scope

REGISTRY = Slice("registry", role_targets=(RoleTargets(Scope.ORGANISATION, queries.find_organisations, queries.organisation_name),))
