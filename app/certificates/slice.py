"""What this slice adds to the office."""

from app.certificates import models  # noqa: F401  its tables
from app.core.slices import Slice

CERTIFICATES = Slice("certificates")
