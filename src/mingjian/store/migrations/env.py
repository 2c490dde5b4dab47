"""Alembic runs this file; the connection is handed over by `upgrade`."""

from alembic import context

from mingjian.store import views, watch_tables  # noqa: F401 - tables are known once imported
from mingjian.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
