"""Passwords: hashed with argon2, checked in the same time whether or not the account exists.

A hash takes about 0.12 s and 64 MiB, so nobody hashes inside a transaction: on SQLite that would keep every
other writer waiting.
"""

from __future__ import annotations

import functools
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflows.text import Text

SHORTEST, LONGEST = 10, 200
_OFTEN_TRIED = """
1234567890 0123456789 12345678910 1234567891 9876543210 0987654321 1122334455 123456789a a123456789 abc1234567 abcdefghij
password12 password123 password1234 passw0rd123 admin12345 admin123456 administrator qwertyuiop qwerty12345 1qaz2wsx3edc
iloveyou520 woaini1314 woaini520 5201314520 jiangbang1 jiangbang123 tonglu12345
"""
COMMON = frozenset(_OFTEN_TRIED.split())
_UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """What is kept of *password*."""
    return _hasher.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether *password* is the one *kept*; as slow for an account that does not exist (None)."""
    try:
        return _hasher.verify(kept or _of_nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def _of_nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(24))


def weaknesses(password: str, login: str) -> list[Text]:
    """Why *password* is not good enough for the account *login*; empty if it is."""
    found = []
    if len(password) < SHORTEST:
        found.append(Text("密码至少 {n} 个字符", "A password has at least {n} characters").format(n=SHORTEST))
    if len(password) > LONGEST:
        found.append(Text("密码最多 {n} 个字符", "A password has at most {n} characters").format(n=LONGEST))
    plain = password.casefold()
    if login and plain in (login.casefold(), login.casefold()[::-1]):
        found.append(Text("密码不能与登录名相同", "The password must not be the login name"))
    if plain in COMMON or len(set(plain)) < 4:
        found.append(Text("这个密码太常见，容易被猜到", "This password is too common and easily guessed"))
    return found


def initial() -> str:
    """A first password: easy to read out, 60 bits, to be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(_UNMISTAKABLE) for _ in range(4)) for _ in range(3))
