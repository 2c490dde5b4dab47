import typer

HELP = ""
app = typer.Typer()


@app.command("x")
def validate() -> None: ...
