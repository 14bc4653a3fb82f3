"""count what people look for in vain

Revision: 0044, after 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unmet_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "number > 0 AND words <> ''", name=op.f("ck__unmet_search__looked_for")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__unmet_search")),
    )
    op.create_index("uq__unmet_search", "unmet_search", ["week_on", "words"], unique=True)


def downgrade() -> None:
    op.drop_table("unmet_search")
