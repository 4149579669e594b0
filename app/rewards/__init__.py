"""From an achievement to the money it is due."""
