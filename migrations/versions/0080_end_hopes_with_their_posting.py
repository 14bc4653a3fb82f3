"""end nominations with their posting: nobody waits for an answer that cannot come

A posting ends only when nothing sent waits for its host, and nothing is sent to one that is not
open. Nominations to postings that were withdrawn before end with the reason that was published.

Revision: 0080, after 0079
"""

from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None

LIVING = "('sent', 'verified')"
SQLITE = {
    "posting_leaves_nobody_waiting": """
        BEFORE UPDATE OF stage ON posting
        WHEN NEW.stage IN ('withdrawn', 'filled', 'closed') AND OLD.stage <> NEW.stage
        BEGIN
            SELECT RAISE(ABORT, 'nominations_wait')
            WHERE EXISTS (SELECT 1 FROM exchange_nomination
                          WHERE posting_id = NEW.id AND state = 'sent');
        END""",
    "nomination_is_made_while_they_are_taken": f"""
        BEFORE INSERT ON exchange_nomination WHEN NEW.state IN {LIVING}
        BEGIN
            SELECT RAISE(ABORT, 'nominations_are_not_taken')
            WHERE (SELECT stage FROM posting WHERE id = NEW.posting_id) <> 'open';
        END""",
    "nomination_is_sent_while_they_are_taken": f"""
        BEFORE UPDATE OF state ON exchange_nomination
        WHEN NEW.state IN {LIVING} AND OLD.state NOT IN {LIVING}
        BEGIN
            SELECT RAISE(ABORT, 'nominations_are_not_taken')
            WHERE (SELECT stage FROM posting WHERE id = NEW.posting_id) <> 'open';
        END""",
}
POSTGRESQL = f"""
CREATE FUNCTION refuse_to_end_while_somebody_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stage IN ('withdrawn', 'filled', 'closed') AND OLD.stage <> NEW.stage AND EXISTS (
        SELECT 1 FROM exchange_nomination WHERE posting_id = NEW.id AND state = 'sent'
    ) THEN
        RAISE EXCEPTION 'nominations_wait' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER posting_leaves_nobody_waiting
    BEFORE UPDATE OF stage ON posting
    FOR EACH ROW EXECUTE FUNCTION refuse_to_end_while_somebody_waits();

CREATE FUNCTION refuse_what_is_not_taken() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_at text;
BEGIN
    IF NEW.state NOT IN {LIVING} THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state IN {LIVING} THEN
            RETURN NEW;
        END IF;
    END IF;
    SELECT stage INTO now_at FROM posting WHERE id = NEW.posting_id FOR NO KEY UPDATE;
    IF now_at <> 'open' THEN
        RAISE EXCEPTION 'nominations_are_not_taken' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER nomination_is_sent_while_they_are_taken
    BEFORE INSERT OR UPDATE OF state ON exchange_nomination
    FOR EACH ROW EXECUTE FUNCTION refuse_what_is_not_taken();
"""
MEND = (
    """UPDATE exchange_nomination SET state = 'cancelled', cancelled_by = 'host',
        version = version + 1,
        cancelled_because = (SELECT COALESCE(cancelled_because, '') FROM opportunity
                             WHERE id = exchange_nomination.posting_id),
        cancelled_at = (SELECT cancelled_at FROM opportunity
                        WHERE id = exchange_nomination.posting_id)
    WHERE state IN ('sent', 'refused')
        AND posting_id IN (SELECT id FROM posting WHERE stage = 'withdrawn')""",
    """UPDATE nomination_key SET ended_at = (
        SELECT COALESCE(n.cancelled_at, nomination_key.made_at) FROM exchange_nomination AS n
        WHERE n.id = nomination_key.nomination_id)
    WHERE ended_at IS NULL AND nomination_id IN (
        SELECT n.id FROM exchange_nomination AS n JOIN posting AS p ON p.id = n.posting_id
        WHERE n.state = 'cancelled' AND p.stage = 'withdrawn')""",
    """UPDATE task SET done_at = (
        SELECT COALESCE(o.cancelled_at, o.closed_at, task.opened_at) FROM exchange_nomination AS n
        JOIN opportunity AS o ON o.id = n.posting_id WHERE n.id = task.subject_id)
    WHERE done_at IS NULL AND subject_kind = 'exchange_nomination' AND subject_id IN (
        SELECT n.id FROM exchange_nomination AS n JOIN posting AS p ON p.id = n.posting_id
        WHERE (p.stage = 'withdrawn' AND n.state = 'cancelled')
            OR (p.stage IN ('filled', 'closed') AND n.state = 'refused'))""",
)


def upgrade() -> None:
    for statement in MEND:
        op.execute(statement)
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
        op.execute("DROP TRIGGER nomination_is_sent_while_they_are_taken ON exchange_nomination")
        op.execute("DROP TRIGGER posting_leaves_nobody_waiting ON posting")
        op.execute("DROP FUNCTION refuse_what_is_not_taken()")
        op.execute("DROP FUNCTION refuse_to_end_while_somebody_waits()")
