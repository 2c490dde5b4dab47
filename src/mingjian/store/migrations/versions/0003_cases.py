"""Cases that persons work on: events, states made from them, artefacts found in them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _case_id() -> sa.Column[int]:
    return sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "case_event",
        _case_id(),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("aspect", sa.String(80), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary),
        comment="What persons did in a case; the custody entry of the same number binds the body.",
    )
    op.create_table(
        "case_state",
        _case_id(),
        sa.Column("aspect", sa.String(80), primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        comment="Where the events of one aspect of a case have led.",
    )
    op.create_table(
        "case_artefact",
        _case_id(),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("value", sa.LargeBinary, primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        comment="Things found in a case that another case may share; made anew from records.",
    )
    op.create_index("case_artefact_value", "case_artefact", ["kind", "value"])
    op.create_table(
        "case_indexed",
        _case_id(),
        sa.Column("seq", sa.BigInteger, nullable=False),
        comment="Up to which custody entry the artefacts of a case were read.",
    )


def downgrade() -> None:
    raise NotImplementedError("custody is append-only: there is no way back")
