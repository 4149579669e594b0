"""The methods of marking an aspect, each a value that is kept with its aspect as plain data.

Each says how a value is entered, why one cannot be, what mark the values come to (rounded once, to 0.01, halves up) and how.
"""

from workflows.competition.methods.agreed import Band, Banded, FullOrZero, Partial
from workflows.competition.methods.counted import Add, Deduct, Errors
from workflows.competition.methods.measured import Numeric, Timed, duration
from workflows.competition.methods.scored import Judgement, Scores
from workflows.competition.methods.stored import METHODS, data_of, method_from

__all__ = [
    "FULL_OR_ZERO",
    "JUDGEMENT",
    "METHODS",
    "PARTIAL",
    "Add",
    "Band",
    "Banded",
    "Deduct",
    "Errors",
    "FullOrZero",
    "Judgement",
    "Numeric",
    "Partial",
    "Scores",
    "Timed",
    "data_of",
    "duration",
    "method_from",
]

FULL_OR_ZERO, PARTIAL, JUDGEMENT = FullOrZero(), Partial(), Judgement()
