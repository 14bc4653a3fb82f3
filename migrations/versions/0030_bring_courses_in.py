"""bring courses in, among them courses that others give

SQLite rebuilds `opportunity`, `course` and `course_version`: their CHECKs are said again, and the
triggers of 0020 are made anew.

Revision: 0030, after 0029
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

STANDS = "published_course_stands"
PUBLISHED = "(SELECT state FROM course_version WHERE id = {id}) = 'published'"
# As in 0020.
TRIGGERS = {
    "course_version_stands": ("BEFORE UPDATE ON course_version", "OLD.state = 'published'"),
    "course_version_stays": ("BEFORE DELETE ON course_version", "OLD.state = 'published'"),
    "course_text_is_added_in_time": (
        "BEFORE INSERT ON course_text",
        PUBLISHED.format(id="NEW.version_id"),
    ),
    "course_text_stands": ("BEFORE UPDATE ON course_text", PUBLISHED.format(id="OLD.version_id")),
    "course_text_stays": ("BEFORE DELETE ON course_text", PUBLISHED.format(id="OLD.version_id")),
}
OF_OPPORTUNITY = {
    "published_at_some_moment": "state = 'draft' OR state = 'cancelled' OR published_at IS NOT NULL",
    "a_deadline_has_a_zone": "(closes_at IS NULL) = (closes_zone IS NULL)",
    "grace_is_short": "grace_minutes BETWEEN 0 AND 1440",
    "opens_before_it_closes": "opens_at < closes_at",
    "state": "state IN ('draft', 'published', 'closed', 'cancelled')",
}
KINDS = "kind IN ('course', 'fellowship', 'exchange', 'elsewhere')"
KINDS_BEFORE = "kind IN ('course', 'fellowship', 'exchange')"
OF_COURSE = {
    "published_in_some_version": "(state = 'draft') = (published_number IS NULL)",
    "state": "state IN ('draft', 'published', 'archived')",
}
OF_VERSION = {
    "level_of_eight": "level BETWEEN 1 AND 8",
    "takes_some_time": "minutes > 0",
    "fee_not_negative": "fee_amount >= 0",
    "a_fee_has_a_currency": ("(fee_amount IS NULL OR fee_amount = 0) = (fee_currency IS NULL)"),
    "sent_by_someone": "state <> 'in review' OR sent_by_id IS NOT NULL",
    "checked_by_another": "checked_by_id <> sent_by_id",
    "state": "state IN ('draft', 'in review', 'published')",
}
ADDED_TO_VERSION = {
    "elsewhere_is_with_somebody": "(taken_at = '') = (given_by = '')",
    "difficulty": "difficulty IN ('', 'beginner', 'intermediate', 'advanced')",
    "starts_before_it_ends": "starts_on <= ends_on",
}
WHOLE = (
    "state <> 'published' OR (published_at IS NOT NULL AND (taken_at <> '' OR"
    " (level IS NOT NULL AND field_code IS NOT NULL AND minutes IS NOT NULL"
    " AND fee_amount IS NOT NULL)))"
)
WHOLE_BEFORE = (
    "state <> 'published' OR (level IS NOT NULL AND field_code IS NOT NULL"
    " AND minutes IS NOT NULL AND fee_amount IS NOT NULL AND published_at IS NOT NULL)"
)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _rebuilt(table: str) -> Any:
    return op.batch_alter_table(table, recreate="always" if _is_sqlite() else "never")


def _say_again(table: Any, of: str, checks: dict[str, str]) -> None:
    """SQLite's rebuilt table has lost what it checked."""
    if _is_sqlite():
        for name, words in checks.items():
            table.create_check_constraint(op.f(f"ck__{of}__{name}"), words)


def _change(table: Any, of: str, name: str, words: str) -> None:
    if not _is_sqlite():
        table.drop_constraint(op.f(f"ck__{of}__{name}"), type_="check")
    table.create_check_constraint(op.f(f"ck__{of}__{name}"), words)


def _lay_triggers_aside() -> None:
    if _is_sqlite():
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")


def _set_triggers_again() -> None:
    if _is_sqlite():
        for name, (when, refused) in TRIGGERS.items():
            op.execute(
                f"CREATE TRIGGER {name} {when} WHEN {refused}"
                f" BEGIN SELECT RAISE(ABORT, '{STANDS}'); END"
            )


def upgrade() -> None:
    _lay_triggers_aside()
    with _rebuilt("opportunity") as table:
        table.alter_column("ref", existing_type=sa.String(40), type_=sa.String(80))
        table.add_column(sa.Column("given_by", sa.String(300), nullable=False, server_default=""))
        table.add_column(sa.Column("difficulty", sa.String(20), nullable=False, server_default=""))
        _change(table, "opportunity", "kind", KINDS)
        _say_again(table, "opportunity", OF_OPPORTUNITY)
    with _rebuilt("course") as table:
        table.alter_column("begun_by_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("listing_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk__course__listing_id__opportunity"), "opportunity", ["listing_id"], ["id"]
        )
        table.create_unique_constraint(op.f("uq__course__listing_id"), ["listing_id"])
        _say_again(table, "course", OF_COURSE)
    with _rebuilt("course_version") as table:
        for name, length in (
            ("taken_at", 2000),
            ("given_by", 300),
            ("difficulty", 20),
            ("length", 100),
        ):
            table.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
        table.add_column(
            sa.Column("costs_something", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        _change(table, "course_version", "published_whole", WHOLE)
        for name, words in ADDED_TO_VERSION.items():
            table.create_check_constraint(op.f(f"ck__course_version__{name}"), words)
        _say_again(table, "course_version", OF_VERSION)
    _set_triggers_again()
    op.create_table(
        "course_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(500), nullable=False),
        sa.Column("brought", sa.JSON(), nullable=False),
        sa.Column("edited", sa.JSON(), nullable=False),
        sa.Column("list_name", sa.String(300), nullable=False),
        sa.Column("list_licence", sa.String(40), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk__course_source__course_id__course")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__course_source__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__course_source")),
        sa.UniqueConstraint("course_id", name=op.f("uq__course_source__course_id")),
    )
    op.create_index(
        "uq__course_source__key", "course_source", ["organisation_id", "key"], unique=True
    )


def downgrade() -> None:
    op.drop_table("course_source")
    _lay_triggers_aside()
    with _rebuilt("course_version") as table:
        _change(table, "course_version", "published_whole", WHOLE_BEFORE)
        for name in ADDED_TO_VERSION:
            table.drop_constraint(op.f(f"ck__course_version__{name}"), type_="check")
        for name in (
            "taken_at",
            "given_by",
            "difficulty",
            "length",
            "costs_something",
            "starts_on",
        ):
            table.drop_column(name)
        table.drop_column("ends_on")
        _say_again(table, "course_version", OF_VERSION)
    with _rebuilt("course") as table:
        table.drop_constraint(op.f("uq__course__listing_id"), type_="unique")
        table.drop_constraint(op.f("fk__course__listing_id__opportunity"), type_="foreignkey")
        table.drop_column("listing_id")
        table.alter_column("begun_by_id", existing_type=sa.Integer(), nullable=False)
        _say_again(table, "course", OF_COURSE)
    with _rebuilt("opportunity") as table:
        table.drop_column("difficulty")
        table.drop_column("given_by")
        table.alter_column("ref", existing_type=sa.String(80), type_=sa.String(40))
        _change(table, "opportunity", "kind", KINDS_BEFORE)
        _say_again(table, "opportunity", OF_OPPORTUNITY)
    _set_triggers_again()
