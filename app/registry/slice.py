"""What this slice adds to the office."""

from app.core.slices import Slice
from app.registry import models  # noqa: F401  its tables

REGISTRY = Slice("registry")
