"""keep who was there, what they reached, and who completed by which rule

A rule is never changed: who was judged by it can be told by which. A migration that rebuilds
`completion_rule` on SQLite drops its triggers: make them anew there.

Revision: 0032, after 0031
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

STANDS = "completion_rule_stands"
FUNCTION = "refuse_to_change_completion_rules"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _belongs(table: str, column: str, other: str, *, ondelete: str | None = None) -> sa.Constraint:
    name = op.f(f"fk__{table}__{column}__{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "attendance_sheet",
        _id(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=True),
        _belongs("attendance_sheet", "meeting_id", "meeting", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__attendance_sheet")),
    )
    op.create_index("uq__attendance_sheet", "attendance_sheet", ["meeting_id"], unique=True)
    op.create_table(
        "attendance",
        _id(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("presence", sa.String(30), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_from", sa.String(30), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "presence IN ('present', 'absent', 'excused')", name=op.f("ck__attendance__presence")
        ),
        sa.CheckConstraint(
            "entered_from IN ('grid', 'check-in', 'sheet', 'file')",
            name=op.f("ck__attendance__entered_from"),
        ),
        sa.CheckConstraint(
            "minutes BETWEEN 0 AND 1440", name=op.f("ck__attendance__minutes_of_a_day")
        ),
        sa.CheckConstraint(
            "presence <> 'excused' OR reason <> ''",
            name=op.f("ck__attendance__excused_for_a_reason"),
        ),
        _belongs("attendance", "meeting_id", "meeting", ondelete="CASCADE"),
        _belongs("attendance", "enrolment_id", "enrolment"),
        _belongs("attendance", "entered_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__attendance")),
    )
    op.create_index("uq__attendance", "attendance", ["meeting_id", "enrolment_id"], unique=True)
    op.create_index("ix__attendance__of_person", "attendance", ["enrolment_id"])
    op.create_table(
        "course_result",
        _id(),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("before_course", sa.Integer(), nullable=True),
        sa.Column("result", sa.Integer(), nullable=True),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "before_course BETWEEN 0 AND 100", name=op.f("ck__course_result__before_in_percent")
        ),
        sa.CheckConstraint(
            "result BETWEEN 0 AND 100", name=op.f("ck__course_result__result_in_percent")
        ),
        _belongs("course_result", "enrolment_id", "enrolment"),
        _belongs("course_result", "entered_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__course_result")),
    )
    op.create_index("uq__course_result", "course_result", ["enrolment_id"], unique=True)
    op.create_table(
        "completion_rule",
        _id(),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("excused", sa.String(30), nullable=False),
        sa.Column("result", sa.Integer(), nullable=True),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "excused IN ('left out', 'attended', 'absent')",
            name=op.f("ck__completion_rule__excused"),
        ),
        sa.CheckConstraint(
            "share BETWEEN 0 AND 100", name=op.f("ck__completion_rule__share_in_percent")
        ),
        sa.CheckConstraint(
            "result BETWEEN 0 AND 100", name=op.f("ck__completion_rule__result_in_percent")
        ),
        _belongs("completion_rule", "run_id", "course_run"),
        _belongs("completion_rule", "saved_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__completion_rule")),
    )
    op.create_index("uq__completion_rule", "completion_rule", ["run_id", "number"], unique=True)
    op.create_table(
        "completion",
        _id(),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT by_hand OR reason <> ''", name=op.f("ck__completion__otherwise_for_a_reason")
        ),
        _belongs("completion", "enrolment_id", "enrolment"),
        _belongs("completion", "rule_id", "completion_rule"),
        _belongs("completion", "decided_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__completion")),
    )
    op.create_index("uq__completion", "completion", ["enrolment_id"], unique=True)
    _let_rules_stand()


def _let_rules_stand() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER completion_rule_stands_{deed.lower()} BEFORE {deed} "
                f"ON completion_rule BEGIN SELECT RAISE(ABORT, '{STANDS}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{STANDS}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER completion_rule_stands BEFORE UPDATE OR DELETE ON completion_rule "
        f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
    )


def downgrade() -> None:
    for table in ("completion", "completion_rule", "course_result", "attendance"):
        op.drop_table(table)
    op.drop_table("attendance_sheet")
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"DROP FUNCTION {FUNCTION}()")
