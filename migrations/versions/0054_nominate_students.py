"""rank exchange places and nominate students, never more than there are places

A place is held from the nomination on. PostgreSQL's trigger locks the posting before it counts;
SQLite has one writer at a time. Person, home, host and posting of a nomination never change.

Revision: 0054, after 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

LIVING = "('sent', 'verified')"
SQLITE = {
    "nomination_is_made_within_the_places": f"""
        BEFORE INSERT ON exchange_nomination WHEN NEW.state IN {LIVING}
        BEGIN
            SELECT RAISE(ABORT, 'no_place_is_free')
            WHERE (SELECT count(*) FROM exchange_nomination
                   WHERE posting_id = NEW.posting_id AND state IN {LIVING})
                >= (SELECT capacity FROM posting WHERE id = NEW.posting_id);
        END""",
    "nomination_is_held_within_the_places": f"""
        BEFORE UPDATE OF state ON exchange_nomination
        WHEN NEW.state IN {LIVING} AND OLD.state NOT IN {LIVING}
        BEGIN
            SELECT RAISE(ABORT, 'no_place_is_free')
            WHERE (SELECT count(*) FROM exchange_nomination
                   WHERE posting_id = NEW.posting_id AND state IN {LIVING} AND id <> NEW.id)
                >= (SELECT capacity FROM posting WHERE id = NEW.posting_id);
        END""",
    "nomination_stays_with_its_student": """
        BEFORE UPDATE OF person_id, home_id, host_id, posting_id ON exchange_nomination
        WHEN NEW.person_id <> OLD.person_id OR NEW.home_id <> OLD.home_id
            OR NEW.host_id <> OLD.host_id OR NEW.posting_id <> OLD.posting_id
        BEGIN SELECT RAISE(ABORT, 'nomination_is_of_somebody_else'); END""",
    "posting_keeps_who_is_verified": """
        BEFORE UPDATE OF stage ON posting
        WHEN NEW.stage = 'withdrawn' AND OLD.stage <> 'withdrawn'
        BEGIN
            SELECT RAISE(ABORT, 'nominations_are_verified')
            WHERE EXISTS (SELECT 1 FROM exchange_nomination
                          WHERE posting_id = NEW.id AND state = 'verified');
        END""",
    "posting_keeps_the_places_that_are_held": f"""
        BEFORE UPDATE OF capacity ON posting WHEN NEW.capacity < OLD.capacity
        BEGIN
            SELECT RAISE(ABORT, 'places_are_held')
            WHERE (SELECT count(*) FROM exchange_nomination
                   WHERE posting_id = NEW.id AND state IN {LIVING}) > NEW.capacity;
        END""",
}
POSTGRESQL = f"""
CREATE FUNCTION refuse_more_than_the_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    there integer;
    held integer;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.person_id <> OLD.person_id OR NEW.home_id <> OLD.home_id
            OR NEW.host_id <> OLD.host_id OR NEW.posting_id <> OLD.posting_id THEN
            RAISE EXCEPTION 'nomination_is_of_somebody_else' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.state IN {LIVING} THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NEW.state NOT IN {LIVING} THEN
        RETURN NEW;
    END IF;
    SELECT capacity INTO there FROM posting WHERE id = NEW.posting_id FOR NO KEY UPDATE;
    SELECT count(*) INTO held FROM exchange_nomination
        WHERE posting_id = NEW.posting_id AND state IN {LIVING} AND id <> NEW.id;
    IF held >= there THEN
        RAISE EXCEPTION 'no_place_is_free' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER nomination_is_held_within_the_places
    BEFORE INSERT OR UPDATE ON exchange_nomination
    FOR EACH ROW EXECUTE FUNCTION refuse_more_than_the_places();

CREATE FUNCTION refuse_to_leave_the_nominated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stage = 'withdrawn' AND OLD.stage <> 'withdrawn' AND EXISTS (
        SELECT 1 FROM exchange_nomination WHERE posting_id = NEW.id AND state = 'verified'
    ) THEN
        RAISE EXCEPTION 'nominations_are_verified' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.capacity < OLD.capacity AND NEW.capacity < (
        SELECT count(*) FROM exchange_nomination WHERE posting_id = NEW.id AND state IN {LIVING}
    ) THEN
        RAISE EXCEPTION 'places_are_held' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER posting_keeps_the_nominated
    BEFORE UPDATE OF stage, capacity ON posting
    FOR EACH ROW EXECUTE FUNCTION refuse_to_leave_the_nominated();
"""


def upgrade() -> None:
    op.create_table(
        "choices_of_year",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("study_level", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(4), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'withdrawn')", name=op.f("ck__choices_of_year__state")
        ),
        sa.CheckConstraint(
            "study_level BETWEEN 5 AND 8", name=op.f("ck__choices_of_year__a_level_of_study")
        ),
        sa.CheckConstraint(
            "state <> 'sent' OR sent_at IS NOT NULL",
            name=op.f("ck__choices_of_year__sent_at_some_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk__choices_of_year__person_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["home_id"], ["organisation.id"], name=op.f("fk__choices_of_year__home_id__organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__choices_of_year")),
    )
    op.create_index(op.f("ix__choices_of_year_state"), "choices_of_year", ["state"], unique=False)
    op.create_index(
        "uq__choices_of_year__person",
        "choices_of_year",
        ["person_id", "year"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_index("ix__choices_of_year__home", "choices_of_year", ["home_id", "state", "year"])
    op.create_table(
        "exchange_choice",
        sa.Column("choices_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("rank BETWEEN 1 AND 5", name=op.f("ck__exchange_choice__of_five")),
        sa.ForeignKeyConstraint(
            ["choices_id"],
            ["choices_of_year.id"],
            name=op.f("fk__exchange_choice__choices_id__choices_of_year"),
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk__exchange_choice__posting_id__posting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__exchange_choice")),
    )
    op.create_index(
        "uq__exchange_choice__rank", "exchange_choice", ["choices_id", "rank"], unique=True
    )
    op.create_index(
        "uq__exchange_choice__posting", "exchange_choice", ["choices_id", "posting_id"], unique=True
    )
    op.create_index(op.f("ix__exchange_choice_posting_id"), "exchange_choice", ["posting_id"])
    op.create_table(
        "exchange_nomination",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("choices_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("cancelled_by", sa.String(30), nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('sent', 'verified', 'refused', 'cancelled')",
            name=op.f("ck__exchange_nomination__state"),
        ),
        sa.CheckConstraint(
            "cancelled_by IN ('student', 'home', 'host')",
            name=op.f("ck__exchange_nomination__side"),
        ),
        sa.CheckConstraint(
            "home_id <> host_id", name=op.f("ck__exchange_nomination__sent_elsewhere")
        ),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_by IS NOT NULL)",
            name=op.f("ck__exchange_nomination__cancelled_by_a_side"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk__exchange_nomination__person_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["home_id"],
            ["organisation.id"],
            name=op.f("fk__exchange_nomination__home_id__organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["host_id"],
            ["organisation.id"],
            name=op.f("fk__exchange_nomination__host_id__organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk__exchange_nomination__posting_id__posting"),
        ),
        sa.ForeignKeyConstraint(
            ["choices_id"],
            ["choices_of_year.id"],
            name=op.f("fk__exchange_nomination__choices_id__choices_of_year"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__exchange_nomination")),
    )
    op.create_index(op.f("ix__exchange_nomination_state"), "exchange_nomination", ["state"])
    op.create_index(op.f("ix__exchange_nomination_person_id"), "exchange_nomination", ["person_id"])
    op.create_index(
        "uq__exchange_nomination__living",
        "exchange_nomination",
        ["choices_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('sent', 'verified')"),
        postgresql_where=sa.text("state IN ('sent', 'verified')"),
    )
    op.create_index(
        "uq__exchange_nomination__posting",
        "exchange_nomination",
        ["choices_id", "posting_id"],
        unique=True,
    )
    op.create_index(
        "ix__exchange_nomination__held", "exchange_nomination", ["posting_id", "state"]
    )
    op.create_index("ix__exchange_nomination__host", "exchange_nomination", ["host_id", "state"])
    op.create_index("ix__exchange_nomination__home", "exchange_nomination", ["home_id", "state"])
    op.create_table(
        "nomination_letter",
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("study_level", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(4), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "study_level BETWEEN 5 AND 8", name=op.f("ck__nomination_letter__a_level_of_study")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (verified IS NULL)",
            name=op.f("ck__nomination_letter__answered_at_some_moment"),
        ),
        sa.CheckConstraint(
            "verified IS NULL OR verified OR comment <> ''",
            name=op.f("ck__nomination_letter__refused_with_words"),
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["exchange_nomination.id"],
            name=op.f("fk__nomination_letter__nomination_id__exchange_nomination"),
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["user.id"], name=op.f("fk__nomination_letter__sent_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["user.id"],
            name=op.f("fk__nomination_letter__answered_by_id__user"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__nomination_letter")),
    )
    op.create_index(
        "uq__nomination_letter", "nomination_letter", ["nomination_id", "number"], unique=True
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
    else:
        op.execute(POSTGRESQL)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER posting_keeps_the_nominated ON posting")
        op.execute("DROP TRIGGER nomination_is_held_within_the_places ON exchange_nomination")
        op.execute("DROP FUNCTION refuse_to_leave_the_nominated()")
        op.execute("DROP FUNCTION refuse_more_than_the_places()")
    for table in ("nomination_letter", "exchange_nomination", "exchange_choice", "choices_of_year"):
        op.drop_table(table)
