"""learn how long people wait

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def kind() -> sa.Enum:
    return sa.Enum("checking", "reading", name="kind", native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    op.create_table(
        "wait",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck__wait__forwards")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk__wait__application_id__application")),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk__wait__opportunity_id__opportunity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__wait")),
    )
    op.create_index("ix__wait__of_call", "wait", ["opportunity_id", "kind", "ended_at"])
    op.create_index(op.f("ix__wait_application_id"), "wait", ["application_id"])
    op.create_table(
        "usual_wait",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("applications", sa.Integer(), nullable=False),
        sa.Column("learned_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk__usual_wait__programme_id__programme")),
        sa.PrimaryKeyConstraint("programme_id", "kind", name=op.f("pk__usual_wait")),
    )


def downgrade() -> None:
    op.drop_table("usual_wait")
    op.drop_table("wait")
