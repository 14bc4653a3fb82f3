"""give participants links and files of some dates

Revision: 0041, after 0040
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("for_everybody", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(url <> '') = (file_id IS NULL)", name=op.f("ck__material__a_link_or_a_file")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck__material__has_a_title")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk__material__run_id__course_run")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk__material__meeting_id__meeting"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk__material__file_id__stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user.id"], name=op.f("fk__material__added_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__material")),
    )
    op.create_index("ix__material__of_run", "material", ["run_id", "position", "id"])


def downgrade() -> None:
    op.drop_table("material")
