"""Where the pages of marking schemes stand, and who comes in."""

from __future__ import annotations

from app.web.door import Pages, roles
from workflows.roles import Role

pages = Pages("schemes", __name__, url_prefix="/schemes")

OVERSIGHT = (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)
READ = roles(Role.ORGANISER, Role.JUDGE, *OVERSIGHT)
KEEP = roles(Role.ORGANISER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
