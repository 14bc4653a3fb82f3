"""list closed answers, for the office to filter by

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listed_answer",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(60), nullable=False),
        sa.Column("value", sa.String(60), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(value = '') = (number IS NOT NULL)",
            name=op.f("ck__listed_answer__a_word_or_a_number"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk__listed_answer__application_id__application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk__listed_answer__opportunity_id__opportunity"),
        ),
        sa.PrimaryKeyConstraint(
            "application_id", "question", "value", name=op.f("pk__listed_answer")
        ),
    )
    op.create_index(
        "ix__listed_answer__found",
        "listed_answer",
        ["opportunity_id", "question", "value", "number", "application_id"],
    )


def downgrade() -> None:
    op.drop_table("listed_answer")
