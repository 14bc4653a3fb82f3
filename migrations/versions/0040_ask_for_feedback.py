"""keep what participants say of a course so that no answer can be joined with a person

Revision: 0040, after 0039
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk__feedback__run_id__course_run")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user.id"], name=op.f("fk__feedback__opened_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__feedback")),
    )
    op.create_index("uq__feedback", "feedback", ["run_id"], unique=True)
    op.create_table(
        "feedback_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("standard", sa.String(40), nullable=False),
        sa.Column("own_words", sa.Text(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('scale', 'text')", name=op.f("ck__feedback_question__kind")),
        sa.CheckConstraint(
            "(standard = '') <> (own_words = '')",
            name=op.f("ck__feedback_question__standard_or_own_words"),
        ),
        sa.ForeignKeyConstraint(
            ["feedback_id"],
            ["feedback.id"],
            name=op.f("fk__feedback_question__feedback_id__feedback"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__feedback_question")),
    )
    op.create_index(
        "uq__feedback_question", "feedback_question", ["feedback_id", "number"], unique=True
    )
    # Not by a rebuilt table: `enrolment` has triggers.
    op.execute("ALTER TABLE enrolment ADD COLUMN gave_feedback BOOLEAN DEFAULT false NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE enrolment DROP COLUMN gave_feedback")
    op.drop_table("feedback_question")
    op.drop_table("feedback")
