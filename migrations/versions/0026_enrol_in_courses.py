"""enrol in courses; the database itself refuses more people than there are seats

Seats kept for a group and seats for everybody are counted apart. The lock in the operations makes
a refusal a sentence; this makes it impossible. PostgreSQL's trigger locks the run before it counts;
SQLite has one writer at a time. A migration that rebuilds `enrolment` or `course_run` on SQLite
drops the triggers: make them anew there.

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

HELD = "('offered', 'accepted')"
LIVE = "state IN ('asked', 'waiting', 'offered', 'accepted')"
# `app.courses.models.enrolments` turns these two words into sentences.
NO_SEAT = "no_seat_is_free"
TAKEN = "seats_are_taken"

REFUSE = f"""
    SELECT RAISE(ABORT, '{NO_SEAT}') WHERE CASE WHEN NEW.kept_seat THEN
        (SELECT count(*) FROM enrolment WHERE run_id = NEW.run_id AND state IN {HELD}
            AND kept_seat AND reserve_id = NEW.reserve_id AND id <> coalesce(NEW.id, 0))
        >= (SELECT seats FROM seat_reserve WHERE id = NEW.reserve_id)
    ELSE
        (SELECT count(*) FROM enrolment WHERE run_id = NEW.run_id AND state IN {HELD}
            AND NOT kept_seat AND id <> coalesce(NEW.id, 0))
        >= (SELECT capacity FROM course_run WHERE id = NEW.run_id)
            - (SELECT coalesce(sum(seats), 0) FROM seat_reserve WHERE run_id = NEW.run_id)
    END;"""
SQLITE = {
    "enrolment_is_made_within_the_seats": f"""
        BEFORE INSERT ON enrolment WHEN NEW.state IN {HELD} BEGIN {REFUSE} END""",
    "enrolment_is_held_within_the_seats": f"""
        BEFORE UPDATE OF state, run_id, kept_seat, reserve_id ON enrolment
        WHEN NEW.state IN {HELD} AND (OLD.state NOT IN {HELD} OR OLD.run_id <> NEW.run_id
            OR OLD.kept_seat <> NEW.kept_seat
            OR coalesce(OLD.reserve_id, 0) <> coalesce(NEW.reserve_id, 0))
        BEGIN {REFUSE} END""",
    "run_keeps_the_seats_that_are_taken": f"""
        BEFORE UPDATE OF capacity ON course_run WHEN NEW.capacity < OLD.capacity
        BEGIN
            SELECT RAISE(ABORT, '{TAKEN}')
            WHERE (SELECT count(*) FROM enrolment
                   WHERE run_id = NEW.id AND state IN {HELD} AND NOT kept_seat)
                > NEW.capacity
                    - (SELECT coalesce(sum(seats), 0) FROM seat_reserve WHERE run_id = NEW.id);
        END""",
}
POSTGRESQL = f"""
CREATE FUNCTION refuse_more_people_than_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    there integer;
    held integer;
BEGIN
    IF NEW.state NOT IN {HELD} THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state IN {HELD} AND OLD.run_id = NEW.run_id AND OLD.kept_seat = NEW.kept_seat
            AND OLD.reserve_id IS NOT DISTINCT FROM NEW.reserve_id THEN
            RETURN NEW;
        END IF;
    END IF;
    SELECT capacity INTO there FROM course_run WHERE id = NEW.run_id FOR NO KEY UPDATE;
    IF NEW.kept_seat THEN
        SELECT seats INTO there FROM seat_reserve WHERE id = NEW.reserve_id;
        SELECT count(*) INTO held FROM enrolment
            WHERE run_id = NEW.run_id AND state IN {HELD} AND kept_seat
                AND reserve_id = NEW.reserve_id AND id <> NEW.id;
    ELSE
        there := there
            - (SELECT coalesce(sum(seats), 0) FROM seat_reserve WHERE run_id = NEW.run_id);
        SELECT count(*) INTO held FROM enrolment
            WHERE run_id = NEW.run_id AND state IN {HELD} AND NOT kept_seat AND id <> NEW.id;
    END IF;
    IF held >= there THEN
        RAISE EXCEPTION '{NO_SEAT}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER enrolment_is_held_within_the_seats
    BEFORE INSERT OR UPDATE OF state, run_id, kept_seat, reserve_id ON enrolment
    FOR EACH ROW EXECUTE FUNCTION refuse_more_people_than_seats();

CREATE FUNCTION refuse_fewer_seats_than_are_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.capacity >= OLD.capacity THEN
        RETURN NEW;
    END IF;
    IF (SELECT count(*) FROM enrolment
            WHERE run_id = NEW.id AND state IN {HELD} AND NOT kept_seat)
        > NEW.capacity
            - (SELECT coalesce(sum(seats), 0) FROM seat_reserve WHERE run_id = NEW.id) THEN
        RAISE EXCEPTION '{TAKEN}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER run_keeps_the_seats_that_are_taken
    BEFORE UPDATE OF capacity ON course_run
    FOR EACH ROW EXECUTE FUNCTION refuse_fewer_seats_than_are_taken();
"""


def upgrade() -> None:
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("reserve_id", sa.Integer(), nullable=True),
        sa.Column("kept_seat", sa.Boolean(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=True),
        sa.Column("answer_by", UtcDateTime(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT kept_seat OR reserve_id IS NOT NULL",
            name=op.f("ck__enrolment__kept_for_some_group"),
        ),
        sa.CheckConstraint(
            "state <> 'offered' OR answer_by IS NOT NULL",
            name=op.f("ck__enrolment__offered_with_a_moment_to_answer"),
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR (decided_by_id IS NOT NULL AND reason <> '')",
            name=op.f("ck__enrolment__declined_by_someone_with_a_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'waiting', 'offered', 'accepted', 'declined', 'lapsed',"
            " 'withdrawn')",
            name=op.f("ck__enrolment__state"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk__enrolment__run_id__course_run")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk__enrolment__person_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["reserve_id"],
            ["seat_reserve.id"],
            name=op.f("fk__enrolment__reserve_id__seat_reserve"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk__enrolment__decided_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__enrolment")),
    )
    op.create_index(op.f("ix__enrolment_state"), "enrolment", ["state"])
    op.create_index(op.f("ix__enrolment_person_id"), "enrolment", ["person_id"])
    op.create_index("ix__enrolment__line", "enrolment", ["run_id", "state", "asked_at", "id"])
    op.create_index("ix__enrolment__lapsing", "enrolment", ["state", "answer_by"])
    op.create_index(
        "uq__enrolment__one_live",
        "enrolment",
        ["run_id", "person_id"],
        unique=True,
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    )
    op.create_table(
        "run_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("invited_at", UtcDateTime(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "address = lower(address)", name=op.f("ck__run_invitation__in_small_letters")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk__run_invitation__run_id__course_run")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["user.id"], name=op.f("fk__run_invitation__invited_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__run_invitation")),
    )
    op.create_index("uq__run_invitation", "run_invitation", ["run_id", "address"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
    else:
        op.execute(POSTGRESQL)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER run_keeps_the_seats_that_are_taken")
    else:
        op.execute("DROP TRIGGER run_keeps_the_seats_that_are_taken ON course_run")
    op.drop_table("run_invitation")
    op.drop_table("enrolment")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_more_people_than_seats()")
        op.execute("DROP FUNCTION refuse_fewer_seats_than_are_taken()")
