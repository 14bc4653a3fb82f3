"""Invite researchers: whom a host invites stays who it is, and what was sent and answered stays.

Revision: 0069, after 0068
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

TABLES = (
    "invitation_answer",
    "invitation_key",
    "invitation_letter",
    "invitation_paid",
    "invitation",
)
ENDED = "state IN ('declined', 'withdrawn', 'cancelled')"
WHO = ("home_id", "home_name", "home_country", "person_name", "person_email")
IS_ANOTHER = f"""NEW.host_id <> OLD.host_id
            OR (OLD.person_id IS NOT NULL AND NEW.person_id IS NOT OLD.person_id)
            OR (OLD.state <> 'draft' AND ({" OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in WHO)}))"""
SQLITE = {
    "invitation_keeps_whose_it_is": f"""
        BEFORE UPDATE ON invitation WHEN {IS_ANOTHER}
        BEGIN SELECT RAISE(ABORT, 'invitation_is_of_somebody_else'); END""",
    "new_invitation_is_short": """
        BEFORE INSERT ON invitation
        WHEN julianday(NEW.ends_on) - julianday(NEW.starts_on) >= 180
        BEGIN SELECT RAISE(ABORT, 'invitation_is_too_long'); END""",
    "invitation_stays_short": """
        BEFORE UPDATE OF starts_on, ends_on ON invitation
        WHEN julianday(NEW.ends_on) - julianday(NEW.starts_on) >= 180
        BEGIN SELECT RAISE(ABORT, 'invitation_is_too_long'); END""",
    **{
        f"{table}_is_not_{done}": f"""
        BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{word}'); END"""
        for table, word in (
            ("invitation_letter", "letter_was_sent"),
            ("invitation_answer", "answer_was_given"),
        )
        for verb, done in (("UPDATE", "rewritten"), ("DELETE", "deleted"))
    },
}
POSTGRESQL = {
    "refuse_another_invited": (
        f"IF {IS_ANOTHER.replace('IS NOT OLD.', 'IS DISTINCT FROM OLD.')} THEN"
        " RAISE EXCEPTION 'invitation_is_of_somebody_else'"
        " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;",
        "invitation_keeps_whose_it_is BEFORE UPDATE ON invitation",
    ),
    "refuse_long_invitation": (
        "IF NEW.ends_on - NEW.starts_on >= 180 THEN RAISE EXCEPTION 'invitation_is_too_long'"
        " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;",
        "invitation_is_short BEFORE INSERT OR UPDATE ON invitation",
    ),
    "refuse_to_rewrite_invitation": (
        "RAISE EXCEPTION 'letter_was_sent' USING ERRCODE = 'check_violation';",
        "invitation_letter_stays BEFORE UPDATE OR DELETE ON invitation_letter",
    ),
    "refuse_to_answer_otherwise": (
        "RAISE EXCEPTION 'answer_was_given' USING ERRCODE = 'check_violation';",
        "invitation_answer_stays BEFORE UPDATE OR DELETE ON invitation_answer",
    ),
}


def upgrade() -> None:
    _make_invitations()
    _make_letters()
    if _is_sqlite():
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
        return
    for name, (body, trigger) in POSTGRESQL.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {body} END $$"
        )
        op.execute(f"CREATE TRIGGER {trigger} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    if _is_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name, (_body, trigger) in POSTGRESQL.items():
            op.execute(f"DROP TRIGGER {trigger.split()[0]} ON {trigger.split()[-1]}")
            op.execute(f"DROP FUNCTION {name}()")
    for table in TABLES:
        op.drop_table(table)


def _make_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=True),
        sa.Column("home_name", sa.String(300), nullable=False),
        sa.Column("home_country", sa.String(2), nullable=False),
        sa.Column("person_name", sa.String(300), nullable=False),
        sa.Column("person_email", sa.String(320), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("laboratory", sa.String(300), nullable=False),
        sa.Column("received_by", sa.String(300), nullable=False),
        sa.Column("purpose_kind", sa.String(30), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("programme", sa.String(300), nullable=False),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("agrees_name", sa.String(300), nullable=False),
        sa.Column("agrees_function", sa.String(300), nullable=False),
        sa.Column("agrees_email", sa.String(320), nullable=False),
        sa.Column("ended_by", sa.String(30), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks(
            "invitation",
            state="state IN ('draft', 'sent', 'accepted', 'agreed', 'declined', 'withdrawn',"
            " 'cancelled')",
            purpose_kind="purpose_kind IN ('joint research', 'supervision and teaching',"
            " 'use of facilities', 'data collection', 'training')",
            ended_by="ended_by IN ('person', 'host', 'home')",
            has_one_home="(home_id IS NULL) = (home_name <> '')",
            invites_elsewhere="home_id IS NULL OR home_id <> host_id",
            ends_after_it_starts="starts_on <= ends_on",
            invites_somebody="person_name <> '' AND person_email <> ''",
            sent_with_a_purpose="state = 'draft' OR purpose <> ''",
            sent_at_some_moment="state IN ('draft', 'withdrawn') OR sent_at IS NOT NULL",
            accepted_at_some_moment="state NOT IN ('accepted', 'agreed', 'cancelled')"
            " OR accepted_at IS NOT NULL",
            ended_by_a_side=f"({ENDED}) = (ended_by IS NOT NULL)"
            f" AND ({ENDED}) = (ended_at IS NOT NULL)",
            ended_with_words=f"NOT ({ENDED}) OR ended_because <> ''",
        ),
        _points("invitation", "host_id", "organisation"),
        _points("invitation", "home_id", "organisation"),
        _points("invitation", "person_id", "user"),
        _points("invitation", "project_id", "project"),
        _points("invitation", "begun_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__invitation")),
    )
    op.create_index("ix__invitation__host", "invitation", ["host_id", "state", "starts_on"])
    op.create_index("ix__invitation__home", "invitation", ["home_id", "state", "starts_on"])
    op.create_index("ix__invitation__email", "invitation", ["person_email"])
    op.create_index("ix__invitation__answer", "invitation", ["state", "answer_by"])
    for column in ("state", "person_id", "project_id"):
        op.create_index(op.f(f"ix__invitation_{column}"), "invitation", [column])
    op.create_table(
        "invitation_paid",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("payer", sa.String(30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("per", sa.String(30), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks(
            "invitation_paid",
            kind="kind IN ('travel', 'lodging', 'daily allowance', 'insurance')",
            payer="payer IN ('host', 'home', 'programme')",
            per="per IN ('month', 'year', 'day', 'once')",
            amount_with_currency="(amount IS NULL) = (currency IS NULL)",
            some_amount="amount > 0",
        ),
        _points("invitation_paid", "invitation_id", "invitation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__invitation_paid")),
    )
    op.create_index(
        "uq__invitation_paid", "invitation_paid", ["invitation_id", "kind"], unique=True
    )


def _make_letters() -> None:
    op.create_table(
        "invitation_letter",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _points("invitation_letter", "invitation_id", "invitation"),
        _points("invitation_letter", "sent_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__invitation_letter")),
        sa.UniqueConstraint("code", name=op.f("uq__invitation_letter__code")),
    )
    op.create_index(
        "uq__invitation_letter", "invitation_letter", ["invitation_id", "number"], unique=True
    )
    op.create_table(
        "invitation_key",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(30), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks(
            "invitation_key",
            side="side IN ('person', 'host', 'home')",
            not_for_the_host="side <> 'host'",
            sent_to_somebody="name <> '' AND email <> ''",
        ),
        _points("invitation_key", "invitation_id", "invitation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__invitation_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq__invitation_key__key_hash")),
    )
    op.create_index(op.f("ix__invitation_key_invitation_id"), "invitation_key", ["invitation_id"])
    op.create_index(
        "uq__invitation_key__open",
        "invitation_key",
        ["invitation_id", "side"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "invitation_answer",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(30), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("way", sa.String(30), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("function", sa.String(300), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks(
            "invitation_answer",
            side="side IN ('person', 'host', 'home')",
            way="way IN ('page', 'link', 'letter')",
            not_of_the_host="side <> 'host'",
            refused_with_words="yes OR said <> ''",
            answered_by_somebody="(way = 'page' AND by_id IS NOT NULL AND key_id IS NULL"
            " AND file_id IS NULL) OR (way = 'link' AND key_id IS NOT NULL AND by_id IS NULL"
            " AND file_id IS NULL AND name <> '') OR (way = 'letter' AND side = 'home'"
            " AND file_id IS NOT NULL AND by_id IS NOT NULL AND key_id IS NULL AND name <> ''"
            " AND function <> '')",
        ),
        _points("invitation_answer", "letter_id", "invitation_letter"),
        _points("invitation_answer", "by_id", "user"),
        _points("invitation_answer", "key_id", "invitation_key"),
        _points("invitation_answer", "file_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__invitation_answer")),
    )
    op.create_index(
        "uq__invitation_answer", "invitation_answer", ["letter_id", "side", "yes"], unique=True
    )


def _checks(table: str, **rules: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck__{table}__{name}")) for name, rule in rules.items()
    ]


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk__{table}__{column}__{to}")
    )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
