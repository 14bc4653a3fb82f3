"""keep a list of nominations that an office looked into, and what became of its rows

Revision: 0062, after 0061
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nomination_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.Column("looked_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(done_at IS NULL) = (done_by_id IS NULL)",
            name=op.f("ck__nomination_list__done_at_some_time_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["home_id"],
            ["organisation.id"],
            name=op.f("fk__nomination_list__home_id__organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["user.id"], name=op.f("fk__nomination_list__looked_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["user.id"], name=op.f("fk__nomination_list__done_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__nomination_list")),
    )
    op.create_index("ix__nomination_list__of_home", "nomination_list", ["home_id", "id"])


def downgrade() -> None:
    op.drop_table("nomination_list")
