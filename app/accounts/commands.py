"""Acting on accounts and on the roles they hold.  Passwords arrive hashed: hashing is slow and stays outside the transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import second_factor
from app.accounts.models import Account, RecoveryCode, RoleGrant, new_session_key
from app.core import audit, slices
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.roles import Role, Scope
from workflows.text import Text

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)

TAKEN = Text("登录名「{login}」已有人用", "The login “{login}” is taken")
PERSON_HAS_ACCOUNT = Text("这个人已经有账号「{login}」", "This person has the account “{login}” already")
ACCOUNT_HAS_PERSON = Text("账号「{login}」已属于另一个人", "The account “{login}” belongs to somebody else")
LAST_ADMINISTRATOR = Text(
    "这是最后一个系统管理员，停用或收回后就没有人能管理系统了", "This is the last administrator; nobody could run the system"
)
NOT_GRANTED = Text("「{role}」由身份决定，不能授予", "“{role}” follows from who somebody is; it is not granted")
NOT_YOURS = Text("您不能授予或收回这里的「{role}」", "“{role}” here is not yours to give or end")
NO_TARGET = Text("没有选定「{role}」的范围", "Say what “{role}” is held on")
HELD = Text("{name} 已经持有「{role}」", "{name} already holds “{role}”")
ENDED = Text("这个角色已经收回", "This role has already been ended")
DISABLED = Text("账号已停用，不能授予角色", "The account is disabled; it can be given no role")


# ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────────────


def note_failure(session: Session, account: Account, now: datetime) -> None:
    """One more wrong password or code; the fifth in a row locks the account for a quarter of an hour."""
    account.failed_logins += 1
    if account.failed_logins >= TRIES:
        account.failed_logins, account.locked_until = 0, now + LOCKED_FOR
        audit.record(session, account, account.actor, "lock", now)


def note_success(session: Session, account: Account, now: datetime) -> None:
    account.failed_logins, account.locked_until, account.last_login_at = 0, None, now
    if account.needs_second_factor:
        audit.record(session, account, account.actor, "sign_in", now)


def use_code(session: Session, account: Account, code: str, now: datetime) -> bool:
    """Whether *code* lets *account* in: a code of this minute not used before, or a recovery code, which is then spent."""
    step = second_factor.matching_step(account.totp_secret or "", code, now, account.totp_last_step)
    if step is not None:
        account.totp_last_step = step
        return True
    spare = session.scalar(
        sa.select(RecoveryCode).where(
            RecoveryCode.account_id == account.id, RecoveryCode.digest == second_factor.digest(code), RecoveryCode.used_at.is_(None)
        )
    )
    if spare is None:
        return False
    spare.used_at = now
    audit.record(session, account, account.actor, "use_recovery_code", now)
    return True


# ── one's own account ───────────────────────────────────────────────────────────────────────────────────────────────


def change_password(session: Session, account: Account, password_hash: str, now: datetime) -> None:
    """A new password ends every session but the one it was changed in, which signs in again."""
    account.password_hash, account.must_change_password = password_hash, False
    account.session_key = new_session_key()
    audit.record(session, account, account.actor, "change_password", now)


def end_sessions(session: Session, account: Account, now: datetime) -> None:
    account.session_key = new_session_key()
    audit.record(session, account, account.actor, "end_sessions", now)


def enrol(session: Session, account: Account, secret: str, step: int, codes: list[str], now: datetime) -> None:
    """From now on a code is asked for at every sign-in.  *step* is the one the enrolment was proved with."""
    account.totp_secret, account.totp_last_step = secret, step
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    session.add_all(RecoveryCode(account_id=account.id, digest=second_factor.digest(code)) for code in codes)
    audit.record(session, account, account.actor, "enrol_second_factor", now)


def drop_second_factor(session: Session, actor: Actor, account: Account, now: datetime, reason: str = "") -> None:
    account.totp_secret = account.totp_last_step = None
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    audit.record(session, account, actor, "drop_second_factor", now, comment=reason)


# ── administration ──────────────────────────────────────────────────────────────────────────────────────────────────


def create(
    session: Session, actor: Actor, now: datetime, *, login: str, name: str, password_hash: str, person_id: int | None = None
) -> Account:
    """A new account with an initial password that must be changed at the first sign-in."""
    login = login.strip().lower()
    if session.scalar(sa.select(Account.id).where(Account.login == login)) is not None:
        raise Refused(TAKEN.format(login=login))
    account = Account(login=login, name=name.strip(), password_hash=password_hash, person_id=person_id, created_at=now)
    session.add(account)
    audit.record(session, account, actor, "create", now)
    return account


def link_person(session: Session, actor: Actor, account: Account, person_id: int, now: datetime) -> None:
    """From now on the account is that person's: own entries, recognitions and claims.  One account a person."""
    holder = session.scalar(sa.select(Account).where(Account.person_id == person_id))
    if holder is not None and holder.id != account.id:
        raise Refused(PERSON_HAS_ACCOUNT.format(login=holder.login))
    if account.person_id not in (None, person_id):
        raise Refused(ACCOUNT_HAS_PERSON.format(login=account.login))
    account.person_id = person_id
    audit.record(session, account, actor, "link_person", now, detail={"person": person_id})


def reset_password(session: Session, actor: Actor, account: Account, password_hash: str, now: datetime) -> None:
    account.password_hash, account.must_change_password = password_hash, True
    account.session_key = new_session_key()
    account.failed_logins, account.locked_until = 0, None
    audit.record(session, account, actor, "reset_password", now)


def unlock(session: Session, actor: Actor, account: Account, now: datetime) -> None:
    account.failed_logins, account.locked_until = 0, None
    audit.record(session, account, actor, "unlock", now)


def disable(session: Session, actor: Actor, account: Account, now: datetime, reason: str) -> None:
    """Close the account and its sessions; what it did stays on record."""
    if _is_last_administrator(session, account.id):
        raise Refused(LAST_ADMINISTRATOR)
    account.disabled_at, account.session_key = now, new_session_key()
    audit.record(session, account, actor, "disable", now, comment=reason)


def enable(session: Session, actor: Actor, account: Account, now: datetime) -> None:
    account.disabled_at = None
    audit.record(session, account, actor, "enable", now)


# ── roles ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def grant(session: Session, actor: Actor, account: Account, role: Role, on_id: int, now: datetime, reason: str = "") -> RoleGrant:
    """Give *account* the *role* on *on_id* (0 for the whole system).

    Raises `Refused` where *actor* may not give it there, where there is no such thing, or where it is already held.
    """
    _require_target(session, role, on_id)
    if not may_grant(session, actor, role, on_id):
        raise Refused(NOT_YOURS.format(role=role.title))
    if account.disabled_at is not None:
        raise Refused(DISABLED)
    if held(session, account.id, role, on_id) is not None:
        raise Refused(HELD.format(name=account.name, role=role.title))
    reason = reason.strip()
    given = RoleGrant(account_id=account.id, role=role.key, on_id=on_id, granted_by_id=actor.account_id, granted_at=now, reason=reason)
    session.add(given)
    audit.record(session, account, actor, "grant", now, comment=reason, detail=_detail(role, on_id))
    session.expire(account, ["grants"])
    return given


def end_grant(session: Session, actor: Actor, given: RoleGrant, now: datetime, reason: str) -> None:
    """Take a role back, from now on.  The row stays: what was done under it was done rightly."""
    if given.ended_at is not None:
        raise Refused(ENDED)
    if not may_grant(session, actor, given.what, given.on_id):
        raise Refused(NOT_YOURS.format(role=given.what.title))
    if given.what is Role.ADMINISTRATOR and _is_last_administrator(session, given.account_id):
        raise Refused(LAST_ADMINISTRATOR)
    given.ended_at, given.ended_by_id, given.end_reason = now, actor.account_id, reason.strip()
    audit.record(session, given.account, actor, "end_grant", now, comment=reason.strip(), detail=_detail(given.what, given.on_id))
    session.expire(given.account, ["grants"])


def may_grant(session: Session, actor: Actor, role: Role, on_id: int) -> bool:
    """The administrator gives every role; an organiser those of the competitions of the own organisation."""
    if actor.holds(Role.ADMINISTRATOR):
        return True
    targets = slices.role_targets_of(role.scope)
    if role.scope is not Scope.COMPETITION or targets is None:
        return False
    organisations = {id_ for scope, id_ in targets.within(session, on_id) if scope is Scope.ORGANISATION}
    return bool(organisations & actor.ids(Role.ORGANISER))


def held(session: Session, account_id: int, role: Role, on_id: int) -> RoleGrant | None:
    """The grant under which an account holds *role* on *on_id* now."""
    return session.scalar(
        sa.select(RoleGrant).where(
            RoleGrant.account_id == account_id, RoleGrant.role == role.key, RoleGrant.on_id == on_id, RoleGrant.ended_at.is_(None)
        )
    )


def first_administrator(session: Session, now: datetime, *, login: str, name: str, password_hash: str) -> Account:
    """The account an installation begins with; `Refused` once there is an administrator."""
    if _administrators(session):
        raise Refused(Text("已经有系统管理员了", "There is an administrator already"))
    account = create(session, Actor(name=name), now, login=login, name=name, password_hash=password_hash)
    session.add(RoleGrant(account_id=account.id, role=Role.ADMINISTRATOR.key, granted_at=now, reason="安装"))
    audit.record(session, account, Actor(name=name), "grant", now, detail=_detail(Role.ADMINISTRATOR, 0))
    return account


def _require_target(session: Session, role: Role, on_id: int) -> None:
    if not role.is_granted:
        raise Refused(NOT_GRANTED.format(role=role.title))
    targets = slices.role_targets_of(role.scope)
    exists = on_id == 0 if role.scope is Scope.SYSTEM else bool(on_id and targets and targets.name(session, on_id))
    if not exists:
        raise Refused(NO_TARGET.format(role=role.title))


def _detail(role: Role, on_id: int) -> dict[str, object]:
    return {"role": role.key, "scope": role.scope.value, "on": on_id}


def _administrators(session: Session) -> set[int]:
    """Whoever can still administrate; the rows are held until the end of the transaction."""
    return set(
        session.scalars(
            sa.select(RoleGrant.account_id)
            .join(Account, Account.id == RoleGrant.account_id)
            .where(RoleGrant.role == Role.ADMINISTRATOR.key, RoleGrant.ended_at.is_(None), Account.disabled_at.is_(None))
            .with_for_update()
        )
    )


def _is_last_administrator(session: Session, account_id: int) -> bool:
    return _administrators(session) == {account_id}
