"""Entering a skill, alone or as a delegation; the waiting list; the desk where competitors report."""
