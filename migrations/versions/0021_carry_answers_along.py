"""carry answers and documents into the next application

Revision: 0021, after 0020
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WORDS = {
    "ck__stored_file__sensitivity": "sensitivity IN ('ordinary', 'personal', 'health', 'identity')",
    "ck__stored_file__state": "state IN ('kept', 'erased')",
}


def upgrade() -> None:
    op.create_table(
        "core_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["user.id"],
            name=op.f("fk__core_answers__person_id__user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__core_answers")),
        sa.UniqueConstraint("person_id", name=op.f("uq__core_answers__person_id")),
    )
    op.add_column("section_answers", sa.Column("carried", sa.JSON(), nullable=True))
    op.add_column("section_answers", sa.Column("looked_at", UtcDateTime(), nullable=True))
    with files() as table:
        table.drop_constraint(op.f("uq__stored_file__key"), type_="unique")
        table.create_index(op.f("ix__stored_file_key"), ["key"])


def downgrade() -> None:
    # Bytes that two rows share stay with the first; the other's document goes with its row.
    again = "SELECT f.id FROM stored_file f JOIN stored_file g ON g.key = f.key AND g.id < f.id"
    op.execute(f"DELETE FROM document WHERE file_id IN ({again})")
    op.execute(f"DELETE FROM stored_file WHERE id IN (SELECT id FROM ({again}) AS again)")
    with files() as table:
        table.drop_index(op.f("ix__stored_file_key"))
        table.create_unique_constraint(op.f("uq__stored_file__key"), ["key"])
    op.drop_column("section_answers", "looked_at")
    op.drop_column("section_answers", "carried")
    op.drop_table("core_answers")


@contextmanager
def files() -> Iterator[Any]:
    """The table of files being altered; SQLite makes it anew and forgets the CHECKs of its words."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("stored_file", recreate="always" if sqlite else "never") as table:
        yield table
        if sqlite:
            for name, words in WORDS.items():
                table.create_check_constraint(op.f(name), words)
