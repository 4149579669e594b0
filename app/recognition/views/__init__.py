"""The pages of recognitions.  Importing them declares their routes on `pages`."""

from app.recognition.views import panel, programmes, recognitions, spreadsheet
from app.recognition.views.blueprint import pages

__all__ = ["pages", "panel", "programmes", "recognitions", "spreadsheet"]
