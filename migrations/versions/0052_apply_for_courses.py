"""apply for selective dates of courses

SQLite rebuilds `course_run`, which leaves its CHECKs behind and drops every trigger on it; a
trigger elsewhere that reads it stands in the way of the rebuilding. All of them are put aside and
made again in their own words.

Revision: 0052, after 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

CHECKS = {
    "ck__course_run__has_some_seats": "capacity BETWEEN 1 AND 5000",
    "ck__course_run__hours_to_answer": "hours_to_answer BETWEEN 1 AND 336",
    "ck__course_run__a_place_unless_online": "mode = 'online' OR venue <> ''",
    "ck__course_run__mode": "mode IN ('online', 'on site', 'hybrid')",
}
MODE = "ck__course_run__enrolment_mode"
BEFORE = "'open', 'by approval', 'by invitation'"
LIVE = "state IN ('asked', 'waiting', 'offered', 'accepted')"


def upgrade() -> None:
    _know(f"{BEFORE}, 'by application'")
    # In words of both databases: a batch would make the table anew, without its triggers.
    op.execute(
        "ALTER TABLE enrolment ADD COLUMN application_id INTEGER "
        "CONSTRAINT fk__enrolment__application_id__application REFERENCES application (id)"
    )
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
    op.execute("ALTER TABLE enrolment DROP COLUMN application_id")
    op.execute(
        "UPDATE course_run SET enrolment_mode = 'by approval' "
        "WHERE enrolment_mode = 'by application'"
    )
    _know(BEFORE)


def _know(modes: str) -> None:
    """Let dates have these modes of enrolment and no others."""
    words = f"enrolment_mode IN ({modes})"
    database = op.get_bind()
    if database.dialect.name != "sqlite":
        op.drop_constraint(op.f(MODE), "course_run", type_="check")
        op.create_check_constraint(op.f(MODE), "course_run", words)
        return
    triggers = database.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%course_run%'"
    ).all()
    for name, _words in triggers:
        database.exec_driver_sql(f"DROP TRIGGER {name}")
    with op.batch_alter_table("course_run", recreate="always") as table:
        for check, said in {**CHECKS, MODE: words}.items():
            table.create_check_constraint(op.f(check), said)
    for _name, said in triggers:
        database.exec_driver_sql(said)
