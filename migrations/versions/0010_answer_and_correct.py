"""answer questions about calls, and correct calls

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATES = ("waiting", "answered", "answered alone")


def upgrade() -> None:
    op.create_table(
        "enquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=30), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name=op.f("ck__enquiry__answered_at_some_moment")),
        sa.CheckConstraint("state <> 'answered alone' OR reply <> ''", name=op.f("ck__enquiry__answered_in_words")),
        sa.ForeignKeyConstraint(["opportunity_id"], ["call.id"], name=op.f("fk__enquiry__opportunity_id__call")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk__enquiry__asked_by_id__user")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk__enquiry__answered_by_id__user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__enquiry")),
    )
    op.create_index("ix__enquiry__of_call", "enquiry", ["opportunity_id", "state", "id"])
    op.create_index("ix__enquiry__mine", "enquiry", ["asked_by_id", "asked_at"])
    op.create_index(op.f("ix__enquiry_state"), "enquiry", ["state"])
    op.create_table(
        "enquiry_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk__enquiry_text__enquiry_id__enquiry"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__enquiry_text")),
    )
    op.create_index("uq__enquiry_text", "enquiry_text", ["enquiry_id", "locale"], unique=True)
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=False),
        sa.Column("corrected_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["opportunity_id"], ["call.id"], name=op.f("fk__correction__opportunity_id__call")),
        sa.ForeignKeyConstraint(["corrected_by_id"], ["user.id"], name=op.f("fk__correction__corrected_by_id__user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__correction")),
    )
    op.create_index(op.f("ix__correction_opportunity_id"), "correction", ["opportunity_id"])
    op.create_table(
        "correction_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name=op.f("fk__correction_text__correction_id__correction"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__correction_text")),
    )
    op.create_index("uq__correction_text", "correction_text", ["correction_id", "locale"], unique=True)


def downgrade() -> None:
    op.drop_table("correction_text")
    op.drop_table("correction")
    op.drop_table("enquiry_text")
    op.drop_table("enquiry")
