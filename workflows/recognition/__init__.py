"""Recognising a worker's level in the enterprise."""
