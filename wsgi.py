"""What a WSGI server serves: `wsgi:app`."""

from app import create_app

app = create_app()
