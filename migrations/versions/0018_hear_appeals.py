"""hear appeals against decisions

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call", sa.Column("appeal_days", sa.Integer(), nullable=False, server_default="14"))
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("against", sa.String(30), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("state", sa.Enum("made", "upheld", "dismissed", name="state", native_enum=False, create_constraint=True, length=30), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'made') = (answered_at IS NULL)", name=op.f("ck__appeal__answered_at_a_moment")),
        sa.CheckConstraint("state = 'made' OR answer <> ''", name=op.f("ck__appeal__answered_in_words")),
        sa.CheckConstraint(
            "answered_by_id IS NULL OR decided_by_id IS NULL OR answered_by_id <> decided_by_id",
            name=op.f("ck__appeal__answered_by_another"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk__appeal__application_id__application")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk__appeal__decided_by_id__user")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk__appeal__answered_by_id__user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__appeal")),
        sa.UniqueConstraint("application_id", name=op.f("uq__appeal__application_id")),
    )
    op.create_index(op.f("ix__appeal_state"), "appeal", ["state"])


def downgrade() -> None:
    op.drop_table("appeal")
    op.drop_column("call", "appeal_days")
