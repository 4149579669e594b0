"""People and organisations once each, and the official lists they are described by."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, UtcDateTime
from app.core.secrets import Sealed
from workflows.text import Text

ORGANISATION_KINDS = {
    "enterprise": Text("企业", "Enterprise"),
    "school": Text("院校", "School"),
    "institution": Text("社会培训评价组织", "Training and assessment institution"),
    "bureau": Text("机关事业单位", "Public body"),
}


class Division(Base):
    """An administrative division (GB/T 2260), six digits."""

    __tablename__ = "division"

    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    parent_code: Mapped[str | None] = mapped_column(sa.String(6), index=True)


class Occupation(Base):
    """An occupation of the national classification (大典 2022), or a trade of one."""

    __tablename__ = "occupation"

    code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), index=True)
    minor_name: Mapped[str] = mapped_column(sa.String(120), default="")
    major_code: Mapped[str] = mapped_column(sa.String(4), default="")
    major_name: Mapped[str] = mapped_column(sa.String(120), default="")
    trades: Mapped[str] = mapped_column(sa.Text, default="")
    is_digital: Mapped[bool] = mapped_column(default=False)
    is_green: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(sa.String(80), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def label(self) -> str:
        return f"{self.name} {self.code}"


class Organisation(Base):
    """An enterprise, a school, a bureau: whatever has a unified social credit code."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    credit_code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    division_code: Mapped[str | None] = mapped_column(sa.ForeignKey("division.code"))
    member: Mapped[str] = mapped_column(sa.String(3), default="")  # the WorldSkills Member it stands for, in world events
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    contact: Mapped[str] = mapped_column(sa.String(80), default="")
    phone: Mapped[str | None] = mapped_column(Sealed("organisation.phone"))
    bank_name: Mapped[str] = mapped_column(sa.String(120), default="")
    bank_account: Mapped[str | None] = mapped_column(Sealed("organisation.bank_account"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    division: Mapped[Division | None] = relationship()


class Person(Base):
    """A human being, once.  `id_number_index` finds a number without anybody reading it."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), index=True)
    name_key: Mapped[str] = mapped_column(sa.String(200), default="", index=True)
    id_kind: Mapped[str] = mapped_column(sa.String(20), default="resident")
    id_number: Mapped[str] = mapped_column(Sealed("person.id_number"))
    id_number_index: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    id_number_masked: Mapped[str] = mapped_column(sa.String(40))
    birth_date: Mapped[date | None]
    sex: Mapped[str] = mapped_column(sa.String(1), default="")
    phone: Mapped[str | None] = mapped_column(Sealed("person.phone"))
    phone_masked: Mapped[str] = mapped_column(sa.String(40), default="")
    employer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    employed_since: Mapped[date | None]
    position: Mapped[str] = mapped_column(sa.String(80), default="")
    bank_name: Mapped[str] = mapped_column(sa.String(120), default="")
    bank_account: Mapped[str | None] = mapped_column(Sealed("person.bank_account"))
    bank_account_masked: Mapped[str] = mapped_column(sa.String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    employer: Mapped[Organisation | None] = relationship()
