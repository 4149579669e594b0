"""The recheck of marks by the arbiter."""
