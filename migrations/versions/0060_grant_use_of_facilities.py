"""grant use of facilities, on no day more than there is

A grant takes its amount on each of its days from the offer on. What is taken can only rise where
a grant begins, so those days alone are counted. PostgreSQL's trigger locks the facility before it
counts; SQLite has one writer at a time. SQLite rebuilds `opportunity`, whose kinds grow by one: all
triggers that speak of it are put aside and made again in their own words.

Revision: 0060, after 0059
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

KIND = "ck__opportunity__kind"
BEFORE = "'course', 'fellowship', 'exchange', 'elsewhere'"
LIVING = "('offered', 'accepted', 'running')"


def _most_taken(facility: str, days: str) -> str:
    """The most that is taken of a facility on one of the days on which its grants begin."""
    living = f"facility_id = {facility} AND state IN {LIVING}"
    return f"""
        (SELECT coalesce(max(taken), 0) FROM (
            SELECT (SELECT sum(amount) FROM facility_grant
                    WHERE {living} AND first_on <= days.day AND last_on >= days.day) AS taken
            FROM ({days}) AS days) AS sums)"""


DAYS_OF_GRANT = f"""
    SELECT NEW.first_on AS day UNION SELECT first_on FROM facility_grant
    WHERE facility_id = NEW.facility_id AND state IN {LIVING}
        AND first_on BETWEEN NEW.first_on AND NEW.last_on"""
DAYS_OF_FACILITY = f"""
    SELECT first_on AS day FROM facility_grant WHERE facility_id = NEW.id AND state IN {LIVING}"""
REFUSE_MORE = f"""
    BEGIN
        SELECT RAISE(ABORT, 'more_granted_than_there_is')
        WHERE {_most_taken("NEW.facility_id", DAYS_OF_GRANT)}
            > (SELECT available FROM facility WHERE id = NEW.facility_id);
    END"""
SQLITE = {
    "grant_is_made_of_what_there_is": f"""
        AFTER INSERT ON facility_grant WHEN NEW.state IN {LIVING} {REFUSE_MORE}""",
    "grant_is_held_of_what_there_is": f"""
        AFTER UPDATE OF state, amount, first_on, last_on ON facility_grant
        WHEN NEW.state IN {LIVING} {REFUSE_MORE}""",
    "grant_stays_with_its_person": """
        BEFORE UPDATE OF person_id, facility_id, application_id ON facility_grant
        WHEN NEW.person_id <> OLD.person_id OR NEW.facility_id <> OLD.facility_id
            OR NEW.application_id <> OLD.application_id
        BEGIN SELECT RAISE(ABORT, 'grant_is_of_somebody_else'); END""",
    "facility_keeps_what_is_granted": f"""
        BEFORE UPDATE OF available ON facility WHEN NEW.available < OLD.available
        BEGIN
            SELECT RAISE(ABORT, 'use_is_granted')
            WHERE {_most_taken("NEW.id", DAYS_OF_FACILITY)} > NEW.available;
        END""",
}
POSTGRESQL = f"""
CREATE FUNCTION refuse_more_use_than_there_is() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    there integer;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.person_id <> OLD.person_id OR NEW.facility_id <> OLD.facility_id
            OR NEW.application_id <> OLD.application_id) THEN
        RAISE EXCEPTION 'grant_is_of_somebody_else' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state NOT IN {LIVING} THEN
        RETURN NULL;
    END IF;
    SELECT available INTO there FROM facility WHERE id = NEW.facility_id FOR NO KEY UPDATE;
    IF {_most_taken("NEW.facility_id", DAYS_OF_GRANT)} > there THEN
        RAISE EXCEPTION 'more_granted_than_there_is' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER grant_is_held_of_what_there_is
    AFTER INSERT OR UPDATE ON facility_grant
    FOR EACH ROW EXECUTE FUNCTION refuse_more_use_than_there_is();

CREATE FUNCTION refuse_less_than_is_granted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.available < OLD.available
        AND {_most_taken("NEW.id", DAYS_OF_FACILITY)} > NEW.available THEN
        RAISE EXCEPTION 'use_is_granted' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER facility_keeps_what_is_granted
    BEFORE UPDATE OF available ON facility
    FOR EACH ROW EXECUTE FUNCTION refuse_less_than_is_granted();
"""


def upgrade() -> None:
    _know(f"{BEFORE}, 'facility'")
    _make_tables()
    if _is_sqlite():
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
    else:
        op.execute(POSTGRESQL)


def _make_tables() -> None:
    op.create_table(
        "facility",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(30), nullable=False),
        sa.Column("unit", sa.String(30), nullable=False),
        sa.Column("per", sa.String(30), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(500), nullable=False),
        sa.Column("contact", sa.String(320), nullable=False),
        sa.Column("licence", sa.String(200), nullable=False),
        sa.Column("personal_data", sa.Boolean(), nullable=False),
        sa.Column("use_in", sa.JSON(), nullable=False),
        sa.Column("days_to_answer", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "type IN ('laboratory', 'compute', 'data set')", name=op.f("ck__facility__type")
        ),
        sa.CheckConstraint(
            "unit IN ('GPU-hours', 'bench days', 'copies', 'accounts')",
            name=op.f("ck__facility__unit"),
        ),
        sa.CheckConstraint("per IN ('week', 'month', 'at once')", name=op.f("ck__facility__per")),
        sa.CheckConstraint(
            "available BETWEEN 1 AND 1000000", name=op.f("ck__facility__something_is_there")
        ),
        sa.CheckConstraint(
            "most BETWEEN 1 AND available", name=op.f("ck__facility__no_more_than_is_there")
        ),
        sa.CheckConstraint(
            "days_to_answer BETWEEN 1 AND 60", name=op.f("ck__facility__days_to_answer")
        ),
        sa.CheckConstraint(
            "type = 'data set' OR (licence = '' AND NOT personal_data)",
            name=op.f("ck__facility__licence_of_data"),
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["opportunity.id"], name=op.f("fk__facility__id__opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__facility")),
    )
    op.create_table(
        "facility_conditions",
        sa.Column("facility_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["facility_id"],
            ["facility.id"],
            name=op.f("fk__facility_conditions__facility_id__facility"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__facility_conditions")),
    )
    op.create_index(
        "uq__facility_conditions", "facility_conditions", ["facility_id", "locale"], unique=True
    )
    op.create_table(
        "facility_grant",
        sa.Column("facility_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("conditions_locale", sa.String(20), nullable=False),
        sa.Column("conditions_words", sa.Text(), nullable=False),
        sa.Column("conditions_sha256", sa.String(64), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.Column("report_by", sa.Date(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'declined', 'lapsed', 'running', 'ended',"
            " 'withdrawn')",
            name=op.f("ck__facility_grant__state"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck__facility_grant__of_something")),
        sa.CheckConstraint(
            "last_on >= first_on", name=op.f("ck__facility_grant__ends_after_it_begins")
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'running', 'ended')"
            " OR (accepted_at IS NOT NULL AND conditions_sha256 <> '')",
            name=op.f("ck__facility_grant__agreed_to_the_conditions"),
        ),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR ended_because <> '' OR ended_by_id = person_id",
            name=op.f("ck__facility_grant__withdrawn_with_a_reason"),
        ),
        sa.CheckConstraint(
            "state <> 'ended' OR report_by IS NOT NULL",
            name=op.f("ck__facility_grant__ended_with_a_report_due"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk__facility_grant__{column}__{table}")
            )
            for column, table in (
                ("facility_id", "facility"),
                ("application_id", "application"),
                ("person_id", "user"),
                ("offered_by_id", "user"),
                ("ended_by_id", "user"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__facility_grant")),
    )
    op.create_index(op.f("ix__facility_grant_state"), "facility_grant", ["state"])
    op.create_index(
        "uq__facility_grant__living",
        "facility_grant",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text(f"state IN {LIVING}"),
        postgresql_where=sa.text(f"state IN {LIVING}"),
    )
    op.create_index(
        "ix__facility_grant__held", "facility_grant", ["facility_id", "state", "first_on"]
    )
    op.create_index("ix__facility_grant__person", "facility_grant", ["person_id", "state"])
    op.create_index("ix__facility_grant__remind", "facility_grant", ["remind_at"])
    op.create_table(
        "use_report",
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["facility_grant.id"],
            name=op.f("fk__use_report__grant_id__facility_grant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__use_report")),
        sa.UniqueConstraint("grant_id", name=op.f("uq__use_report__grant_id")),
    )


def downgrade() -> None:
    """Possible while no facility was written: an opportunity of an unknown kind cannot stay."""
    if _is_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER facility_keeps_what_is_granted ON facility")
        op.execute("DROP TRIGGER grant_is_held_of_what_there_is ON facility_grant")
        op.execute("DROP FUNCTION refuse_less_than_is_granted()")
        op.execute("DROP FUNCTION refuse_more_use_than_there_is()")
    for table in ("use_report", "facility_grant", "facility_conditions", "facility"):
        op.drop_table(table)
    _know(BEFORE)


def _know(kinds: str) -> None:
    """Let opportunities be of these kinds and no others."""
    check = f"kind IN ({kinds})"
    if not _is_sqlite():
        op.drop_constraint(op.f(KIND), "opportunity", type_="check")
        op.create_check_constraint(op.f(KIND), "opportunity", check)
        return
    database = op.get_bind()
    triggers = database.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%opportunity%'"
    ).all()
    for name, _words in triggers:
        database.exec_driver_sql(f"DROP TRIGGER {name}")
    alone = {"resolve_fks": False}  # what it points to has indexes that cannot be read back
    with op.batch_alter_table("opportunity", recreate="always", reflect_kwargs=alone) as table:
        table.drop_constraint(op.f(KIND), type_="check")
        table.create_check_constraint(op.f(KIND), check)
    for _name, words in triggers:
        database.exec_driver_sql(words)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
