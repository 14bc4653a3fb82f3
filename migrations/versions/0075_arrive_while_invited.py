"""Arrive while invited: nobody arrives on an invitation that was called off a moment before.

Who calls it off holds the stay until then (see stay_on_invitation), so nothing is locked here.

Revision: 0075, after 0074
"""

from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

OVER = """NEW.state = 'there' AND OLD.state = 'planned' AND NEW.invitation_id IS NOT NULL
            AND (SELECT state FROM invitation WHERE id = NEW.invitation_id) <> 'agreed'"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER stay_begins_while_invited BEFORE UPDATE OF state ON stay WHEN {OVER}"
            " BEGIN SELECT RAISE(ABORT, 'invitation_is_over'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_to_arrive_uninvited() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF {OVER} THEN RAISE EXCEPTION 'invitation_is_over'"
        " USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER stay_begins_while_invited BEFORE UPDATE OF state ON stay"
        " FOR EACH ROW EXECUTE FUNCTION refuse_to_arrive_uninvited()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER stay_begins_while_invited")
        return
    op.execute("DROP TRIGGER stay_begins_while_invited ON stay")
    op.execute("DROP FUNCTION refuse_to_arrive_uninvited()")
