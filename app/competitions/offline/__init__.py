"""Marking without a network: what a tablet takes along, and the worker that opens the desk from it."""
