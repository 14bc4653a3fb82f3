"""refuse more than the seats

The database itself refuses an offer that would hold a seat which is not there, and a place that
would have fewer seats than are held (or that its host refuses while some are). The lock in
the operations makes it a sentence; this makes it impossible. PostgreSQL's trigger locks the place
before it counts; SQLite has one writer at a time. A migration that rebuilds `offer` or `place` on
SQLite drops the triggers: make them anew there.

Revision: 0003, after 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HELD = "('approved', 'released', 'accepted')"
# `app.placements.models` turns these two words into sentences.
NO_SEAT = "offer_holds_no_seat"
HELD_ALREADY = "place_seats_are_held"

SQLITE = {
    "offer_is_made_within_the_seats": f"""
        BEFORE INSERT ON offer WHEN NEW.state IN {HELD}
        BEGIN
            SELECT RAISE(ABORT, '{NO_SEAT}')
            WHERE (SELECT count(*) FROM offer WHERE place_id = NEW.place_id AND state IN {HELD})
                >= (SELECT seats FROM place WHERE id = NEW.place_id);
        END""",
    "offer_is_held_within_the_seats": f"""
        BEFORE UPDATE OF state, place_id ON offer
        WHEN NEW.state IN {HELD}
            AND (OLD.state NOT IN {HELD} OR OLD.place_id <> NEW.place_id)
        BEGIN
            SELECT RAISE(ABORT, '{NO_SEAT}')
            WHERE (SELECT count(*) FROM offer
                   WHERE place_id = NEW.place_id AND state IN {HELD} AND id <> NEW.id)
                >= (SELECT seats FROM place WHERE id = NEW.place_id);
        END""",
    "place_keeps_the_seats_that_are_held": f"""
        BEFORE UPDATE OF seats, state ON place
        WHEN NEW.seats < OLD.seats OR (NEW.state = 'refused' AND OLD.state <> 'refused')
        BEGIN
            SELECT RAISE(ABORT, '{HELD_ALREADY}')
            WHERE (SELECT count(*) FROM offer WHERE place_id = NEW.id AND state IN {HELD})
                > CASE WHEN NEW.state = 'refused' THEN 0 ELSE NEW.seats END;
        END""",
}
POSTGRESQL = f"""
CREATE FUNCTION refuse_more_than_the_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    there integer;
    held integer;
BEGIN
    IF NEW.state NOT IN {HELD} THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state IN {HELD} AND OLD.place_id = NEW.place_id THEN
            RETURN NEW;
        END IF;
    END IF;
    SELECT seats INTO there FROM place WHERE id = NEW.place_id FOR NO KEY UPDATE;
    SELECT count(*) INTO held FROM offer
        WHERE place_id = NEW.place_id AND state IN {HELD} AND id <> NEW.id;
    IF held >= there THEN
        RAISE EXCEPTION '{NO_SEAT}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER offer_is_held_within_the_seats
    BEFORE INSERT OR UPDATE OF state, place_id ON offer
    FOR EACH ROW EXECUTE FUNCTION refuse_more_than_the_seats();

CREATE FUNCTION refuse_fewer_seats_than_are_held() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held integer;
BEGIN
    IF NEW.seats >= OLD.seats AND (NEW.state <> 'refused' OR OLD.state = 'refused') THEN
        RETURN NEW;
    END IF;
    SELECT count(*) INTO held FROM offer WHERE place_id = NEW.id AND state IN {HELD};
    IF held > (CASE WHEN NEW.state = 'refused' THEN 0 ELSE NEW.seats END) THEN
        RAISE EXCEPTION '{HELD_ALREADY}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER place_keeps_the_seats_that_are_held
    BEFORE UPDATE OF seats, state ON place
    FOR EACH ROW EXECUTE FUNCTION refuse_fewer_seats_than_are_held();
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
    else:
        op.execute(POSTGRESQL)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    op.execute("DROP TRIGGER offer_is_held_within_the_seats ON offer")
    op.execute("DROP TRIGGER place_keeps_the_seats_that_are_held ON place")
    op.execute("DROP FUNCTION refuse_more_than_the_seats()")
    op.execute("DROP FUNCTION refuse_fewer_seats_than_are_held()")
