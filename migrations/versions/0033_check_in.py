"""let people say themselves that they are at a meeting, by the code on the screen there

Revision: 0033, after 0032
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("late_after", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "late_after BETWEEN 0 AND 240", name=op.f("ck__check_in__late_within_hours")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk__check_in__meeting_id__meeting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user.id"], name=op.f("fk__check_in__opened_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__check_in")),
    )
    op.create_index("uq__check_in", "check_in", ["meeting_id"], unique=True)
    moment = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    op.execute(
        f"ALTER TABLE attendance ADD COLUMN came_at {moment} "
        "CONSTRAINT ck__attendance__came_and_so_was_present "
        "CHECK (came_at IS NULL OR presence = 'present')"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE attendance DROP COLUMN came_at")
    op.drop_table("check_in")
