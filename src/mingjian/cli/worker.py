"""`mingjian worker`: one more machine at the same store."""

from __future__ import annotations

from typing import Annotated

import typer

from mingjian.cli.speak import t

HELP = t(
    "作为工作节点，从共享的 PostgreSQL 库领取并检验未完成的材料，直到没有为止。",
    "Work as one more machine: lease and examine unfinished items from a shared PostgreSQL store "
    "until none is left.",
)


def worker(
    run: Annotated[
        int | None, typer.Option("--run", help=t("只处理这一次运行", "only this run"))
    ] = None,
) -> None:
    from mingjian.app.examine import work
    from mingjian.app.settings import load_settings

    done = work(load_settings(), run)
    typer.echo(t(f"已参与 {done} 次检验，均已完成。", f"took part in {done} runs; none is left."))
