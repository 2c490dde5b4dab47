"""Alembic migrations, shipped inside the package. A detector never needs one."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine


def configuration() -> Config:
    """Alembic's settings; no ini file."""
    config = Config()
    # ConfigParser would read % in a path as interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`; of several processes at once, one does the work."""
    config = configuration()
    with engine.connect() as connection:
        connection = connection.execution_options(mingjian_write=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("select pg_advisory_xact_lock(6301170518)")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
