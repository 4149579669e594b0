"""The rulebook: every procedure, and the arithmetic it calls for.

Plain Python: the standard library and `transitions`, nothing else.  Whoever wants to know what
Jiangbang does with a mark, a level or an amount reads here; `app/` only applies it.
"""
