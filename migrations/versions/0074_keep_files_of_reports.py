"""keep files of reports: papers and pictures beside what somebody tells of a stay

Nothing is added to or taken from a report that was accepted; a file goes with its report, and its
bytes with it. PostgreSQL's trigger locks the report before it counts.

Revision: 0074, after 0073
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

TABLE = "stay_report_file"
MOST = 10


def _accepted(row: str) -> str:
    return f"(SELECT state FROM stay_report WHERE id = {row}.report_id) = 'accepted'"


NUMBER = f"(SELECT count(*) FROM {TABLE} WHERE report_id = NEW.report_id)"
ERASED = "UPDATE stored_file SET state = 'erased', erased_at = {now} WHERE id = OLD.file_id"
SQLITE = {
    **{
        f"accepted_report_keeps_files_{name}": f"""
            BEFORE {verb} ON {TABLE} WHEN {_accepted(row)}
            BEGIN SELECT RAISE(ABORT, 'report_was_accepted'); END"""
        for name, verb, row in (
            ("added", "INSERT", "NEW"),
            ("changed", "UPDATE", "OLD"),
            ("removed", "DELETE", "OLD"),
        )
    },
    "report_has_few_files": f"""
        AFTER INSERT ON {TABLE} WHEN {NUMBER} > {MOST}
        BEGIN SELECT RAISE(ABORT, 'report_has_its_files'); END""",
    "file_goes_with_its_report": f"""
        AFTER DELETE ON {TABLE}
        BEGIN {ERASED.format(now="strftime('%Y-%m-%d %H:%M:%f000', 'now')")} AND state = 'kept'; END""",
}
POSTGRESQL = f"""
CREATE FUNCTION keep_files_of_reports() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM stay_report WHERE id = NEW.report_id FOR NO KEY UPDATE;
        IF {_accepted("NEW")} THEN
            RAISE EXCEPTION 'report_was_accepted' USING ERRCODE = 'check_violation';
        END IF;
        IF {NUMBER} >= {MOST} THEN
            RAISE EXCEPTION 'report_has_its_files' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF {_accepted("OLD")} THEN
        RAISE EXCEPTION 'report_was_accepted' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        {ERASED.format(now="now()")} AND state = 'kept';
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER files_of_reports_are_kept
    BEFORE INSERT OR UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION keep_files_of_reports();
"""


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["stay_report.id"],
            name=op.f(f"fk__{TABLE}__report_id__stay_report"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f(f"fk__{TABLE}__file_id__stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{TABLE}")),
        sa.UniqueConstraint("file_id", name=op.f(f"uq__{TABLE}__file_id")),
    )
    op.create_index(op.f(f"ix__{TABLE}_report_id"), TABLE, ["report_id"])
    if op.get_bind().dialect.name == "sqlite":
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
    else:
        op.execute(POSTGRESQL)


def downgrade() -> None:
    op.drop_table(TABLE)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION keep_files_of_reports()")
