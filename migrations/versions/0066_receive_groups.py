"""Receive groups: no more people, supervisors or awards than a call pays for.

PostgreSQL's triggers lock the group (or the call) before they count; SQLite has one writer at a
time. SQLite rebuilds `opportunity`, whose kinds grow by one: all triggers that speak of it are put
aside and made again in their own words. An application says what it lacks beside its form, and is
not submitted while it lacks anything.

Revision: 0066, after 0065
"""

# ruff: noqa: S608 - only names of this file are put into its words
import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

KIND = "ck__opportunity__kind"
BEFORE = "'course', 'fellowship', 'exchange', 'elsewhere', 'facility'"
HOLDS = "('awarded', 'accepted', 'ended')"
COMES = "('named', 'confirmed')"
BEFORE_SENT = "('draft', 'withdrawn')"
TABLES = ("visit_report", "visit_person", "visit_day", "visit_group", "visit_call")

PEOPLE = f"""
    (SELECT count(*) FROM visit_person WHERE group_id = NEW.group_id AND state IN {COMES})"""
SUPERVISORS = f"""
    (SELECT count(*) FROM visit_person WHERE group_id = NEW.group_id AND state IN {COMES}
        AND part = 'supervisor')"""
AWARDED = f"(SELECT count(*) FROM visit_group WHERE call_id = NEW.call_id AND state IN {HOLDS})"
AWARDED_OF_CALL = AWARDED.replace("NEW.call_id", "NEW.id")
LARGEST = f"""
    (SELECT coalesce(max(people), 0) FROM (
        SELECT count(*) AS people FROM visit_person AS p JOIN visit_group AS g ON g.id = p.group_id
        WHERE g.call_id = NEW.id AND p.state IN {COMES} GROUP BY g.id) AS sizes)"""
MOST_SUPERVISORS = LARGEST.replace("GROUP BY", "AND p.part = 'supervisor' GROUP BY")


def _of_call(column: str) -> str:
    return (
        f"(SELECT c.{column} FROM visit_call AS c JOIN visit_group AS g ON g.call_id = c.id"
        " WHERE g.id = NEW.group_id)"
    )


REFUSE_MORE_PEOPLE = f"""
    BEGIN
        SELECT RAISE(ABORT, 'group_is_full') WHERE {PEOPLE} > {_of_call("most_people")};
        SELECT RAISE(ABORT, 'group_has_its_supervisors')
        WHERE {SUPERVISORS} > {_of_call("most_supervisors")};
    END"""
REFUSE_MORE_GROUPS = f"""
    BEGIN
        SELECT RAISE(ABORT, 'groups_are_awarded')
        WHERE {AWARDED} > (SELECT groups FROM visit_call WHERE id = NEW.call_id);
    END"""
STAYS = ("group_id", "part", "name", "email", "replaces_id")
CHANGES_WHO = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in STAYS)
LEAVES_ITS_APPLICATION = """NEW.application_id <> OLD.application_id
            OR NEW.call_id <> OLD.call_id OR NEW.host_id <> OLD.host_id"""
SQLITE = {
    "person_finds_room_in_group": f"""
        AFTER INSERT ON visit_person WHEN NEW.state IN {COMES} {REFUSE_MORE_PEOPLE}""",
    "person_keeps_room_in_group": f"""
        AFTER UPDATE OF state ON visit_person WHEN NEW.state IN {COMES} {REFUSE_MORE_PEOPLE}""",
    "person_of_group_stays_who_it_is": f"""
        BEFORE UPDATE ON visit_person WHEN {CHANGES_WHO}
        BEGIN SELECT RAISE(ABORT, 'person_of_group_stays'); END""",
    "person_of_group_is_not_deleted": """
        BEFORE DELETE ON visit_person
        BEGIN SELECT RAISE(ABORT, 'person_of_group_stays'); END""",
    "group_is_paid_for": f"""
        AFTER UPDATE OF state ON visit_group WHEN NEW.state IN {HOLDS} {REFUSE_MORE_GROUPS}""",
    "new_group_is_paid_for": f"""
        AFTER INSERT ON visit_group WHEN NEW.state IN {HOLDS} {REFUSE_MORE_GROUPS}""",
    "group_stays_with_application": f"""
        BEFORE UPDATE ON visit_group WHEN {LEAVES_ITS_APPLICATION}
        BEGIN SELECT RAISE(ABORT, 'group_stays_with_its_application'); END""",
    "call_keeps_its_groups": f"""
        BEFORE UPDATE ON visit_call
        WHEN NEW.groups < OLD.groups OR NEW.most_people < OLD.most_people
            OR NEW.most_supervisors < OLD.most_supervisors
        BEGIN
            SELECT RAISE(ABORT, 'groups_are_awarded') WHERE {AWARDED_OF_CALL} > NEW.groups;
            SELECT RAISE(ABORT, 'groups_are_larger')
            WHERE {LARGEST} > NEW.most_people OR {MOST_SUPERVISORS} > NEW.most_supervisors;
        END""",
    "application_with_its_group": f"""
        BEFORE UPDATE OF state, lacks ON application
        WHEN NEW.lacks <> '' AND NEW.state NOT IN {BEFORE_SENT}
        BEGIN SELECT RAISE(ABORT, 'application_lacks_its_group'); END""",
}


def _refusal(name: str, body: str, declared: str = "") -> str:
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
{declared}
BEGIN
{body}
END $$;
"""


def _raise(word: str) -> str:
    return f"RAISE EXCEPTION '{word}' USING ERRCODE = 'check_violation';"


POSTGRESQL = {
    "refuse_more_people": (
        f"""
    IF NEW.state NOT IN {COMES} THEN RETURN NULL; END IF;
    PERFORM 1 FROM visit_group WHERE id = NEW.group_id FOR NO KEY UPDATE;
    IF {PEOPLE} > {_of_call("most_people")} THEN {_raise("group_is_full")} END IF;
    IF {SUPERVISORS} > {_of_call("most_supervisors")} THEN
        {_raise("group_has_its_supervisors")} END IF;
    RETURN NULL;""",
        "person_finds_room_in_group AFTER INSERT OR UPDATE OF state ON visit_person",
    ),
    "refuse_another_person": (
        f"""
    IF TG_OP = 'DELETE' OR {CHANGES_WHO.replace("IS NOT", "IS DISTINCT FROM")} THEN
        {_raise("person_of_group_stays")} END IF;
    RETURN NEW;""",
        "person_of_group_stays_who_it_is BEFORE UPDATE OR DELETE ON visit_person",
    ),
    "refuse_more_groups": (
        f"""
    IF NEW.state NOT IN {HOLDS} THEN RETURN NULL; END IF;
    PERFORM 1 FROM visit_call WHERE id = NEW.call_id FOR NO KEY UPDATE;
    IF {AWARDED} > (SELECT groups FROM visit_call WHERE id = NEW.call_id) THEN
        {_raise("groups_are_awarded")} END IF;
    RETURN NULL;""",
        "group_is_paid_for AFTER INSERT OR UPDATE OF state ON visit_group",
    ),
    "refuse_another_application": (
        f"""
    IF {LEAVES_ITS_APPLICATION} THEN {_raise("group_stays_with_its_application")} END IF;
    RETURN NEW;""",
        "group_stays_with_application BEFORE UPDATE ON visit_group",
    ),
    "refuse_less_than_is_planned": (
        f"""
    IF NEW.groups < OLD.groups AND {AWARDED_OF_CALL} > NEW.groups THEN
        {_raise("groups_are_awarded")} END IF;
    IF (NEW.most_people < OLD.most_people AND {LARGEST} > NEW.most_people)
        OR (NEW.most_supervisors < OLD.most_supervisors
            AND {MOST_SUPERVISORS} > NEW.most_supervisors) THEN
        {_raise("groups_are_larger")} END IF;
    RETURN NEW;""",
        "call_keeps_its_groups BEFORE UPDATE ON visit_call",
    ),
    "refuse_without_group": (
        f"""
    IF NEW.lacks <> '' AND NEW.state NOT IN {BEFORE_SENT} THEN
        {_raise("application_lacks_its_group")} END IF;
    RETURN NEW;""",
        "application_with_its_group BEFORE UPDATE OF state, lacks ON application",
    ),
}


def upgrade() -> None:
    _know(f"{BEFORE}, 'visit'")
    op.add_column(
        "application", sa.Column("lacks", sa.String(30), nullable=False, server_default="")
    )
    _make_tables()
    if _is_sqlite():
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
        return
    for name, (body, trigger) in POSTGRESQL.items():
        op.execute(_refusal(name, body))
        op.execute(f"CREATE TRIGGER {trigger} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    """Possible while no call for groups was written: an unknown kind cannot stay."""
    if _is_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name, (_body, trigger) in POSTGRESQL.items():
            op.execute(f"DROP TRIGGER {trigger.split()[0]} ON {trigger.split()[-1]}")
            op.execute(f"DROP FUNCTION {name}()")
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("application", "lacks")
    _know(BEFORE)


def _make_tables() -> None:
    op.create_table(
        "visit_call",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in (
                *("most_people", "most_supervisors", "fewest_days", "most_days", "groups"),
                *("days_to_answer", "change_days"),
            )
        ),
        sa.Column("contact", sa.String(320), nullable=False),
        *_checks(
            "visit_call",
            some_people="most_people BETWEEN 1 AND 60",
            supervisors_among_them="most_supervisors BETWEEN 0 AND most_people",
            some_days="fewest_days >= 1 AND fewest_days <= most_days",
            a_short_visit="most_days <= 92",
            some_groups="groups BETWEEN 1 AND 500",
            days_to_answer="days_to_answer BETWEEN 1 AND 60",
            change_days="change_days BETWEEN 0 AND 120",
        ),
        _points("visit_call", "id", "opportunity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__visit_call")),
    )
    op.create_table(
        "visit_group",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("laboratory", sa.String(300), nullable=False),
        sa.Column("senders", sa.JSON(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=True),
        sa.Column("awarded_by_id", sa.Integer(), nullable=True),
        sa.Column("awarded_at", UtcDateTime(), nullable=True),
        sa.Column("answer_by", UtcDateTime(), nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.Column("report_by", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks(
            "visit_group",
            state="state IN ('planned', 'proposed', 'awarded', 'declined', 'lapsed', 'accepted',"
            " 'ended', 'called off')",
            ends_after_it_begins="last_on >= first_on",
            awarded_by_another="NOT (state IN ('awarded', 'declined', 'lapsed', 'accepted',"
            " 'ended', 'called off')) OR (proposed_by_id IS NOT NULL AND awarded_by_id IS NOT NULL"
            " AND awarded_by_id <> proposed_by_id AND answer_by IS NOT NULL)",
            proposed_by_somebody="state <> 'proposed' OR proposed_by_id IS NOT NULL",
            was_accepted="state NOT IN ('accepted', 'ended') OR accepted_at IS NOT NULL",
            with_a_reason="state <> 'called off' OR ended_because <> ''",
            a_report_is_due="state <> 'ended' OR report_by IS NOT NULL",
        ),
        _points("visit_group", "call_id", "visit_call"),
        _points("visit_group", "application_id", "application"),
        _points("visit_group", "host_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__visit_group")),
        sa.UniqueConstraint("application_id", name=op.f("uq__visit_group__application_id")),
    )
    op.create_index(op.f("ix__visit_group_state"), "visit_group", ["state"])
    op.create_index("ix__visit_group__of_call", "visit_group", ["call_id", "state", "id"])
    op.create_index("ix__visit_group__host", "visit_group", ["host_id", "state"])
    op.create_table(
        "visit_day",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks("visit_day", something="what <> ''"),
        _points("visit_day", "group_id", "visit_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__visit_day")),
    )
    op.create_index("uq__visit_day", "visit_day", ["group_id", "day"], unique=True)
    _make_people()
    op.create_table(
        "visit_report",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("by_country", sa.JSON(), nullable=False),
        sa.Column("supervisors", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _points("visit_report", "group_id", "visit_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__visit_report")),
        sa.UniqueConstraint("group_id", name=op.f("uq__visit_report__group_id")),
    )


def _make_people() -> None:
    op.create_table(
        "visit_person",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("part", sa.String(30), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("institution", sa.String(300), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("passport_name", sa.String(300), nullable=False),
        sa.Column("native_name", sa.String(300), nullable=False),
        sa.Column("nationality", sa.String(2), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("position", sa.String(200), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks(
            "visit_person",
            state="state IN ('named', 'confirmed', 'declined', 'replaced', 'left out')",
            part="part IN ('participant', 'supervisor')",
            confirmed_in_person="state <> 'confirmed' OR (confirmed_at IS NOT NULL"
            " AND passport_name <> '' AND nationality IS NOT NULL AND born_on IS NOT NULL)",
            ended_at_some_moment="state IN ('named', 'confirmed') OR ended_at IS NOT NULL",
            who_came_had_confirmed="NOT came OR state = 'confirmed'",
        ),
        _points("visit_person", "group_id", "visit_group"),
        _points("visit_person", "replaces_id", "visit_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__visit_person")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq__visit_person__replaces_id")),
        sa.UniqueConstraint("key_hash", name=op.f("uq__visit_person__key_hash")),
    )
    op.create_index(op.f("ix__visit_person_state"), "visit_person", ["state"])
    op.create_index(op.f("ix__visit_person_group_id"), "visit_person", ["group_id"])
    op.create_index("ix__visit_person__email", "visit_person", ["email"])
    op.create_index("ix__visit_person__user", "visit_person", ["user_id"])
    op.create_index(
        "uq__visit_person__once",
        "visit_person",
        ["group_id", "email"],
        unique=True,
        sqlite_where=sa.text(f"state IN {COMES}"),
        postgresql_where=sa.text(f"state IN {COMES}"),
    )


def _checks(table: str, **rules: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck__{table}__{name}")) for name, rule in rules.items()
    ]


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk__{table}__{column}__{to}")
    )


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
