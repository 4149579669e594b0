"""What this slice adds to the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.notifying import notify
from app.accounts.views import pages
from app.core import jobs
from app.core.actor import Actor
from app.core.slices import NavigationEntry, Panel, Slice
from workflows.roles import Role
from workflows.text import Text

SYSTEM = Text("系统", "System")
OVERSEERS = (Role.ADMINISTRATOR, Role.AUDITOR)


def panels(session: Session, actor: Actor, _now: datetime) -> Iterable[Panel]:
    """For the administrator, what went wrong behind the pages."""
    if actor.holds(Role.ADMINISTRATOR):
        failed = session.scalar(sa.select(sa.func.count()).where(jobs.Job.state == jobs.FAILED)) or 0
        yield Panel("accounts/panel.html", {"failed": failed})


ACCOUNTS = Slice(
    "accounts",
    blueprints=(pages,),
    deliveries={"notify": (notify,)},
    navigation=(
        NavigationEntry(Text("账号", "Accounts"), "accounts.accounts", "people", (Role.ADMINISTRATOR,), SYSTEM),
        NavigationEntry(Text("角色", "Roles"), "accounts.role_grants", "person-badge", OVERSEERS, SYSTEM),
        NavigationEntry(Text("后台任务", "Jobs"), "operations.jobs_page", "cpu", (Role.ADMINISTRATOR,), SYSTEM),
        NavigationEntry(Text("审计链", "Audit chain"), "operations.audit_page", "link-45deg", OVERSEERS, SYSTEM),
    ),
    panels=panels,
    action_titles={
        "create": Text("建立", "Created"),
        "link_person": Text("关联个人档案", "Linked with a person"),
        "lock": Text("连续输错，账号锁定", "Locked after wrong passwords"),
        "unlock": Text("解锁", "Unlocked"),
        "sign_in": Text("登录", "Signed in"),
        "use_recovery_code": Text("用备用码登录", "Signed in with a recovery code"),
        "change_password": Text("修改密码", "Password changed"),
        "reset_password": Text("重置密码", "Password reset"),
        "end_sessions": Text("退出其他设备", "Other sessions ended"),
        "enrol_second_factor": Text("启用动态验证码", "Second factor enrolled"),
        "drop_second_factor": Text("停用动态验证码", "Second factor dropped"),
        "disable": Text("停用账号", "Account disabled"),
        "enable": Text("启用账号", "Account enabled"),
        "grant": Text("授予角色", "Role given"),
        "end_grant": Text("收回角色", "Role ended"),
    },
)
