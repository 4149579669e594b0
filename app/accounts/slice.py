"""What this slice adds to the office."""

from app.accounts import models  # noqa: F401  its tables
from app.core.slices import Slice

ACCOUNTS = Slice("accounts")
