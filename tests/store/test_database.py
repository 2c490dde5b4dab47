"""Connections: one that ended while quiet is not used; the clock is part of a question."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from mingjian.store import database as of_database
from mingjian.store.database import Database


@pytest.fixture
def database(database_url):
    made = Database(database_url)
    yield made
    made.close()


def test_a_connection_that_ended_while_it_was_quiet_is_replaced(database, monkeypatch):
    if database.sqlite:
        pytest.skip("SQLite has no server that could end one")
    monkeypatch.setattr(of_database, "QUIET_SECONDS", 0.0)
    with database.read() as connection:
        process = connection.scalar(sa.text("select pg_backend_pid()"))
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.write() as connection:
        connection.execute(sa.text("select pg_terminate_backend(:process)"), {"process": process})
    other.close()
    time.sleep(0.1)
    with database.read() as connection:
        assert connection.scalar(sa.text("select pg_backend_pid()")) != process


def test_the_clock_is_the_same_in_a_question_and_alone(database):
    asked = sa.select(database.clock)
    with database.read() as connection:
        first = float(connection.scalar(asked))
        assert abs(database.now(connection) - first) < 60
        time.sleep(0.01)
        assert float(connection.scalar(asked)) > first


def test_a_question_leaves_no_transaction_behind(database):
    with database.read() as connection:
        connection.execute(sa.text("select 1"))
    with database.write() as connection:
        connection.execute(sa.text("create table left_over (id integer)"))
    with database.read() as connection:
        assert connection.scalar(sa.text("select count(*) from left_over")) == 0
