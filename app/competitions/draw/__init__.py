"""The draw: a committed seed, seats by lot, and everything anyone needs to draw again."""
