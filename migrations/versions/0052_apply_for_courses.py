"""apply for selective dates of courses

SQLite rebuilds `course_run` and `enrolment`, which drops every trigger on them; a trigger
elsewhere that reads one stands in the way of the rebuilding. All of them are put aside and made
again in their own words.

Revision: 0052, after 0051
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

REMOVED = "ck__enrolment__removed_is_declined"
REMOVED_WORDS = "removed_at IS NULL OR state = 'declined'"
MODE = "ck__course_run__enrolment_mode"
BEFORE = "'open', 'by approval', 'by invitation'"
LIVE = "state IN ('asked', 'waiting', 'offered', 'accepted')"
CAME_BY = "fk__enrolment__application_id__application"


def upgrade() -> None:
    _know(f"{BEFORE}, 'by application'")
    with _rebuilt("enrolment") as table:
        table.add_column(sa.Column("application_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f(CAME_BY), "application", ["application_id"], ["id"])
    op.create_index(
        "uq__enrolment__application",
        "enrolment",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    )


def downgrade() -> None:
    op.drop_index("uq__enrolment__application", table_name="enrolment")
    with _rebuilt("enrolment") as table:
        if _is_sqlite():
            table.drop_constraint(op.f(REMOVED), type_="check")
        table.drop_constraint(op.f(CAME_BY), type_="foreignkey")
        table.drop_column("application_id")
    if _is_sqlite():
        _check_beside_its_column()
    op.execute(
        "UPDATE course_run SET enrolment_mode = 'by approval' "
        "WHERE enrolment_mode = 'by application'"
    )
    _know(BEFORE)


def _know(modes: str) -> None:
    """Let dates have these modes of enrolment and no others."""
    with _rebuilt("course_run") as table:
        table.drop_constraint(op.f(MODE), type_="check")
        table.create_check_constraint(op.f(MODE), f"enrolment_mode IN ({modes})")


def _check_beside_its_column() -> None:
    """As 0031 wrote it: its own way back drops the column with what stands beside it."""
    op.execute("ALTER TABLE enrolment RENAME COLUMN removed_at TO removed_before")
    op.execute(
        f"ALTER TABLE enrolment ADD COLUMN removed_at DATETIME CONSTRAINT {REMOVED} "
        f"CHECK ({REMOVED_WORDS})"
    )
    op.execute("UPDATE enrolment SET removed_at = removed_before")
    op.execute("ALTER TABLE enrolment DROP COLUMN removed_before")


@contextmanager
def _rebuilt(table: str) -> Iterator[Any]:
    """A batch on a table; SQLite gets the triggers about the new one back."""
    if not _is_sqlite():
        with op.batch_alter_table(table, recreate="never") as batch:
            yield batch
        return
    database = op.get_bind()
    triggers = database.exec_driver_sql(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%{table}%'"
    ).all()
    for name, _words in triggers:
        database.exec_driver_sql(f"DROP TRIGGER {name}")
    alone = {"resolve_fks": False}  # what it points to has indexes that cannot be read back
    with op.batch_alter_table(table, recreate="always", reflect_kwargs=alone) as batch:
        yield batch
    for _name, words in triggers:
        database.exec_driver_sql(words)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
