"""Standings while the marking goes on: kept by difference with every mark, computed anew from all marks, and always the same."""
