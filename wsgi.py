"""What a WSGI server serves: `wsgi:app`.

Behind a proxy that ends TLS, `PROXIES` says how many stand in a row; only then are their headers believed.
"""

import os

from werkzeug.middleware.proxy_fix import ProxyFix

from app import create_app

app = create_app()

if proxies := int(os.environ.get("PROXIES", "0")):
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
