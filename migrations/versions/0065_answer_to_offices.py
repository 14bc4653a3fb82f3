"""answer to offices: one address to which answers to the mail of an international office go

Revision: 0065, after 0064
"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_mailbox",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.String(320), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(address = '') = (confirmed_at IS NULL)",
            name=op.f("ck__office_mailbox__confirmed_or_empty"),
        ),
        sa.CheckConstraint(
            "(asked = '') = (key_hash = '') AND (asked = '') = (asked_at IS NULL)",
            name=op.f("ck__office_mailbox__asked_with_a_key"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__office_mailbox__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__office_mailbox")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq__office_mailbox__organisation_id")),
    )
    op.create_index(
        "uq__office_mailbox__key",
        "office_mailbox",
        ["key_hash"],
        unique=True,
        sqlite_where=sa.text("key_hash <> ''"),
        postgresql_where=sa.text("key_hash <> ''"),
    )


def downgrade() -> None:
    op.drop_table("office_mailbox")
