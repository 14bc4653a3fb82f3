"""Call for research stays: places only grow, and what was asked for stays as it was sent.

SQLite rebuilds `opportunity`, whose kinds grow by one: all triggers that speak of it are put aside
and made again in their own words. An application that lacks its group or its request is not
submitted, and each says which.

Revision: 0077, after 0076
"""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

KIND = "ck__opportunity__kind"
BEFORE = "'course', 'fellowship', 'exchange', 'elsewhere', 'facility', 'visit'"
TABLES = ("stay_request", "research_stay_paid", "research_stay_call")
PURPOSES = (
    "'joint research', 'supervision and teaching', 'use of facilities', 'data collection',"
    " 'training'"
)
ROLES = (
    "'reviewer', 'manager', 'approver', 'centre', 'host', 'coordinator', 'nominator',"
    " 'focal point', 'secretariat'"
)
IS_PUBLISHED = "(SELECT published_at FROM opportunity WHERE id = NEW.id) IS NOT NULL"
FEWER = f"NEW.stays < OLD.stays AND {IS_PUBLISHED}"
WAS_SENT = "(SELECT state FROM application WHERE id = OLD.application_id) <> 'draft'"
LEAVES = """NEW.application_id <> OLD.application_id
            OR NEW.call_id <> OLD.call_id OR NEW.host_id <> OLD.host_id"""
DAYS = "julianday(NEW.ends_on) - julianday(NEW.starts_on) + 1"
OTHER_DAYS = f"""EXISTS (
                SELECT 1 FROM research_stay_call AS c JOIN opportunity AS o ON o.id = c.id
                WHERE c.id = NEW.call_id AND (NEW.starts_on < o.starts_on
                    OR NEW.ends_on > o.ends_on OR {DAYS} < c.fewest_days OR {DAYS} > c.most_days)
            )"""
LACKS = "NEW.lacks {what} AND NEW.state NOT IN ('draft', 'withdrawn')"
SQLITE = {
    "research_stays_only_grow": f"""
        BEFORE UPDATE OF stays ON research_stay_call WHEN {FEWER}
        BEGIN SELECT RAISE(ABORT, 'places_only_grow'); END""",
    "stay_request_stays_with_application": f"""
        BEFORE UPDATE ON stay_request WHEN {LEAVES}
        BEGIN SELECT RAISE(ABORT, 'stay_request_stays'); END""",
    "stay_request_stays_as_it_was_sent": f"""
        BEFORE UPDATE ON stay_request WHEN {WAS_SENT}
        BEGIN SELECT RAISE(ABORT, 'stay_request_was_sent'); END""",
    "stay_request_is_not_deleted": f"""
        BEFORE DELETE ON stay_request WHEN {WAS_SENT}
        BEGIN SELECT RAISE(ABORT, 'stay_request_was_sent'); END""",
    "new_stay_request_is_of_these_days": f"""
        BEFORE INSERT ON stay_request WHEN {OTHER_DAYS}
        BEGIN SELECT RAISE(ABORT, 'stay_request_of_other_days'); END""",
    "stay_request_is_of_these_days": f"""
        BEFORE UPDATE OF starts_on, ends_on ON stay_request WHEN {OTHER_DAYS}
        BEGIN SELECT RAISE(ABORT, 'stay_request_of_other_days'); END""",
    "application_with_its_request": f"""
        BEFORE UPDATE OF state, lacks ON application WHEN {LACKS.format(what="= 'request'")}
        BEGIN SELECT RAISE(ABORT, 'application_lacks_its_request'); END""",
}


def _raise(word: str) -> str:
    return f"RAISE EXCEPTION '{word}' USING ERRCODE = 'check_violation';"


POSTGRESQL = {
    "refuse_fewer_places": (
        f"IF {FEWER} THEN {_raise('places_only_grow')} END IF; RETURN NEW;",
        "research_stays_only_grow BEFORE UPDATE ON research_stay_call",
    ),
    "refuse_another_request": (
        f"""IF TG_OP <> 'INSERT' AND {WAS_SENT} THEN {_raise("stay_request_was_sent")} END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF TG_OP = 'UPDATE' AND ({LEAVES}) THEN {_raise("stay_request_stays")} END IF;
    IF {OTHER_DAYS.replace(DAYS, "NEW.ends_on - NEW.starts_on + 1")} THEN
        {_raise("stay_request_of_other_days")} END IF;
    RETURN NEW;""",
        "stay_request_stays BEFORE INSERT OR UPDATE OR DELETE ON stay_request",
    ),
    "refuse_without_request": (
        f"""IF {LACKS.format(what="= 'request'")} THEN
        {_raise("application_lacks_its_request")} END IF; RETURN NEW;""",
        "application_with_its_request BEFORE UPDATE OF state, lacks ON application",
    ),
}


def upgrade() -> None:
    _know(f"{BEFORE}, 'research-stay'")
    _make_calls()
    _make_requests()
    _want_a_group("= 'group'")
    if _is_sqlite():
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
        return
    for name, (body, trigger) in POSTGRESQL.items():
        op.execute(_function(name, body))
        op.execute(f"CREATE TRIGGER {trigger} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    """Possible while no call for research stays was written: an unknown kind cannot stay."""
    if _is_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name, (_body, trigger) in POSTGRESQL.items():
            op.execute(f"DROP TRIGGER {trigger.split()[0]} ON {trigger.split()[-1]}")
            op.execute(f"DROP FUNCTION {name}()")
    _want_a_group("<> ''")
    for table in TABLES:
        op.drop_table(table)
    _know(BEFORE)


def _want_a_group(what: str) -> None:
    """Refuse to submit for want of a group where this is what is lacking."""
    lacks = LACKS.format(what=what)
    if _is_sqlite():
        op.execute("DROP TRIGGER application_with_its_group")
        op.execute(
            "CREATE TRIGGER application_with_its_group"
            f" BEFORE UPDATE OF state, lacks ON application WHEN {lacks}"
            " BEGIN SELECT RAISE(ABORT, 'application_lacks_its_group'); END"
        )
        return
    body = f"IF {lacks} THEN {_raise('application_lacks_its_group')} END IF; RETURN NEW;"
    op.execute(_function("refuse_without_group", body))


def _function(name: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} END $$"
    )


def _make_calls() -> None:
    op.create_table(
        "research_stay_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(30), nullable=False),
        sa.Column("laboratory", sa.String(300), nullable=False),
        sa.Column("received_by", sa.String(300), nullable=False),
        sa.Column("contact", sa.String(320), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("fewest_days", sa.Integer(), nullable=False),
        sa.Column("most_days", sa.Integer(), nullable=False),
        sa.Column("stays", sa.Integer(), nullable=False),
        sa.Column("hear_by", sa.Date(), nullable=True),
        sa.Column("funder", sa.String(300), nullable=False),
        *_checks(
            "research_stay_call",
            office=f"office IN ({ROLES})",
            of_an_office_that_invites="office IN ('centre', 'coordinator')",
            some_stays="stays BETWEEN 1 AND 200",
            some_days="fewest_days >= 1 AND fewest_days <= most_days",
            a_short_stay="most_days <= 180",
        ),
        _points("research_stay_call", "id", "opportunity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__research_stay_call")),
    )
    op.create_table(
        "research_stay_paid",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("payer", sa.String(30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("per", sa.String(30), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks(
            "research_stay_paid",
            kind="kind IN ('travel', 'lodging', 'daily allowance', 'insurance')",
            payer="payer IN ('host', 'home', 'programme')",
            per="per IN ('month', 'year', 'day', 'once')",
            amount_with_currency="(amount IS NULL) = (currency IS NULL)",
            some_amount="amount > 0",
        ),
        _points("research_stay_paid", "call_id", "research_stay_call"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__research_stay_paid")),
    )
    op.create_index("uq__research_stay_paid", "research_stay_paid", ["call_id", "kind"], unique=True)


def _make_requests() -> None:
    op.create_table(
        "stay_request",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=True),
        sa.Column("home_name", sa.String(300), nullable=False),
        sa.Column("home_country", sa.String(2), nullable=False),
        sa.Column("function", sa.String(200), nullable=False),
        sa.Column("purpose_kind", sa.String(30), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("brings", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks(
            "stay_request",
            purpose_kind=f"purpose_kind IN ({PURPOSES})",
            has_one_home="(home_id IS NULL) = (home_name <> '')",
            asks_elsewhere="home_id IS NULL OR home_id <> host_id",
            ends_after_it_starts="starts_on <= ends_on",
            says_who_and_why="purpose <> '' AND function <> ''",
        ),
        _points("stay_request", "application_id", "application"),
        _points("stay_request", "call_id", "research_stay_call"),
        _points("stay_request", "host_id", "organisation"),
        _points("stay_request", "home_id", "organisation"),
        _points("stay_request", "project_id", "project"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__stay_request")),
        sa.UniqueConstraint("application_id", name=op.f("uq__stay_request__application_id")),
    )
    op.create_index("ix__stay_request__of_call", "stay_request", ["call_id", "starts_on", "id"])


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
