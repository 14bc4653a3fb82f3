"""ask for a thing once

The same open task is not opened twice. Alembic cannot see an index on expressions in SQLite, so it
is written by hand here.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "uq__task__one_open",
        "task",
        [
            "kind",
            "subject_id",
            sa.text("coalesce(holder_id, 0)"),
            sa.text("coalesce(role, '')"),
            sa.text("coalesce(scope_id, 0)"),
        ],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq__task__one_open", table_name="task")
