"""plan dates of courses; never more seats kept for some than there are

A migration that rebuilds `course_run` or `seat_reserve` on SQLite drops the triggers: make them
anew there.

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# `app.courses.models.runs` turns this word into a sentence.
TOO_MANY = "more_reserved_than_seats"
KEPT = "(SELECT coalesce(sum(seats), 0) FROM seat_reserve WHERE run_id = NEW.run_id)"
SQLITE = {
    "seats_are_kept_within_the_seats": f"""
        AFTER INSERT ON seat_reserve
        BEGIN
            SELECT RAISE(ABORT, '{TOO_MANY}')
            WHERE {KEPT} > (SELECT capacity FROM course_run WHERE id = NEW.run_id);
        END""",
    "kept_seats_grow_within_the_seats": f"""
        AFTER UPDATE ON seat_reserve
        BEGIN
            SELECT RAISE(ABORT, '{TOO_MANY}')
            WHERE {KEPT} > (SELECT capacity FROM course_run WHERE id = NEW.run_id);
        END""",
    "seats_stay_above_what_is_kept": f"""
        BEFORE UPDATE OF capacity ON course_run WHEN NEW.capacity < OLD.capacity
        BEGIN
            SELECT RAISE(ABORT, '{TOO_MANY}')
            WHERE (SELECT coalesce(sum(seats), 0) FROM seat_reserve WHERE run_id = NEW.id)
                > NEW.capacity;
        END""",
}
POSTGRESQL = f"""
CREATE FUNCTION refuse_more_reserved_than_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    there integer;
    kept integer;
BEGIN
    SELECT capacity INTO there FROM course_run WHERE id = NEW.run_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(seats), 0) INTO kept FROM seat_reserve
        WHERE run_id = NEW.run_id AND id <> NEW.id;
    IF kept + NEW.seats > there THEN
        RAISE EXCEPTION '{TOO_MANY}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER seats_are_kept_within_the_seats BEFORE INSERT OR UPDATE ON seat_reserve
    FOR EACH ROW EXECUTE FUNCTION refuse_more_reserved_than_seats();

CREATE FUNCTION refuse_fewer_seats_than_reserved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT coalesce(sum(seats), 0) FROM seat_reserve WHERE run_id = NEW.id) > NEW.capacity THEN
        RAISE EXCEPTION '{TOO_MANY}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER seats_stay_above_what_is_kept BEFORE UPDATE OF capacity ON course_run
    FOR EACH ROW EXECUTE FUNCTION refuse_fewer_seats_than_reserved();
"""


def upgrade() -> None:
    op.create_table(
        "course_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(30), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("venue", sa.String(500), nullable=False),
        sa.Column("join_url", sa.String(500), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("enrolment_mode", sa.String(30), nullable=False),
        sa.Column("promote_until", UtcDateTime(), nullable=True),
        sa.Column("hours_to_answer", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(320), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "capacity BETWEEN 1 AND 5000", name=op.f("ck__course_run__has_some_seats")
        ),
        sa.CheckConstraint(
            "hours_to_answer BETWEEN 1 AND 336", name=op.f("ck__course_run__hours_to_answer")
        ),
        sa.CheckConstraint(
            "mode = 'online' OR venue <> ''", name=op.f("ck__course_run__a_place_unless_online")
        ),
        sa.CheckConstraint(
            "mode IN ('online', 'on site', 'hybrid')", name=op.f("ck__course_run__mode")
        ),
        sa.CheckConstraint(
            "enrolment_mode IN ('open', 'by approval', 'by invitation')",
            name=op.f("ck__course_run__enrolment_mode"),
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["opportunity.id"], name=op.f("fk__course_run__id__opportunity")
        ),
        sa.ForeignKeyConstraint(
            ["course_version_id"],
            ["course_version.id"],
            name=op.f("fk__course_run__course_version_id__course_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__course_run")),
    )
    op.create_index(op.f("ix__course_run_course_version_id"), "course_run", ["course_version_id"])
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("venue", sa.String(500), nullable=False),
        sa.Column("join_url", sa.String(500), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.Column("changed_because", sa.Text(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck__meeting__starts_before_it_ends")
        ),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck__meeting__sequence_not_negative")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk__meeting__run_id__course_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__meeting")),
    )
    op.create_index("ix__meeting__timetable", "meeting", ["run_id", "starts_at", "id"])
    op.create_table(
        "teaching",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk__teaching__meeting_id__meeting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk__teaching__person_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__teaching")),
    )
    op.create_index(op.f("ix__teaching_person_id"), "teaching", ["person_id"])
    op.create_index("uq__teaching", "teaching", ["meeting_id", "person_id"], unique=True)
    op.create_table(
        "seat_reserve",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("country_code", sa.String(2), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats > 0", name=op.f("ck__seat_reserve__keeps_some_seats")),
        sa.CheckConstraint(
            "(organisation_id IS NULL) <> (country_code IS NULL)",
            name=op.f("ck__seat_reserve__for_an_organisation_or_a_country"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk__seat_reserve__run_id__course_run")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__seat_reserve__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__seat_reserve")),
    )
    op.create_index(
        "uq__seat_reserve",
        "seat_reserve",
        ["run_id", sa.text("coalesce(organisation_id, 0)"), sa.text("coalesce(country_code, '')")],
        unique=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
    else:
        op.execute(POSTGRESQL)


def downgrade() -> None:
    op.drop_table("seat_reserve")
    op.drop_table("teaching")
    op.drop_table("meeting")
    op.drop_table("course_run")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_more_reserved_than_seats()")
        op.execute("DROP FUNCTION refuse_fewer_seats_than_reserved()")
