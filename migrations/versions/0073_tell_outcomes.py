"""Tell what came of research stays: what the host has confirmed stays as it is, with its results.

Who was there and the host still say whether the world reads it.

Revision: 0073, after 0072
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

KEPT = (
    *("stay_id", "state", "due_on", "written_in", "done", "next_steps", "sent_at"),
    *("answer", "confirmed_at", "confirmed_by_id"),
)
CHANGES = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in KEPT)
CONFIRMED = "EXISTS (SELECT 1 FROM outcome WHERE id = {row}.outcome_id AND state = 'confirmed')"
REFUSE = "BEGIN SELECT RAISE(ABORT, 'outcome_was_confirmed'); END"
SQLITE = {
    "confirmed_outcome_stays": f"""
        BEFORE UPDATE ON outcome WHEN OLD.state = 'confirmed' AND ({CHANGES}) {REFUSE}""",
    "confirmed_outcome_is_not_deleted": f"""
        BEFORE DELETE ON outcome WHEN OLD.state = 'confirmed' {REFUSE}""",
    **{
        f"result_is_not_{done}_once_confirmed": f"""
        BEFORE {verb} ON outcome_result WHEN {CONFIRMED.format(row=row)} {REFUSE}"""
        for verb, row, done in (
            ("INSERT", "NEW", "added"),
            ("UPDATE", "OLD", "changed"),
            ("DELETE", "OLD", "deleted"),
        )
    },
}
RAISE = "RAISE EXCEPTION 'outcome_was_confirmed' USING ERRCODE = 'check_violation';"
POSTGRESQL = {
    "refuse_to_rewrite_outcome": (
        "IF OLD.state = 'confirmed' AND (TG_OP = 'DELETE' OR"
        f" {CHANGES.replace('IS NOT OLD.', 'IS DISTINCT FROM OLD.')}) THEN {RAISE} END IF;"
        " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
        "confirmed_outcome_stays BEFORE UPDATE OR DELETE ON outcome",
    ),
    "refuse_another_result": (
        f"IF TG_OP = 'INSERT' THEN IF {CONFIRMED.format(row='NEW')} THEN {RAISE} END IF;"
        f" RETURN NEW; END IF; IF {CONFIRMED.format(row='OLD')} THEN {RAISE} END IF;"
        " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
        "result_stays_once_confirmed BEFORE INSERT OR UPDATE OR DELETE ON outcome_result",
    ),
}


def upgrade() -> None:
    op.create_table(
        "outcome",
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("written_in", sa.String(20), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks(
            "outcome",
            state="state IN ('waited for', 'sent', 'returned', 'confirmed')",
            sent_some_moment="state = 'waited for' OR sent_at IS NOT NULL",
            sent_with_words="state = 'waited for' OR done <> ''",
            returned_with_words="state <> 'returned' OR answer <> ''",
            confirmed_some_moment="state <> 'confirmed' OR confirmed_at IS NOT NULL",
            published_once_confirmed="NOT published OR state = 'confirmed'",
        ),
        _points("outcome", "stay_id", "stay"),
        _points("outcome", "confirmed_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__outcome")),
        sa.UniqueConstraint("stay_id", name=op.f("uq__outcome__stay_id")),
    )
    op.create_index(op.f("ix__outcome_state"), "outcome", ["state"])
    op.create_index("ix__outcome__due", "outcome", ["state", "due_on"])
    op.create_table(
        "outcome_result",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *_checks(
            "outcome_result",
            kind="kind IN ('publication', 'dataset', 'software', 'talk', 'joint proposal',"
            " 'other')",
            has_a_title="title <> ''",
        ),
        _points("outcome_result", "outcome_id", "outcome"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__outcome_result")),
    )
    op.create_index(op.f("ix__outcome_result_outcome_id"), "outcome_result", ["outcome_id"])
    if _is_sqlite():
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
        return
    for name, (body, trigger) in POSTGRESQL.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
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
    op.drop_table("outcome_result")
    op.drop_table("outcome")


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
