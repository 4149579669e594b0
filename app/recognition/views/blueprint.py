"""The blueprint of all pages about recognitions, and who comes in where."""

from app.web.door import Pages, roles
from workflows.roles import Role

pages = Pages("recognition", __name__, url_prefix="/recognition")

CLERKS = roles(Role.CLERK)
ASSESSORS = roles(Role.ASSESSOR)
READERS = roles(Role.CLERK, Role.ASSESSOR, Role.REVIEWER, Role.APPROVER, Role.AUDITOR)
