"""The blueprints of the pages about rewards, and who comes in where."""

from app.web.door import Pages, roles
from workflows.roles import Role

claim_pages = Pages("claims", __name__, url_prefix="/claims")
payment_pages = Pages("payments", __name__, url_prefix="/payments")
clawback_pages = Pages("clawbacks", __name__, url_prefix="/clawbacks")
reward_pages = Pages("rewards", __name__, url_prefix="/rewards")

BUREAU = roles(Role.REVIEWER, Role.APPROVER)
FINANCE = roles(Role.FINANCE)
PAYMENT_READERS = roles(Role.FINANCE, Role.REVIEWER, Role.APPROVER, Role.AUDITOR)
RECOMPUTERS = roles(Role.REVIEWER, Role.APPROVER, Role.AUDITOR)
POLICY_READERS = roles(Role.ADMINISTRATOR, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR)
ADMINISTRATOR = roles(Role.ADMINISTRATOR)
