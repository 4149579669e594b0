"""Putting a list before the public, and hearing objections."""
