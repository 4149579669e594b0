"""Corrections of marks: typed, with a reason, by two persons."""
