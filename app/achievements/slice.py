"""What this slice adds to the office."""

from app.achievements import models  # noqa: F401  its tables
from app.core.slices import Slice

ACHIEVEMENTS = Slice("achievements")
