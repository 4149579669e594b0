"""What this slice adds to the office."""

from app.competitions import models  # noqa: F401  its tables
from app.core.slices import Slice

COMPETITIONS = Slice("competitions")
