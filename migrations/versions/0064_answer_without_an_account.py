"""answer nominations by a link, or by a letter that the other side records

SQLite rebuilds `nomination_letter`, which no trigger speaks of. Whatever was answered so far was
answered on the page of the host.

Revision: 0064, after 0063
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

TABLE = "nomination_letter"
WAYS = "IN ('page', 'link', 'letter')"
ANSWERED_BY = (
    "answered_way IS NULL "
    "OR (answered_way = 'page' AND answered_by_id IS NOT NULL "
    "AND answer_key_id IS NULL AND answer_file_id IS NULL) "
    "OR (answered_way = 'link' AND answer_key_id IS NOT NULL AND answered_by_id IS NULL "
    "AND answer_file_id IS NULL AND answered_name <> '' AND answered_function <> '') "
    "OR (answered_way = 'letter' AND answer_file_id IS NOT NULL AND answered_by_id IS NOT NULL "
    "AND answer_key_id IS NULL AND answered_name <> '' AND answered_function <> '')"
)
SENT_BY = (
    "(sent_way = 'page' AND sent_file_id IS NULL) "
    "OR (sent_way = 'letter' AND sent_file_id IS NOT NULL "
    "AND sent_name <> '' AND sent_function <> '')"
)
CHECKS = {
    "sent_way": f"sent_way {WAYS}",
    "answered_way": f"answered_way {WAYS}",
    "answered_in_some_way": "(verified IS NULL) = (answered_way IS NULL)",
    "answered_by_somebody": ANSWERED_BY,
    "sent_by_somebody": SENT_BY,
}
POINTING = {
    "sent_file_id": "stored_file",
    "answer_key_id": "nomination_key",
    "answer_file_id": "stored_file",
}


def upgrade() -> None:
    op.create_table(
        "nomination_key",
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "name <> '' AND email <> ''", name=op.f("ck__nomination_key__sent_to_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["exchange_nomination.id"],
            name=op.f("fk__nomination_key__nomination_id__exchange_nomination"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user.id"], name=op.f("fk__nomination_key__made_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__nomination_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq__nomination_key__key_hash")),
    )
    op.create_index(op.f("ix__nomination_key_nomination_id"), "nomination_key", ["nomination_id"])
    op.create_index(
        "uq__nomination_key__open",
        "nomination_key",
        ["nomination_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    with op.batch_alter_table(TABLE) as table:
        table.add_column(sa.Column("sent_way", sa.String(30), server_default="page"))
        table.add_column(sa.Column("answered_way", sa.String(30), nullable=True))
        for name in ("sent_name", "sent_function", "answered_name", "answered_function"):
            table.add_column(sa.Column(name, sa.String(300), server_default=""))
        for name in POINTING:
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
    op.execute(f"UPDATE {TABLE} SET answered_way = 'page' WHERE verified IS NOT NULL")
    with op.batch_alter_table(TABLE) as table:
        for name in ("sent_way", "sent_name", "sent_function"):
            table.alter_column(name, nullable=False, server_default=None)
        for name in ("answered_name", "answered_function"):
            table.alter_column(name, nullable=False, server_default=None)
        for name, other in POINTING.items():
            table.create_foreign_key(op.f(f"fk__{TABLE}__{name}__{other}"), other, [name], ["id"])
        for name, words in CHECKS.items():
            table.create_check_constraint(op.f(f"ck__{TABLE}__{name}"), words)


def downgrade() -> None:
    """What was answered by a link or a letter is kept as somebody's of the home."""
    op.execute(
        f"UPDATE {TABLE} SET answered_by_id = sent_by_id "
        "WHERE verified IS NOT NULL AND answered_by_id IS NULL"
    )
    with op.batch_alter_table(TABLE) as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck__{TABLE}__{name}"), type_="check")
        for name, other in POINTING.items():
            table.drop_constraint(op.f(f"fk__{TABLE}__{name}__{other}"), type_="foreignkey")
    with op.batch_alter_table(TABLE) as table:
        for name in (*POINTING, "sent_way", "answered_way"):
            table.drop_column(name)
        for name in ("sent_name", "sent_function", "answered_name", "answered_function"):
            table.drop_column(name)
    op.drop_table("nomination_key")
