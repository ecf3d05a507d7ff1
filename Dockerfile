# One image for `sharecase migrate`, `sharecase worker` and `sharecase web`.
# Locked packages first, so that a change of code rebuilds only the last layers.
ARG PYTHON_VERSION=3.11

FROM python:${PYTHON_VERSION}-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/sharecase/venv
COPY requirements.lock /tmp/requirements.lock
RUN /opt/sharecase/venv/bin/pip install --require-hashes --no-deps -r /tmp/requirements.lock

FROM python:${PYTHON_VERSION}-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/sharecase --create-home sharecase
COPY --from=packages /opt/sharecase/venv /opt/sharecase/venv
WORKDIR /opt/sharecase/app
COPY . .
# The program runs from its folders, as in a checkout; `sharecase` is the same `python -m cli.main`.
RUN printf '#!/bin/sh\nexec /opt/sharecase/venv/bin/python -m cli.main "$@"\n' >/usr/local/bin/sharecase \
    && chmod 755 /usr/local/bin/sharecase \
    && /opt/sharecase/venv/bin/python -m compileall -q /opt/sharecase/app
ENV PATH=/opt/sharecase/venv/bin:$PATH \
    PYTHONPATH=/opt/sharecase/app \
    PYTHONUNBUFFERED=1 \
    SHARECASE_MODE=production \
    SHARECASE_ENVIRONMENT=production
USER sharecase
EXPOSE 8000
ENTRYPOINT ["sharecase"]
CMD ["web"]
