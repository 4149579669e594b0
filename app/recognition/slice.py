"""What this slice adds to the office."""

from app.core.slices import Slice
from app.recognition import models  # noqa: F401  its tables

RECOGNITION = Slice("recognition")
