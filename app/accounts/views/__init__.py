"""The pages of accounts.  Importing them declares their routes on `pages`."""

from app.accounts.views import administration, gate, notifications, own, signing_in
from app.accounts.views.blueprint import pages

__all__ = ["administration", "gate", "notifications", "own", "pages", "signing_in"]
