"""write to those of some dates

Revision: 0042, after 0041
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("readers", sa.String(30), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "readers IN ('enrolled', 'waiting', 'completed', 'missed')",
            name=op.f("ck__group_message__readers"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck__group_message__to_somebody")),
        sa.CheckConstraint(
            "(readers = 'missed') = (meeting_id IS NOT NULL)",
            name=op.f("ck__group_message__missed_one_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk__group_message__run_id__course_run")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk__group_message__meeting_id__meeting")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["user.id"], name=op.f("fk__group_message__sent_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__group_message")),
    )
    op.create_index("ix__group_message__of_run", "group_message", ["run_id", "id"])


def downgrade() -> None:
    op.drop_table("group_message")
