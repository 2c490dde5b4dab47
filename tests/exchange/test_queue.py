"""A consumer group against a real redis-server; skips visibly where there is none."""

from __future__ import annotations

import pytest

from mingjian.exchange.queue import Queue, QueueProblem


@pytest.fixture
def filled(redis_url):
    import redis

    with redis.Redis.from_url(redis_url) as server:
        server.flushall()
        names = [server.xadd("in", {"text": f"t{number}"}).decode() for number in range(5)]
    return redis_url, names


def _names(entries):
    return [name for name, _ in entries]


def test_entries_are_given_once_and_again_after_a_restart(filled):
    url, names = filled
    queue = Queue(url, "in", "g", "one", None)
    assert _names(queue.fresh(3)) == names[:3]
    queue.acknowledge(names[:1])
    queue.close()
    queue = Queue(url, "in", "g", "one", None)
    assert _names(queue.own(9, "0")) == names[1:3]
    assert _names(queue.own(9, names[1])) == names[2:3]
    assert _names(queue.fresh(9)) == names[3:]
    assert queue.entry(names[1]) == {b"text": b"t1"}
    assert queue.entry("1-1") is None
    queue.acknowledge(names)
    assert queue.own(9, "0") == queue.fresh(9) == []
    queue.close()


def test_what_another_left_behind_is_taken_over(filled):
    url, names = filled
    gone = Queue(url, "in", "g", "gone", None)
    gone.fresh(9)
    gone.close()
    queue = Queue(url, "in", "g", "one", None)
    assert queue.left_behind(9, idle=3600) == []
    assert _names(queue.left_behind(9, idle=0)) == names
    queue.close()


def test_a_server_that_is_away_is_said(tmp_path):
    pytest.importorskip("redis", reason="no redis package: pip install 'mingjian[queue]'")
    with pytest.raises(QueueProblem):
        Queue(f"unix://{tmp_path / 'nobody'}", "in", "g", "one", None)
    with pytest.raises(QueueProblem):
        Queue("no url", "in", "g", "one", None)
