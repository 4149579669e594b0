"""The pages of the registers.  Importing them declares their routes on `pages`."""

from app.registry.views import lists, organisations, people
from app.registry.views.blueprint import pages

__all__ = ["lists", "organisations", "pages", "people"]
