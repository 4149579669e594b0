"""Competitions, from the plan to the prize."""
