# syntax=docker/dockerfile:1
# Tillside's processes; which one is the command: web, worker --queue NAME, scheduler, db upgrade.
# For builds that can be repeated to the byte, pin the base by its digest: --build-arg BASE=…@sha256:…
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
WORKDIR /build
COPY pyproject.toml requirements.lock ./
COPY scripts ./scripts
# Everything by its hash; what comes as source is built with tools that have theirs too.
RUN python scripts/runtime_lock.py tools > tools.txt \
 && python scripts/runtime_lock.py > runtime.txt \
 && python -m venv /tools \
 && /tools/bin/pip install --require-hashes --no-deps -r tools.txt \
 && /tools/bin/pip wheel --require-hashes --no-deps --no-build-isolation -w /wheels -r runtime.txt
COPY README.md LICENSE ./
COPY channels ./channels
COPY integration ./integration
COPY migrations ./migrations
COPY platforms ./platforms
COPY simulators ./simulators
COPY ui_embed ./ui_embed
COPY webhooks ./webhooks
RUN /tools/bin/pip wheel --no-deps --no-build-isolation -w /wheels . \
 && python -m venv /opt/tillside \
 && /opt/tillside/bin/pip install --no-index --find-links /wheels tillside \
 && /opt/tillside/bin/pip uninstall --yes pip

FROM ${BASE}
# What transcripts as PDF are set with, and letters for them (Greek and Hebrew among them).
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
    fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 tillside \
 && useradd --system --uid 10001 --gid tillside --home-dir /data --shell /usr/sbin/nologin tillside \
 && install -d -o tillside -g tillside -m 0700 /data
COPY --from=build /opt/tillside /opt/tillside
ENV PATH=/opt/tillside/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8080
# By its number: where root is forbidden, a name proves nothing.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# Workers and schedulers answer at METRICS_PORT, the web process at PORT.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + (os.environ.get('METRICS_PORT') or os.environ['PORT']) + '/healthz', timeout=4)"]
ENTRYPOINT ["tillside"]
CMD ["web"]
