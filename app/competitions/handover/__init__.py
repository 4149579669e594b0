"""Marks that come without a network: packed on one device, brought in by another."""
