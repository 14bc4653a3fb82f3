"""keep what was exported

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_name", sa.String(300), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column(
            "format",
            sa.Enum("csv", "xlsx", "json", name="format", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(300), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "ready", "cancelled", "expired",
                name="state", native_enum=False, create_constraint=True, length=30,
            ),
            nullable=False,
        ),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'cancelled') OR (file_id IS NOT NULL AND made_at IS NOT NULL)",
            name=op.f("ck__export__made_at_some_moment"),
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk__export__asked_by_id__user")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk__export__file_id__stored_file")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk__export__opportunity_id__opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__export")),
        sa.UniqueConstraint("file_id", name=op.f("uq__export__file_id")),
    )
    op.create_index("ix__export__of_call", "export", ["opportunity_id", "id"])
    op.create_index("ix__export__expiring", "export", ["state", "made_at"])
    op.create_index(op.f("ix__export_asked_by_id"), "export", ["asked_by_id"])
    op.create_index(op.f("ix__export_state"), "export", ["state"])


def downgrade() -> None:
    op.drop_table("export")
