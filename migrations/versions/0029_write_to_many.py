"""write to many, from templates of a programme

Revision: 0029, after 0028
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "name <> '' AND number >= 1", name=op.f("ck__message_template__named_and_written")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk__message_template__programme_id__programme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__message_template")),
    )
    op.create_index(
        "uq__message_template__name",
        "message_template",
        ["programme_id", "name"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "message_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "subject <> '' AND body <> ''", name=op.f("ck__message_text__whole")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["message_template.id"],
            name=op.f("fk__message_text__template_id__message_template"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user.id"], name=op.f("fk__message_text__written_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__message_text")),
    )
    op.create_index(
        "uq__message_text", "message_text", ["template_id", "number", "locale"], unique=True
    )


def downgrade() -> None:
    op.drop_table("message_text")
    op.drop_table("message_template")
