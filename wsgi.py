"""What a WSGI server serves: `wsgi:app`.

Behind a proxy that ends TLS, `PROXIES` says how many stand in a row; only then are their headers believed.
"""

import gc
import os

gc.disable()  # nothing that is loaded now is ever thrown away: looking for what to throw away would take a tenth of the start

from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: E402

from app import create_app  # noqa: E402

app = create_app()
gc.enable()  # without gc.freeze() before it: docs/decisions/0014

if proxies := int(os.environ.get("PROXIES", "0")):
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
