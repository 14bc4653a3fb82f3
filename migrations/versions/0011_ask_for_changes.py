"""ask for changes after submitting

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "change_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum("open", "answered", "closed", name="state", native_enum=False, create_constraint=True, length=30), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("closes_zone", sa.String(60), nullable=False),
        sa.Column("closes_wall", sa.String(16), nullable=False),
        sa.Column("reviews_voided", sa.Integer(), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL AND to_version IS NOT NULL)",
            name=op.f("ck__change_request__answered_with_a_version"),
        ),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck__change_request__closed_at_a_moment")),
        sa.CheckConstraint("closes_at > asked_at", name=op.f("ck__change_request__some_time_to_answer")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk__change_request__application_id__application")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk__change_request__asked_by_id__user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__change_request")),
    )
    op.create_index("ix__change_request__of_application", "change_request", ["application_id", "id"])
    op.create_index("ix__change_request__late", "change_request", ["state", "closes_at", "id"])
    op.create_index(op.f("ix__change_request_state"), "change_request", ["state"])
    op.create_index("uq__change_request__one_open", "change_request", ["application_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_table("change_request")
