"""The blueprint of all pages about accounts."""

from app.web.door import Pages

pages = Pages("accounts", __name__)
