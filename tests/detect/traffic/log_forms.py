"""The same requests written as the servers write them: combined, W3C extended, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CRAWLER = "Mozilla/5.0 (compatible; Seekbot/2.1; +https://seek.example/bot.html)"
FIELDS = (
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken"
)
HEAD = (
    "#Software: Microsoft Internet Information Services 10.0",
    "#Version: 1.0",
    "#Date: 2026-09-12 13:00:00",
    FIELDS,
)


@dataclass(frozen=True)
class Sent:
    """One request and its answer; `second` counts from 13:00 UTC."""

    target: str
    client: str = "198.51.100.9"
    second: int = 0
    method: str = "GET"
    status: int = 200
    agent: str = BROWSER
    referer: str = "-"

    @property
    def at(self) -> datetime:
        return datetime(2026, 9, 12, 13, tzinfo=UTC) + timedelta(seconds=self.second)


def combined(one: Sent) -> str:
    return (
        f"{one.client} - - [{one.at:%d/%b/%Y:%H:%M:%S +0000}] "
        f'"{one.method} {one.target} HTTP/1.1" {one.status} 512 "{one.referer}" "{one.agent}"'
    )


def w3c(one: Sent) -> str:
    stem, _, query = one.target.partition("?")
    agent = one.agent.replace(" ", "+")
    return (
        f"{one.at:%Y-%m-%d %H:%M:%S} 192.0.2.1 {one.method} {stem} {query or '-'} 443 - "
        f"{one.client} {agent} {one.referer} {one.status} 0 0 15"
    )


def nginx(one: Sent) -> str:
    return json.dumps(
        {
            "time_iso8601": f"{one.at + timedelta(hours=8):%Y-%m-%dT%H:%M:%S}+08:00",
            "remote_addr": one.client,
            "remote_user": "",
            "request": f"{one.method} {one.target} HTTP/1.1",
            "status": str(one.status),
            "body_bytes_sent": "512",
            "http_referer": "" if one.referer == "-" else one.referer,
            "http_user_agent": one.agent,
        }
    )


def nginx_in_pieces(one: Sent) -> str:
    return json.dumps(
        {
            "@timestamp": f"{one.at:%Y-%m-%dT%H:%M:%S.000}Z",
            "remote_addr": one.client,
            "request_method": one.method,
            "uri": one.target.partition("?")[0],
            "args": one.target.partition("?")[2],
            "status": one.status,
            "http_referer": one.referer,
            "http_user_agent": one.agent,
        }
    )


def caddy(one: Sent) -> str:
    headers = {"User-Agent": [one.agent], "Accept": ["*/*"]}
    if one.referer != "-":
        headers["Referer"] = [one.referer]
    return json.dumps(
        {
            "level": "info",
            "ts": one.at.timestamp() + 0.25,
            "logger": "http.log.access",
            "msg": "handled request",
            "request": {
                "remote_ip": one.client,
                "remote_port": "52114",
                "client_ip": one.client,
                "proto": "HTTP/2.0",
                "method": one.method,
                "host": "shop.example",
                "uri": one.target,
                "headers": headers,
            },
            "user_id": "",
            "duration": 0.01,
            "status": one.status,
        }
    )


def traefik(one: Sent) -> str:
    return json.dumps(
        {
            "ClientAddr": f"{one.client}:40112",
            "ClientHost": one.client,
            "ClientUsername": "-",
            "DownstreamStatus": one.status,
            "RequestMethod": one.method,
            "RequestPath": one.target,
            "StartUTC": f"{one.at:%Y-%m-%dT%H:%M:%S}.123456789Z",
            "request_User-Agent": one.agent,
            "request_Referer": one.referer,
        }
    )


def elastic(one: Sent) -> str:
    path, _, query = one.target.partition("?")
    item: dict[str, Any] = {
        "@timestamp": f"{one.at:%Y-%m-%dT%H:%M:%S}Z",
        "source": {"ip": one.client, "port": 1234},
        "http": {
            "request": {"method": one.method, "referrer": one.referer},
            "response": {"status_code": one.status},
        },
        "url": {"path": path, "query": query},
        "user_agent": {"original": one.agent},
    }
    return json.dumps(item)


def elastic_dotted(one: Sent) -> str:
    return json.dumps(
        {
            "@timestamp": f"{one.at:%Y-%m-%dT%H:%M:%S}Z",
            "source.ip": one.client,
            "http.request.method": one.method,
            "http.request.referrer": one.referer,
            "http.response.status_code": one.status,
            "url.original": one.target,
            "user_agent.original": one.agent,
        }
    )


def envoy(one: Sent) -> str:
    return json.dumps(
        {
            "start_time": f"{one.at:%Y-%m-%dT%H:%M:%S.000}Z",
            "method": one.method,
            "path": one.target,
            "response_code": one.status,
            "user_agent": one.agent,
            "referer": one.referer,
            "downstream_remote_address": f"{one.client}:33110",
        }
    )


def apache(one: Sent) -> str:
    path, mark, query = one.target.partition("?")
    return json.dumps(
        {
            "time": f"[{one.at:%d/%b/%Y:%H:%M:%S +0000}]",
            "remoteIP": one.client,
            "request": path,
            "query": mark + query,
            "method": one.method,
            "status": str(one.status),
            "userAgent": one.agent,
            "referer": one.referer,
        }
    )


JSON_FORMS: dict[str, Callable[[Sent], str]] = {
    "nginx": nginx,
    "nginx in pieces": nginx_in_pieces,
    "caddy": caddy,
    "traefik": traefik,
    "elastic": elastic,
    "elastic dotted": elastic_dotted,
    "envoy": envoy,
    "apache": apache,
}
