# syntax=docker/dockerfile:1

# The first stage installs the locked dependencies into a virtual environment of its own, by the script that `make install` uses.
# scripts/rehearse_image.py does these steps without a container engine, and a test runs it.
FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1
COPY pyproject.toml requirements-run.lock /src/
COPY scripts /src/scripts
RUN sh /src/scripts/install --python python3 --extras metrics,postgres /opt/venv /src/requirements-run.lock \
    && /opt/venv/bin/python -m pip uninstall --yes pip

# The second stage has what is needed to run, and nothing to build with.
FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="osai-faq-bot" \
      org.opencontainers.image.description="A Discord FAQ bot about open-source AI" \
      org.opencontainers.image.licenses="Apache-2.0 AND CC-BY-4.0"
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin bot \
    && install --directory --owner=bot --group=bot --mode=0700 /data
COPY --from=build /opt/venv /opt/venv
COPY bot /app/bot
COPY knowledge /app/knowledge
COPY LICENSE /app/
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/data/cache \
    BOT_DATABASE_PATH=/data/osai-faq.sqlite3
USER 10001
VOLUME /data
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "bot", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
