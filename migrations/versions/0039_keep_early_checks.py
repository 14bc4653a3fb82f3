"""keep what somebody found out about a call before applying

Revision: 0039, after 0038
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eligibility_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "number >= 1", name=op.f("ck__eligibility_check__by_a_numbered_version")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["user.id"],
            name=op.f("fk__eligibility_check__person_id__user"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk__eligibility_check__opportunity_id__opportunity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__eligibility_check")),
    )
    op.create_index("ix__eligibility_check_person_id", "eligibility_check", ["person_id"])
    op.create_index(
        "uq__eligibility_check",
        "eligibility_check",
        ["opportunity_id", "person_id"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("eligibility_check")
