"""keep who has a case, tags, notes and what is to be done

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OPEN = sa.text("done_at IS NULL")


def _of(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk__{table}__{column}__{target.split('.')[0]}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    op.create_table(
        "case_officer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        _of("case_officer", "application_id", "application.id", "CASCADE"),
        _of("case_officer", "officer_id", "user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__case_officer")),
        sa.UniqueConstraint("application_id", name=op.f("uq__case_officer__application_id")),
    )
    op.create_index("ix__case_officer__of", "case_officer", ["officer_id", "application_id"])
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("folded", sa.String(60), nullable=False),
        sa.Column("colour", _words("grey", "green", "blue", "amber", "red", name="colour"), nullable=False),
        sa.CheckConstraint("name <> '' AND folded <> ''", name=op.f("ck__tag__has_a_name")),
        _of("tag", "programme_id", "programme.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__tag")),
    )
    op.create_index("uq__tag__name", "tag", ["programme_id", "folded"], unique=True)
    op.create_table(
        "application_tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        _of("application_tag", "application_id", "application.id", "CASCADE"),
        _of("application_tag", "tag_id", "tag.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__application_tag")),
    )
    op.create_index("uq__application_tag", "application_tag", ["application_id", "tag_id"], unique=True)
    op.create_index("ix__application_tag__of", "application_tag", ["tag_id", "application_id"])
    op.create_table(
        "case_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("level", _words("mine", "office", "reviewers", name="level"), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("body <> '' OR removed_at IS NOT NULL", name=op.f("ck__case_note__says_something")),
        _of("case_note", "application_id", "application.id", "CASCADE"),
        _of("case_note", "author_id", "user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__case_note")),
    )
    op.create_index("ix__case_note__of_application", "case_note", ["application_id", "id"])
    op.create_table(
        "case_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(300), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("what <> ''", name=op.f("ck__case_task__says_what")),
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name=op.f("ck__case_task__done_by_somebody_at_a_moment")),
        _of("case_task", "application_id", "application.id", "CASCADE"),
        _of("case_task", "holder_id", "user.id"),
        _of("case_task", "set_by_id", "user.id"),
        _of("case_task", "done_by_id", "user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__case_task")),
    )
    op.create_index("ix__case_task__of_application", "case_task", ["application_id", "id"])
    op.create_index("ix__case_task__open", "case_task", ["holder_id", "due_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    for table in ("case_task", "case_note", "application_tag", "tag", "case_officer"):
        op.drop_table(table)
