"""give people a secret address of their own calendar

Revision: 0036, after 0035
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk__calendar_address__user_id__user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__calendar_address")),
        sa.UniqueConstraint("user_id", name=op.f("uq__calendar_address__user_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq__calendar_address__secret_hash")),
    )


def downgrade() -> None:
    op.drop_table("calendar_address")
