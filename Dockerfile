# Builds with BuildKit and with the classic builder; needs the base image and the locked wheels, nothing else.
ARG BASE_IMAGE=python:3.13-alpine

FROM ${BASE_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
RUN python3 -m venv tools && python3 -m venv --without-pip /opt/cryptobot
COPY requirements/build.txt requirements/runtime.txt requirements/
RUN tools/bin/pip install --no-deps --require-hashes --only-binary :all: -r requirements/build.txt \
 && tools/bin/pip --python /opt/cryptobot install --no-deps --require-hashes --only-binary :all: --no-compile \
    -r requirements/runtime.txt
COPY deploy/prune.py deploy/
RUN python3 deploy/prune.py /opt/cryptobot
COPY pyproject.toml README.md ./
COPY src src
RUN tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && tools/bin/pip --python /opt/cryptobot install --no-deps --no-compile dist/*.whl \
 && /opt/cryptobot/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/cryptobot/lib

FROM ${BASE_IMAGE}
# The official base ships its standard library uncompiled, and on a read-only filesystem it would stay so.
RUN python3 -m compileall -q -x '/(ensurepip|idlelib|lib2to3|site-packages|test|turtledemo)/' \
    "$(python3 -c 'import os; print(os.path.dirname(os.__file__))')" \
 && mkdir /data && chown 10001:10001 /data
COPY --from=build /opt/cryptobot /opt/cryptobot
ENV PATH=/opt/cryptobot/bin:$PATH \
    HOME=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    ENVIRONMENT=production \
    HOST=:: \
    DATABASE_URL=/data/cryptobot.db
EXPOSE 8080
# Mount a volume at /data. There is no VOLUME instruction because Railway refuses to build one.
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s --retries=3 \
    CMD ["/opt/cryptobot/bin/python", "-m", "entrypoints.image.health"]
ENTRYPOINT ["/opt/cryptobot/bin/python", "-m", "entrypoints.image.start"]
CMD ["serve"]

ARG VERSION=unknown
ARG RAILWAY_GIT_COMMIT_SHA
ARG GIT_COMMIT=$RAILWAY_GIT_COMMIT_SHA
ENV RELEASE_COMMIT=$GIT_COMMIT
LABEL org.opencontainers.image.title="Crypto Bot" \
      org.opencontainers.image.description="A self-hosted crypto trading bot backend" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$GIT_COMMIT
