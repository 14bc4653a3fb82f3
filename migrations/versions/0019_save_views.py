"""save views of the office's list

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck__saved_view__has_a_name")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk__saved_view__opportunity_id__opportunity"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk__saved_view__owner_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__saved_view")),
    )
    op.create_index(op.f("ix__saved_view_owner_id"), "saved_view", ["owner_id"])
    for name, columns, where in (
        ("uq__saved_view__mine", ["opportunity_id", "owner_id", "name"], sa.text("NOT shared")),
        ("uq__saved_view__shared", ["opportunity_id", "name"], sa.text("shared")),
    ):
        op.create_index(
            name,
            "saved_view",
            columns,
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    op.drop_table("saved_view")
