"""Everyone whose place or award changed is told, with the old and the new one, in both languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import Account, RoleGrant
from app.accounts.notifying import tell
from app.competitions.models import Entry, EntryMember, Revision
from workflows.competition.prizes import AWARDS
from workflows.competition.revision import Change, Standing
from workflows.roles import Role
from workflows.text import Text

MOVED = Text(
    "「{skill}」成绩更正：{who}由{old}变为{new}。理由：{reason}",
    "Results of “{skill}” revised: {who} was {old} and is now {new}. Reason: {reason}",
)
PLACE = Text("第 {place} 名，{award}", "place {place}, {award}")
UNPLACED = Text("无名次", "without a place")
NO_AWARD = Text("未获奖", "no award")


def tell_who_moved(session: Session, revision: Revision, found: Iterable[Change], reason: str, now: datetime) -> None:
    """A line to the competitors of every entry whose place or award is another, and to those who lead their delegations."""
    moved = {change.id: change for change in found if change.moves or change.changes_award}
    entries = session.scalars(
        sa.select(Entry).where(Entry.id.in_(moved)).options(selectinload(Entry.members).joinedload(EntryMember.person)).order_by(Entry.id)
    ).all()
    people, leaders = _accounts_of(session, entries), _leaders_of(session, entries)
    title = revision.skill.title
    for entry in entries:
        words = in_words(moved[entry.id], title, entry.title, reason)
        for account_id in sorted({*people[entry.id], *leaders.get(entry.organisation_id or 0, ())}):
            tell(session, account_id, words, revision, now)


def in_words(change: Change, skill: str, who: str, reason: str) -> Text:
    return MOVED.format(skill=skill, who=who, old=_place(change.old), new=_place(change.new), reason=reason)


def _place(standing: Standing | None) -> Text:
    if standing is None or standing.place is None:
        return UNPLACED
    return PLACE.format(place=standing.place, award=AWARDS[standing.award] if standing.award else NO_AWARD)


def _accounts_of(session: Session, entries: Iterable[Entry]) -> dict[int, list[int]]:
    by_person = {member.person_id: entry.id for entry in entries for member in entry.members}
    query = sa.select(Account.person_id, Account.id).where(Account.person_id.in_(by_person), Account.disabled_at.is_(None))
    found: dict[int, list[int]] = defaultdict(list)
    for person_id, account_id in session.execute(query):
        if person_id is not None:
            found[by_person[person_id]].append(account_id)
    return found


def _leaders_of(session: Session, entries: Iterable[Entry]) -> dict[int, list[int]]:
    organisations = {entry.organisation_id for entry in entries if entry.organisation_id is not None}
    query = (
        sa.select(RoleGrant.on_id, RoleGrant.account_id)
        .join(RoleGrant.account)
        .where(RoleGrant.role == Role.TEAM_LEADER.key, RoleGrant.on_id.in_(organisations), RoleGrant.ended_at.is_(None))
        .where(Account.disabled_at.is_(None))
    )
    found: dict[int, list[int]] = defaultdict(list)
    for organisation_id, account_id in session.execute(query):
        found[organisation_id].append(account_id)
    return found
