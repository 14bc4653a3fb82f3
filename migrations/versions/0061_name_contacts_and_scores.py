"""name contacts and scores: who answers for a university, and what people reached in tests

Revision: 0061, after 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_contact",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("function", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("phone", sa.String(60), nullable=False),
        sa.Column("answers_for", sa.String(30), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck__exchange_contact__has_a_name")),
        sa.CheckConstraint("email <> ''", name=op.f("ck__exchange_contact__has_an_address")),
        sa.CheckConstraint(
            "answers_for IN ('outgoing', 'incoming', 'both')",
            name=op.f("ck__exchange_contact__answers_for"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__exchange_contact__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__exchange_contact")),
    )
    op.create_index(
        "uq__exchange_contact", "exchange_contact", ["organisation_id", "email"], unique=True
    )
    op.create_table(
        "language_score",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("test", sa.String(40), nullable=False),
        sa.Column("points", sa.String(40), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("points NOT LIKE '-%'", name=op.f("ck__language_score__no_debts")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["user.id"],
            name=op.f("fk__language_score__person_id__user"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk__language_score__file_id__stored_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__language_score")),
    )
    op.create_index(
        "uq__language_score", "language_score", ["person_id", "test", "taken_on"], unique=True
    )


def downgrade() -> None:
    op.drop_table("language_score")
    op.drop_table("exchange_contact")
