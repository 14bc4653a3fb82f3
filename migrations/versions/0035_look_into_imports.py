"""keep a file of courses that a centre looked into, and what became of its rows

Revision: 0035, after 0034
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
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
            name=op.f("ck__course_import__done_at_some_time_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__course_import__organisation_id__organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["user.id"], name=op.f("fk__course_import__looked_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["user.id"], name=op.f("fk__course_import__done_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__course_import")),
    )
    op.create_index("ix__course_import__of_centre", "course_import", ["organisation_id", "id"])


def downgrade() -> None:
    op.drop_table("course_import")
