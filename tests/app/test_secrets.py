"""Numbers at rest cannot be read, moved or forged, and can still be found."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, create_engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.core import secrets
from app.core.secrets import CannotOpen, KeysMissing, Sealed, index_of

NUMBER = "11010519491231002X"  # the specimen of GB 11643


@pytest.fixture(params=sorted(secrets.SUITES), ids=[suite.name for _, suite in sorted(secrets.SUITES.items())])
def ring(request: pytest.FixtureRequest) -> secrets.KeyRing:
    return secrets.new_ring(request.param)


@pytest.fixture
def in_use(monkeypatch: pytest.MonkeyPatch) -> secrets.KeyRing:
    monkeypatch.setattr(secrets, "_held", [])
    ring = secrets.new_ring()
    secrets.use(ring)
    return ring


def test_what_was_sealed_opens_and_shows_nothing_of_the_number(ring: secrets.KeyRing) -> None:
    sealed = ring.seal("person.id_number", NUMBER)
    assert ring.open("person.id_number", sealed) == NUMBER
    assert NUMBER.encode() not in sealed
    assert sealed[:2] == bytes((ring.suite, 1))


def test_the_same_number_is_sealed_differently_each_time(ring: secrets.KeyRing) -> None:
    assert ring.seal("person.id_number", NUMBER) != ring.seal("person.id_number", NUMBER)


def test_a_value_moved_to_another_field_does_not_open(ring: secrets.KeyRing) -> None:
    with pytest.raises(CannotOpen):
        ring.open("claim.account", ring.seal("person.id_number", NUMBER))


def test_every_changed_byte_is_noticed(ring: secrets.KeyRing) -> None:
    sealed = ring.seal("person.id_number", NUMBER)
    for place in range(len(sealed)):
        forged = sealed[:place] + bytes((sealed[place] ^ 1,)) + sealed[place + 1 :]
        with pytest.raises(CannotOpen):
            ring.open("person.id_number", forged)
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            ring.open("person.id_number", sealed[:length])


def test_after_a_new_key_old_values_open_and_indexes_stay(ring: secrets.KeyRing) -> None:
    old = ring.seal("person.id_number", NUMBER)
    newer = ring.with_new_key()
    assert newer.open("person.id_number", old) == NUMBER
    assert not newer.is_current(old)
    assert newer.is_current(newer.seal("person.id_number", NUMBER))
    assert newer.index("person.id_number", NUMBER) == ring.index("person.id_number", NUMBER)
    with pytest.raises(CannotOpen, match="version 2"):
        ring.open("person.id_number", newer.seal("person.id_number", NUMBER))


def test_a_site_that_moves_to_sm4_still_reads_what_aes_sealed() -> None:
    ring = secrets.new_ring(1)
    old = ring.seal("person.id_number", NUMBER)
    moved = replace(ring, suite=2)
    assert moved.open("person.id_number", old) == NUMBER
    assert moved.seal("person.id_number", NUMBER)[0] == 2


@pytest.mark.parametrize(
    "written", ["11010519491231002x", " 110105 19491231 002X ", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_however_it_is_typed_a_number_has_one_index(ring: secrets.KeyRing, written: str) -> None:
    assert ring.index("person.id_number", written) == ring.index("person.id_number", NUMBER)


def test_indexes_of_two_fields_cannot_be_joined(ring: secrets.KeyRing) -> None:
    assert ring.index("person.id_number", NUMBER) != ring.index("claim.id_number", NUMBER)


def test_the_key_file_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: secrets.load(tmp_path / "instance", {}), range(16)))
    assert all(ring == rings[0] for ring in rings)
    assert stat.S_IMODE(os.stat(tmp_path / "instance" / "keys.json").st_mode) == 0o600
    assert os.listdir(tmp_path / "instance") == ["keys.json"]


def test_keys_from_the_environment_leave_no_file(tmp_path: Path) -> None:
    ring = secrets.new_ring(2).with_new_key()
    assert secrets.load(tmp_path, {secrets.KEYS_VARIABLE: secrets.written(ring)}) == ring
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("rubbish", ["", "{", "[]", '{"masters": {"1": "AAAA"}, "current": 1, "index": "AAAA", "suite": "AES-256-GCM"}'])
def test_an_unreadable_key_file_is_named_and_left_alone(tmp_path: Path, rubbish: str) -> None:
    (tmp_path / "keys.json").write_text(rubbish)
    with pytest.raises(KeysMissing):
        secrets.load(tmp_path, {})
    assert (tmp_path / "keys.json").read_text() == rubbish


def test_a_ring_does_not_print_its_keys(ring: secrets.KeyRing) -> None:
    assert repr(ring.index_key) not in repr(ring)
    assert repr(ring.masters[1]) not in repr(ring)


def test_without_keys_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_held", [])
    with pytest.raises(KeysMissing, match="use"):
        index_of("person.id_number", NUMBER)


class Base(DeclarativeBase):
    pass


class Holder(Base):
    __tablename__ = "holder"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(Sealed("holder.number"))
    number_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)


@pytest.mark.usefixtures("in_use")
def test_a_sealed_column_reads_as_text_and_stores_ciphertext() -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Holder(number=NUMBER, number_index=index_of("holder.number", NUMBER)), Holder()])
        session.commit()
        found = session.scalars(select(Holder).where(Holder.number_index == index_of("holder.number", NUMBER.lower()))).one()
        assert found.number == NUMBER
        assert NUMBER.encode() not in session.execute(text("select number from holder where id = 1")).scalar_one()
        assert session.scalars(select(Holder).where(Holder.number.is_(None))).one().id == 2
        session.add(Holder(number=NUMBER, number_index=index_of("holder.number", NUMBER)))
        with pytest.raises(IntegrityError):
            session.commit()
    engine.dispose()


def test_searching_a_sealed_column_is_refused_rather_than_finding_nothing() -> None:
    with pytest.raises(TypeError, match="blind index"):
        select(Holder).where(Holder.number == NUMBER)
