"""What this slice adds to the office."""

from app.core.slices import Slice
from app.notices import models  # noqa: F401  its tables

NOTICES = Slice("notices")
