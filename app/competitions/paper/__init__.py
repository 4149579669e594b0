"""Marking on paper: sheets with the same layout and codes, and two persons who type them in."""
