"""The blueprint of all pages about people, organisations and the official lists."""

from app.web.door import Pages

pages = Pages("registry", __name__)
