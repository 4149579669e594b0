"""Entering people and organisations once, and keeping their numbers closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, identity, masking
from app.core.actor import Actor
from app.core.errors import Refused
from app.core.identity import NotValid
from app.core.secrets import index_of
from app.registry.models import Organisation, Person
from app.registry.spelling import syllables
from workflows.text import Text

OTHER_NAME = Text(
    "身份证号 {number} 已登记为另一个姓名（{known}），与「{name}」不符，请核对",
    "ID number {number} is registered under another name ({known}), not “{name}”: please compare",
)
NUMBER_KNOWN = Text("这个身份证号已经登记：{name}", "This ID number is registered already: {name}")
CODE_KNOWN = Text("这个统一社会信用代码已经登记：{name}", "This credit code is registered already: {name}")
NAME_KNOWN = Text("单位「{name}」已经登记", "The organisation “{name}” is registered already")
NO_REASON = Text("查看完整信息须写明用途", "Say what the full number is needed for")
NO_SUCH_KIND = Text("没有这种证件：{kind}", "There is no such document: {kind}")

ID_KINDS = {
    "resident": Text("居民身份证", "Resident ID card"),
    "hk_macau": Text("港澳居民来往内地通行证", "Mainland permit for Hong Kong and Macau"),
    "taiwan": Text("台湾居民来往大陆通行证", "Mainland permit for Taiwan"),
    "foreigner": Text("外国人永久居留身份证", "Foreigner's permanent residence card"),
    "passport": Text("护照", "Passport"),
}
SECRETS = ("id_number", "phone", "bank_account")


@dataclass(frozen=True, slots=True)
class PersonData:
    """What is known of a person, as it was written.  Raises nothing; the commands check it."""

    name: str
    id_number: str
    id_kind: str = "resident"
    phone: str = ""
    birth_date: date | None = None
    sex: str = ""
    employer_id: int | None = None
    employed_since: date | None = None
    position: str = ""
    bank_name: str = ""
    bank_account: str = ""


def find_person(session: Session, id_number: str) -> Person | None:
    """The person with that ID number; nobody reads the number for it."""
    return session.scalar(sa.select(Person).where(Person.id_number_index == index_of("person.id_number", id_number)))


def find_or_create_person(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    name: str,
    id_number: str,
    id_kind: str = "resident",
    phone: str = "",
    employer_id: int | None = None,
    position: str = "",
) -> Person:
    """The person this is: the same ID number is the same person.

    What is already known stays; what was empty (telephone, employer, position) is filled in.  Raises `Refused` where the number
    cannot be right, or where it belongs to somebody of another name.
    """
    data = PersonData(name, id_number, id_kind, phone, employer_id=employer_id, position=position)
    known = find_person(session, _checked_number(data))
    if known is None:
        return create_person(session, actor, now, data)
    if not _same_name(known.name, name):
        raise Refused(OTHER_NAME.format(number=known.id_number_masked, known=masking.mask_name(known.name), name=name))
    if phone and known.phone is None:
        _set_phone(known, phone)
    known.employer_id = known.employer_id or employer_id
    known.position = known.position or position
    return known


def create_person(session: Session, actor: Actor, now: datetime, data: PersonData) -> Person:
    """A new person.  Raises `Refused` where the ID number is registered already or something cannot be right."""
    number = _checked_number(data)
    known = find_person(session, number)
    if known is not None:
        raise Refused(NUMBER_KNOWN.format(name=masking.mask_name(known.name)))
    person = Person(
        id_kind=data.id_kind,
        id_number=number,
        id_number_index=index_of("person.id_number", number),
        id_number_masked=masking.mask_id_number(number),
        created_at=now,
    )
    _fill(person, data)
    session.add(person)
    audit.record(session, person, actor, "create", now)
    return person


def find_people(session: Session, id_numbers: Sequence[str]) -> dict[str, Person]:
    """Those of *id_numbers* that are registered, in a fixed number of questions for every few hundred."""
    by_index = {index_of("person.id_number", number): number for number in id_numbers}
    indexes = list(by_index)
    found: dict[str, Person] = {}
    for start in range(0, len(indexes), 500):
        some = indexes[start : start + 500]
        for person in session.scalars(sa.select(Person).where(Person.id_number_index.in_(some)).options(joinedload(Person.employer))):
            found[by_index[bytes(person.id_number_index)]] = person
    return found


def create_people(session: Session, actor: Actor, now: datetime, data: Sequence[PersonData]) -> list[Person]:
    """Thousands of new people at once.  The caller has asked `find_people` before: whoever is known already breaks the whole."""
    people = []
    for one in data:
        number = _checked_number(one)
        person = Person(
            id_kind=one.id_kind,
            id_number=number,
            id_number_index=index_of("person.id_number", number),
            id_number_masked=masking.mask_id_number(number),
            created_at=now,
        )
        _fill(person, one)
        people.append(person)
    session.add_all(people)
    audit.record_all(session, people, actor, "create", now)
    return people


def edit_person(session: Session, actor: Actor, person: Person, now: datetime, data: PersonData) -> None:
    """Change what is known of a person.  An ID number is only replaced where one is given; empty numbers leave the old ones."""
    before = _plain_facts(person)
    if data.id_number:
        number = _checked_number(data)
        other = find_person(session, number)
        if other is not None and other.id != person.id:
            raise Refused(NUMBER_KNOWN.format(name=masking.mask_name(other.name)))
        person.id_kind, person.id_number = data.id_kind, number
        person.id_number_index, person.id_number_masked = index_of("person.id_number", number), masking.mask_id_number(number)
    _fill(person, data)
    after = _plain_facts(person)
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    audit.record(session, person, actor, "edit", now, detail=changed)


def look(session: Session, actor: Actor, person: Person, what: str, reason: str, now: datetime) -> str:
    """The whole number (`id_number`, `phone` or `bank_account`), once, for a reason that is put on record."""
    if not reason.strip():
        raise Refused(NO_REASON)
    if what not in SECRETS:
        raise ValueError(f"{what} is no closed number of a person")
    audit.record(session, person, actor, "look", now, comment=reason.strip(), detail={"field": what})
    return getattr(person, what) or ""


@dataclass(frozen=True, slots=True)
class OrganisationData:
    """What is known of an organisation, as it was written."""

    name: str
    credit_code: str
    kind: str
    division_code: str | None = None
    address: str = ""
    contact: str = ""
    phone: str = ""
    bank_name: str = ""
    bank_account: str = ""
    member: str = ""


def create_organisation(session: Session, actor: Actor, now: datetime, data: OrganisationData) -> Organisation:
    """A new organisation.  Raises `Refused` where its code is wrong, or code or name are registered already."""
    organisation = Organisation(created_at=now)
    _fill_organisation(session, organisation, data)
    session.add(organisation)
    audit.record(session, organisation, actor, "create", now)
    return organisation


def edit_organisation(session: Session, actor: Actor, organisation: Organisation, now: datetime, data: OrganisationData) -> None:
    before = organisation.name, organisation.credit_code
    _fill_organisation(session, organisation, data)
    after = organisation.name, organisation.credit_code
    audit.record(session, organisation, actor, "edit", now, detail={} if before == after else {"name_and_code": [before, after]})


def pinyin_key(name: str) -> str:
    """What a name is found by on a Latin keyboard: its syllables run together, then their initials (`zhangsan zs`)."""
    read_as = syllables(name)
    whole, initials = "".join(read_as), "".join(each[0] for each in read_as)
    return f"{whole} {initials}".lower()[:200]


def _checked_number(data: PersonData) -> str:
    if data.id_kind not in ID_KINDS:
        raise Refused(NO_SUCH_KIND.format(kind=data.id_kind))
    try:
        if data.id_kind == "resident":
            return identity.id_number(data.id_number)
        return identity.other_document(data.id_number)
    except NotValid as wrong:
        raise Refused(wrong.reason) from None


def _same_name(known: str, given: str) -> bool:
    return "".join(known.split()).replace("•", "·") == "".join(given.split()).replace("•", "·")


def _fill(person: Person, data: PersonData) -> None:
    person.name, person.name_key = data.name.strip(), pinyin_key(data.name.strip())
    if person.id_kind == "resident":
        person.birth_date = identity.birth_date(person.id_number)
        person.sex = identity.sex(person.id_number)[0]
    else:
        person.birth_date, person.sex = data.birth_date, data.sex[:1]
    if data.phone:
        _set_phone(person, data.phone)
    if data.bank_account:
        person.bank_account = _checked(identity.bank_card, data.bank_account)
        person.bank_account_masked = masking.mask_bank_account(person.bank_account)
    person.bank_name = data.bank_name.strip() or person.bank_name or ""
    person.employer_id, person.employed_since, person.position = data.employer_id, data.employed_since, data.position.strip()


def _set_phone(person: Person, phone: str) -> None:
    person.phone = _checked(identity.mobile, phone)
    person.phone_masked = masking.mask_mobile(person.phone)


def _plain_facts(person: Person) -> dict[str, object]:
    """What may stand on the audit record: the masked numbers, never the whole ones."""
    return {
        "name": person.name,
        "id_number": person.id_number_masked,
        "phone": person.phone_masked,
        "bank_account": person.bank_account_masked,
        "employer_id": person.employer_id,
        "position": person.position,
    }


def _fill_organisation(session: Session, organisation: Organisation, data: OrganisationData) -> None:
    code, name = _checked(identity.credit_code, data.credit_code), data.name.strip()
    with session.no_autoflush:
        for known in session.scalars(sa.select(Organisation).where(sa.or_(Organisation.credit_code == code, Organisation.name == name))):
            if known is not organisation:
                raise Refused(CODE_KNOWN.format(name=known.name) if known.credit_code == code else NAME_KNOWN.format(name=name))
    organisation.name, organisation.credit_code, organisation.kind = name, code, data.kind
    organisation.division_code = data.division_code or None
    organisation.address, organisation.contact = data.address.strip(), data.contact.strip()
    organisation.bank_name, organisation.member = data.bank_name.strip(), data.member.strip().upper()
    organisation.phone = data.phone.strip() or organisation.phone
    if data.bank_account:
        organisation.bank_account = _checked(identity.bank_card, data.bank_account)


def _checked(check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except NotValid as wrong:
        raise Refused(wrong.reason) from None
