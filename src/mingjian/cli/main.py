"""`mingjian`: one command, one file per noun; heavy imports wait until a command runs."""

from __future__ import annotations

import signal
import sys

import typer

from mingjian.cli import (
    account,
    alert_send,
    camera,
    campaign,
    case_decide,
    custody,
    detectors,
    doctor,
    drill,
    evidence,
    examine,
    incident,
    known,
    label,
    law,
    playbook,
    report,
    serve,
    situation,
    validate,
    warn_changes,
    watch,
    worker,
)
from mingjian.cli.speak import t

app = typer.Typer(
    name="mingjian",
    help=t(
        "明鉴：离线检验数字证据，发现、评估人工智能犯罪迹象。",
        "Mingjian: examines digital evidence for signs of AI-enabled crime, offline.",
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("examine", help=examine.HELP)(examine.examine)
app.command("doctor", help=doctor.HELP)(doctor.doctor)
app.command("detectors", help=detectors.HELP)(detectors.detectors)
app.command("validate", help=validate.HELP)(validate.validate)
app.command("serve", help=serve.HELP)(serve.serve)
app.command("worker", help=worker.HELP)(worker.worker)
app.add_typer(account.app, name="account")
app.add_typer(evidence.app, name="evidence")
app.add_typer(case_decide.app, name="case")
app.add_typer(custody.app, name="custody")
app.add_typer(label.app, name="label")
app.add_typer(known.app, name="known")
app.add_typer(camera.app, name="camera")
app.add_typer(law.app, name="law")
app.add_typer(report.app, name="report")
app.add_typer(incident.app, name="incident")
app.add_typer(playbook.app, name="playbook")
app.add_typer(drill.app, name="drill")
app.add_typer(warn_changes.app, name="warn")
app.add_typer(alert_send.app, name="alert")
app.add_typer(situation.app, name="situation")
app.add_typer(watch.app, name="watch")
app.add_typer(campaign.app, name="campaign")


def _version(shown: bool) -> None:
    if shown:
        from mingjian import __version__

        typer.echo(f"mingjian {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help=t("显示版本", "show the version")
    ),
) -> None:
    pass


class _Stopped(BaseException):
    """Asked to stop from outside. Not a KeyboardInterrupt, of which typer says "Aborted!"."""

    def __init__(self, number: int) -> None:
        self.signal = number


def _stop(number: int, frame: object) -> None:
    raise _Stopped(number)


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 `--fail-on` met, 2 usage, 4 broken, 128 + signal."""
    from mingjian.app.errors import MingjianError
    from mingjian.app.language import default_language

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        app()
    except MingjianError as error:
        sys.stderr.write(error.in_language(default_language()) + "\n")
        sys.exit(error.exit_code)
    except _Stopped as stopped:
        sys.stderr.write(
            t("已中断；重新运行同一命令将继续。", "Interrupted; run the same command to continue.")
            + "\n"
        )
        sys.exit(128 + stopped.signal)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        sys.stderr.write(
            t(
                f"系统无法完成读写：{error.strerror}{place}。已完成的部分均已保存，"
                "排除原因后重新运行同一命令将继续。\n",
                f"The system could not read or write: {error.strerror}{place}. What was done is "
                "kept; put this right and run the same command to continue.\n",
            )
        )
        sys.exit(4)
    except Exception as error:
        # A message may quote evidence, so only where it happened is shown.
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
        sys.stderr.write(
            t(
                f"明鉴内部错误：{type(error).__name__}（{place}）。"
                "请附 `mingjian doctor` 的输出报告。\n",
                f"Mingjian broke: {type(error).__name__} ({place}). "
                "Please report it with the output of `mingjian doctor`.\n",
            )
        )
        sys.exit(4)


if __name__ == "__main__":
    main()
