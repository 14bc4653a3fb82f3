"""give a country or a person more time

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "later_deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("country_code", sa.String(2), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("closes_zone", sa.String(60), nullable=False),
        sa.Column("closes_wall", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(country_code IS NULL) <> (person_id IS NULL)", name=op.f("ck__later_deadline__for_a_country_or_a_person")),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk__later_deadline__opportunity_id__opportunity")),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk__later_deadline__person_id__user")),
        sa.ForeignKeyConstraint(["given_by_id"], ["user.id"], name=op.f("fk__later_deadline__given_by_id__user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__later_deadline")),
    )
    op.create_index("ix__later_deadline__of", "later_deadline", ["opportunity_id", "person_id", "country_code"])


def downgrade() -> None:
    op.drop_table("later_deadline")
