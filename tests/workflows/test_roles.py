"""Roles are found by the key under which they are stored."""

from __future__ import annotations

import pytest

from workflows.roles import Role, Scope


@pytest.mark.parametrize("role", Role, ids=lambda role: role.key)
def test_a_role_is_found_by_its_key(role: Role) -> None:
    assert Role(role.key) is role


def test_roles_that_follow_from_the_case_are_not_granted() -> None:
    assert {role for role in Role if not role.is_granted} == {role for role in Role if role.scope in (Scope.OWN, Scope.NOBODY)}
    assert Role.CHIEF_JUDGE.is_granted
