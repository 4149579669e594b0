"""Award ceremonies: winners revealed step by step, the same on every screen, and nothing before its time."""
