"""All that the page of one sheet shows beside its marks: notes, photos, who gave which value, the sheets next to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Account
from app.competitions.marking.queries import AspectView, SheetView, competing_codes
from app.competitions.models import AspectNote, AspectPhoto, Sheet, SubCriterion
from workflows.competition.codes import of_sheet


@dataclass(frozen=True)
class Neighbour:
    """A sheet one step away: the same sub criterion at another seat, or another sub criterion at this one."""

    id: int
    code: str
    sub: str


@dataclass(frozen=True)
class Around:
    """The sheets next to one, in the order the panel walks: from seat to seat, and through the scheme."""

    previous_seat: Neighbour | None
    next_seat: Neighbour | None
    previous_sub: Neighbour | None
    next_sub: Neighbour | None


@dataclass(frozen=True)
class AspectCard:
    """One aspect on the page.  `notes` are every judge's last one, of others only where their scores are to be seen."""

    view: AspectView
    notes: Sequence[AspectNote]
    photos: Sequence[AspectPhoto]
    own_note: str


@dataclass(frozen=True)
class SheetPage:
    view: SheetView
    cards: Sequence[AspectCard]
    around: Around
    names: Mapping[int, str]


def page_of(session: Session, view: SheetView, account_id: int | None) -> SheetPage:
    """What the page of a sheet shows to whoever *view* is for."""
    notes, photos = _remarks(session, view.sheet)
    cards = []
    for each in view.aspects:
        covered = any(place.is_covered for place in each.places)
        mine = [note for note in notes if note.aspect.key == each.aspect.key]
        cards.append(
            AspectCard(
                each,
                [note for note in mine if note.text and (note.account_id == account_id or not covered)],
                [photo for photo in photos if photo.aspect.key == each.aspect.key and (photo.account_id == account_id or not covered)],
                next((note.text for note in mine if note.account_id == account_id), ""),
            )
        )
    givers = {mark.account_id for each in view.aspects for mark in each.history}
    return SheetPage(view, cards, around(session, view.sheet), _names(session, givers))


def blank_cards(views: Iterable[AspectView]) -> list[AspectCard]:
    """The same with nothing given yet: what a tablet keeps to draw any sheet of a sub criterion."""
    return [AspectCard(each, (), (), "") for each in views]


def _remarks(session: Session, sheet: Sheet) -> tuple[list[AspectNote], list[AspectPhoto]]:
    """Each judge's last note on each aspect, and the photos that were not withdrawn; also those of an earlier version of the scheme."""
    notes = sa.select(AspectNote).where(AspectNote.sheet_id == sheet.id).order_by(AspectNote.number)
    given = session.scalars(notes.options(joinedload(AspectNote.account), joinedload(AspectNote.aspect)))
    last = {(note.aspect.key, note.account_id): note for note in given}
    photos = session.scalars(
        sa.select(AspectPhoto)
        .where(AspectPhoto.sheet_id == sheet.id, AspectPhoto.withdrawn_at.is_(None))
        .options(joinedload(AspectPhoto.aspect))
        .order_by(AspectPhoto.recorded_at, AspectPhoto.id)
    )
    return list(last.values()), list(photos)


def _names(session: Session, accounts: Iterable[int]) -> dict[int, str]:
    return dict(session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(list(accounts)))).all())


def around(session: Session, sheet: Sheet) -> Around:
    """The neighbours of *sheet*, found as its own code is."""
    known = competing_codes(session, sheet.skill_id)
    rows = session.execute(
        sa.select(Sheet.id, Sheet.entry_id, Sheet.sub_criterion_id, SubCriterion.code, SubCriterion.marked_at)
        .join(SubCriterion, SubCriterion.id == Sheet.sub_criterion_id)
        .where(Sheet.skill_id == sheet.skill_id, sa.or_(Sheet.entry_id == sheet.entry_id, Sheet.sub_criterion_id == sheet.sub_criterion_id))
    ).all()
    layers = sheet.skill.code_layers
    found = [
        (of_sheet(layers, marked_at, *known[entry]), sub, id_, entry, sub_id)
        for id_, entry, sub_id, sub, marked_at in rows
        if entry in known
    ]
    seats = sorted((code, id_, sub) for code, sub, id_, _, sub_id in found if sub_id == sheet.sub_criterion_id)
    subs = sorted((sub, id_, code) for code, sub, id_, entry, _ in found if entry == sheet.entry_id)
    before, after = _beside([Neighbour(id_, code, sub) for code, id_, sub in seats], sheet.id)
    above, below = _beside([Neighbour(id_, code, sub) for sub, id_, code in subs], sheet.id)
    return Around(before, after, above, below)


def _beside(line: Sequence[Neighbour], id: int) -> tuple[Neighbour | None, Neighbour | None]:
    """Who stands before and after the one with that id."""
    at = next((place for place, each in enumerate(line) if each.id == id), None)
    if at is None:
        return None, None
    return line[at - 1] if at else None, line[at + 1] if at + 1 < len(line) else None
