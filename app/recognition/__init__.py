"""Recognising levels in enterprises."""
