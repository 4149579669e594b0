"""Locking sub criterion by sub criterion and day, and accepting what is locked."""
