# The same set-up as everywhere else: run.py makes .venv and static/vendor; the second stage carries no cache and no npm.
FROM python:3.13-slim AS build
WORKDIR /opt/jiangbang
COPY . .
RUN python run.py build && python -m compileall -q app workflows

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /var/lib/jiangbang jiangbang
COPY --from=build /opt/jiangbang /opt/jiangbang
WORKDIR /opt/jiangbang
ENV JIANGBANG_INSTANCE=/var/lib/jiangbang/instance PYTHONUNBUFFERED=1
USER jiangbang
RUN mkdir /var/lib/jiangbang/instance
VOLUME /var/lib/jiangbang/instance
EXPOSE 8000
CMD [".venv/bin/python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "8", "wsgi:app"]
