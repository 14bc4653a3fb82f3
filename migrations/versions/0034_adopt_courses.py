"""let a centre adapt another centre's course and say whose it is

Revision: 0034, after 0033
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_adoption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.Column("adopted_at", UtcDateTime(), nullable=False),
        sa.Column("adopted_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk__course_adoption__course_id__course")
        ),
        sa.ForeignKeyConstraint(
            ["original_id"],
            ["course_version.id"],
            name=op.f("fk__course_adoption__original_id__course_version"),
        ),
        sa.ForeignKeyConstraint(
            ["adopted_by_id"], ["user.id"], name=op.f("fk__course_adoption__adopted_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__course_adoption")),
        sa.UniqueConstraint("course_id", name=op.f("uq__course_adoption__course_id")),
    )
    op.create_index("ix__course_adoption_original_id", "course_adoption", ["original_id"])


def downgrade() -> None:
    op.drop_table("course_adoption")
