"""What this slice adds to the office."""

from app.core.slices import Slice

RECOGNITION = Slice("recognition")
