"""Personal numbers at rest: sealed by a key ring, found again by a blind index.

A sealed value is `suite byte · key version byte · 12-byte nonce · ciphertext with tag`, so a later suite or key never makes an
older row unreadable.  The field's name is authenticated with it: a value copied into another column does not open.  Each field
has its own key, derived from the ring's.  The blind index is an HMAC under a key of its own that never rotates, because
every stored index would have to change with it.

    secrets.use(secrets.load(Path(app.instance_path)))          # once, in create_app
    id_number: Mapped[str] = mapped_column(Sealed("person.id_number"))
    id_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)    # = index_of("person.id_number", number)
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import json
import os
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

KEYS_VARIABLE = "JIANGBANG_KEYS"
KEYS_FILE = "keys.json"
MASTER_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER_BYTES = 2


class KeysMissing(RuntimeError):
    """Sealed data was touched before `use` told which keys to work with, or the keys given cannot be read."""


class CannotOpen(ValueError):
    """A sealed value does not open: damaged, moved from another field, or sealed with a key this ring does not hold."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A cipher: `seal(key, nonce, plain, aad)` and `open(key, nonce, sealed, aad)`; the tag ends the sealed bytes."""

    name: str
    key_bytes: int
    seal: Callable[[bytes, bytes, bytes, bytes], bytes]
    open: Callable[[bytes, bytes, bytes, bytes], bytes]


def _sm4_seal(key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def _sm4_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(aad)
    return decryptor.update(body) + decryptor.finalize()


# The code is the first byte of every sealed value: never reuse one.  SM4 (GB/T 32907) is for sites that a 密评 obliges to it.
SUITES: Mapping[int, Suite] = {
    1: Suite(
        "AES-256-GCM",
        32,
        lambda key, nonce, plain, aad: AESGCM(key).encrypt(nonce, plain, aad),
        lambda key, nonce, sealed, aad: AESGCM(key).decrypt(nonce, sealed, aad),
    ),
    2: Suite("SM4-GCM", 16, _sm4_seal, _sm4_open),
}


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of an installation: masters by version (1…255), the version and the suite new values take, and the index key."""

    masters: Mapping[int, bytes] = field(repr=False)
    current: int
    index_key: bytes = field(repr=False)
    suite: int = 1

    def __post_init__(self) -> None:
        if self.current not in self.masters:
            raise KeysMissing(f"the key ring holds no key of its current version {self.current}")
        if self.suite not in SUITES:
            raise KeysMissing(f"the key ring names an unknown suite {self.suite}")
        if not all(1 <= version <= 255 for version in self.masters):
            raise KeysMissing("a key version must lie between 1 and 255")
        if any(len(key) != MASTER_BYTES for key in (*self.masters.values(), self.index_key)):
            raise KeysMissing(f"every key must have {MASTER_BYTES} bytes")

    def seal(self, name: str, plain: str) -> bytes:
        """*plain* sealed for the field *name*, with the current key and suite."""
        suite = SUITES[self.suite]
        header = bytes((self.suite, self.current))
        nonce = os.urandom(NONCE_BYTES)
        key = _field_key(self.masters[self.current], name, suite.name, suite.key_bytes)
        return header + nonce + suite.seal(key, nonce, plain.encode(), header + name.encode())

    def open(self, name: str, sealed: bytes) -> str:
        """The text that was sealed for the field *name*; `CannotOpen` where it does not open."""
        if len(sealed) < HEADER_BYTES + NONCE_BYTES + TAG_BYTES:
            raise CannotOpen(f"{name}: too short to be a sealed value")
        code, version = sealed[:HEADER_BYTES]
        if code not in SUITES:
            raise CannotOpen(f"{name}: sealed with an unknown suite {code}")
        if version not in self.masters:
            raise CannotOpen(f"{name}: sealed with key version {version}, which this ring does not hold")
        suite = SUITES[code]
        key = _field_key(self.masters[version], name, suite.name, suite.key_bytes)
        nonce, body = sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES], sealed[HEADER_BYTES + NONCE_BYTES :]
        try:
            return suite.open(key, nonce, body, sealed[:HEADER_BYTES] + name.encode()).decode()
        except InvalidTag:
            raise CannotOpen(f"{name}: damaged, moved from another field, or sealed with another key") from None

    def index(self, name: str, value: str) -> bytes:
        """32 bytes that are equal for equal numbers of the same field, and say nothing else about them."""
        return hmac.digest(self.index_key, f"{name}\0{normalised(value)}".encode(), hashlib.sha256)

    def is_current(self, sealed: bytes) -> bool:
        """Whether *sealed* already uses the ring's current key and suite."""
        return sealed[:HEADER_BYTES] == bytes((self.suite, self.current))

    def with_new_key(self) -> KeyRing:
        """This ring with one more key, which new values take; older values still open, and indexes stay as they are."""
        version = max(self.masters) + 1
        return replace(self, masters={**self.masters, version: os.urandom(MASTER_BYTES)}, current=version)


def normalised(value: str) -> str:
    """A number as it is indexed: half-width, upper case, without spaces and hyphens, so that `3301…x` finds `３３０１… X`."""
    folded = unicodedata.normalize("NFKC", value).upper()
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) not in ("Pd", "Cf"))


@functools.lru_cache(maxsize=256)
def _field_key(master: bytes, name: str, suite: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=f"jiangbang·{suite}·{name}".encode()).derive(master)


def new_ring(suite: int = 1) -> KeyRing:
    """A ring with fresh keys."""
    return KeyRing({1: os.urandom(MASTER_BYTES)}, 1, os.urandom(MASTER_BYTES), suite)


def load(instance: Path, environ: Mapping[str, str] = os.environ) -> KeyRing:
    """The installation's keys: from `JIANGBANG_KEYS`, else from `keys.json` in *instance*, which the first call makes (mode 0600).

    Of several processes that start together, one makes the file and all read it.  `KeysMissing` where the keys cannot be read.
    """
    if environ.get(KEYS_VARIABLE):
        return _parsed(environ[KEYS_VARIABLE], f"the variable {KEYS_VARIABLE}")
    path = instance / KEYS_FILE
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        _write_once(path, written(new_ring()))
    return _parsed(path.read_text("utf-8"), str(path))


def written(ring: KeyRing) -> str:
    """*ring* as the text that the key file and the environment variable hold."""
    return json.dumps(
        {
            "suite": SUITES[ring.suite].name,
            "current": ring.current,
            "masters": {str(version): base64.b64encode(key).decode() for version, key in sorted(ring.masters.items())},
            "index": base64.b64encode(ring.index_key).decode(),
        },
        indent=1,
    )


def _parsed(text: str, where: str) -> KeyRing:
    try:
        data = json.loads(text)
        return KeyRing(
            {int(version): base64.b64decode(key, validate=True) for version, key in data["masters"].items()},
            int(data["current"]),
            base64.b64decode(data["index"], validate=True),
            next(code for code, suite in SUITES.items() if suite.name == data["suite"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration, binascii.Error) as error:
        raise KeysMissing(f"{where} does not hold a readable key ring ({type(error).__name__})") from None


def _write_once(path: Path, text: str) -> None:
    """Put *text* at *path* whole or not at all; leave a file that came first as it is."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        os.unlink(draft)


_held: list[KeyRing] = []


def use(ring: KeyRing) -> None:
    """From now on, seal and open with *ring*."""
    _held[:] = [ring]


def current_ring() -> KeyRing:
    """The ring in use; `KeysMissing` before `use`."""
    if not _held:
        raise KeysMissing("no keys: call app.core.secrets.use(ring) before touching sealed data (create_app does)")
    return _held[0]


def index_of(name: str, value: str) -> bytes:
    """The blind index of *value* in the field *name*, under the ring in use: 32 bytes for an indexed or unique column."""
    return current_ring().index(name, value)


class Sealed(TypeDecorator[str]):
    """A text column that holds ciphertext.  It cannot be searched: compare an `index_of` column instead."""

    impl = LargeBinary
    cache_ok = True

    class comparator_factory(LargeBinary.Comparator[str]):
        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            if op in (operators.is_, operators.is_not) or (op in (operators.eq, operators.ne) and other == (None,)):
                return super().operate(op, *other, **kwargs)
            raise TypeError("a sealed column cannot be compared: every sealing of a value differs; compare its blind index")

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else current_ring().seal(self.name, value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else current_ring().open(self.name, bytes(value))
