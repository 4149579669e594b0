"""The pages of marking schemes.  Importing them declares their routes on `pages`."""

from app.competitions.schemes.views import editing, practising, reading, taking_over, versions
from app.competitions.schemes.views.blueprint import pages

__all__ = ["editing", "pages", "practising", "reading", "taking_over", "versions"]
