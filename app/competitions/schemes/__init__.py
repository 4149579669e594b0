"""Marking schemes: entered, imported, copied, exported, locked."""
