"""Find invitations by names, write mails as was chosen, and keep invited stays short.

Revision: 0076, after 0075
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.search.folding import fold

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

NAMES = sa.text(
    "SELECT i.id, i.person_name, i.person_email, i.home_name, h.name, o.name"
    " FROM invitation i JOIN organisation h ON h.id = i.host_id"
    " LEFT JOIN organisation o ON o.id = i.home_id"
)
FIND = sa.text("UPDATE invitation SET found_by = :found_by WHERE id = :id")
SQLITE = """
        BEFORE UPDATE OF starts_on, ends_on ON stay
        WHEN NEW.invitation_id IS NOT NULL
            AND julianday(NEW.ends_on) - julianday(NEW.starts_on) >= 180
        BEGIN SELECT RAISE(ABORT, 'invitation_is_too_long'); END"""
POSTGRESQL = """IF NEW.invitation_id IS NOT NULL AND NEW.ends_on - NEW.starts_on >= 180 THEN
    RAISE EXCEPTION 'invitation_is_too_long' USING ERRCODE = 'check_violation';
    END IF; RETURN NEW;"""


def upgrade() -> None:
    op.add_column(
        "invitation", sa.Column("found_by", sa.Text(), nullable=False, server_default="")
    )
    op.add_column(
        "invitation", sa.Column("mail_locale", sa.String(20), nullable=False, server_default="")
    )
    for number, *names in op.get_bind().execute(NAMES).all():
        words = fold("\n".join(filter(None, names)))
        op.get_bind().execute(FIND, {"id": number, "found_by": words})
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER invited_stay_is_short {SQLITE}")
        return
    op.execute(
        "CREATE FUNCTION refuse_long_stay() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {POSTGRESQL} END $$"
    )
    op.execute(
        "CREATE TRIGGER invited_stay_is_short BEFORE UPDATE OF starts_on, ends_on ON stay"
        " FOR EACH ROW EXECUTE FUNCTION refuse_long_stay()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER invited_stay_is_short")
    else:
        op.execute("DROP TRIGGER invited_stay_is_short ON stay")
        op.execute("DROP FUNCTION refuse_long_stay()")
    op.drop_column("invitation", "mail_locale")
    op.drop_column("invitation", "found_by")
