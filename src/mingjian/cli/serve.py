"""`mingjian serve`: the desk in a browser, on this machine unless told otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.cli.speak import Lang, as_language, t

if TYPE_CHECKING:
    import socket

HELP = t(
    "在浏览器中打开桌面：登录后检验、查看与办理案件；默认仅限本机。",
    "Open the desk in a browser: sign in to examine, read and handle cases; this machine only.",
)


def serve(
    host: Annotated[str, typer.Option(help=t("监听地址", "where to listen"))] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help=t("端口；0 为任选", "port; 0 takes any"))
    ] = 8765,
    tls_in_front: Annotated[
        bool,
        typer.Option(
            "--i-know-tls-is-in-front",
            help=t(
                "允许监听本机以外的地址：前面已有提供 TLS 的反向代理",
                "allow an address beyond this machine: a reverse proxy with TLS is in front",
            ),
        ),
    ] = False,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            help=t("反向代理对外的主机名", "the public host name of the reverse proxy"),
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--first",
            help=t("首次启动时第一个账户的名字", "name of the first account"),
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            min=1,
            max=64,
            help=t(
                "答复请求的进程数；每个至多占一个处理器核，约 300 MB 内存",
                "processes that answer; each takes up to one core and some 300 MB of memory",
            ),
        ),
    ] = 1,
    lang: Lang = None,
) -> None:
    import logging
    import sys
    from contextlib import closing

    from mingjian.app.accounts import Accounts
    from mingjian.app.settings import load_settings
    from mingjian.cli.serving import serve_on
    from mingjian.web.door import Door, host_names

    settings = load_settings(language=as_language(lang))
    _check(host, tls_in_front, name)
    listening = _bound(host, port)
    port = listening.getsockname()[1]
    # A browser takes a __Host- cookie from this very host alone, but only through TLS.
    cookie = "__Host-mingjian" if tls_in_front else f"mingjian-{port}"
    names = host_names(host, port, name)
    shown = f"[{host}]" if ":" in host else host
    base = f"https://{name}" if tls_in_front else f"http://{shown}:{port}"
    typer.echo(t("桌面已就绪：", "The desk is ready: ") + f"{base}/{settings.language}/desk")
    with closing(Accounts(settings)) as accounts:
        link = accounts.first_link(first or settings.actor)
    if link:
        typer.echo(
            t(
                "还没有人登录过。用这个一次性链接设置第一个账户的密码（24 小时内有效）：",
                "Nobody has signed in yet. Set the password of the first account by this one-time "
                "link (good for 24 hours):",
            )
            + f"\n{base}/{settings.language}/enter?token={link}"
        )
    typer.echo(t("按 Ctrl+C 停止。", "Stop with Ctrl+C."))
    sys.stdout.flush()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")

    def door_of(accounts: Accounts) -> Door:
        return Door(names, cookie, accounts, secure=tls_in_front)

    raise typer.Exit(serve_on(listening, settings, door_of, workers))


def _check(host: str, tls_in_front: bool, name: str | None) -> None:
    """Refuse an address that others can reach, unless TLS is said to stand in front."""
    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message
    from mingjian.web.door import is_loopback

    if tls_in_front and not name:
        raise UsageError(
            Message(
                "须用 --name 写明反向代理对外的主机名",
                "say with --name what the reverse proxy is called from outside",
            )
        )
    if not tls_in_front and not is_loopback(host):
        raise UsageError(
            Message(
                f"{host[:80]} 可从本机以外访问，而本服务自身没有 TLS",
                f"{host[:80]} can be reached from beyond this machine, and this server has no TLS",
            ),
            Message(
                "请用 127.0.0.1；前面已有提供 TLS 的反向代理时，加 --i-know-tls-is-in-front "
                "与 --name 主机名",
                "use 127.0.0.1; where a reverse proxy with TLS is in front, add "
                "--i-know-tls-is-in-front and --name HOST",
            ),
        )


def _bound(host: str, port: int) -> socket.socket:
    import socket

    from mingjian.app.errors import UsageError
    from mingjian.cli.serving import WAITING
    from mingjian.domain.message import Message

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(WAITING)  # before the link is shown: it may be opened at once
    except OSError as error:
        listening.close()
        raise UsageError(
            Message(f"无法监听 {host} 的 {port} 端口", f"cannot listen on {host} port {port}"),
            Message(
                f"（{error.strerror}）请换一个 --port", f"({error.strerror}) choose another --port"
            ),
        ) from None
    return listening
