"""say which competencies of the shared list a course, its dates and a call teach

Revision: 0046, after 0045

A column is added where it stands: rebuilding `course_version` on SQLite would drop its triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("opportunity", "course_version"):
        op.add_column(
            table, sa.Column("competencies", sa.JSON(), nullable=False, server_default="[]")
        )


def downgrade() -> None:
    for table in ("course_version", "opportunity"):
        op.drop_column(table, "competencies")
