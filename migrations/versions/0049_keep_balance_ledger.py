"""keep who went where in which year, in entries that are reversed and never changed

A migration that rebuilds this table on SQLite drops its triggers: make them anew there.

Revision: 0049, after 0048
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

TABLE = "balance_entry"
CAUSES = ("recorded", "stay", "reversal")
RULES = {
    "between_two": "origin_id <> target_id",
    "year_in_reach": "year BETWEEN 1900 AND 2200",
    "some_people": "people <> 0 AND abs(people) <= 10000",
    "only_reversals_take_away": "(cause = 'reversal') = (people < 0)",
    "of_an_entry": "(cause = 'reversal') = (reverses_id IS NOT NULL)",
    "a_stay_says_which": "(cause = 'stay') = (once IS NOT NULL)",
    "says_where_from": "cause = 'stay' OR because <> ''",
    "cause": f"cause IN {CAUSES}",
}
KEYS = {
    "origin_id": "organisation",
    "target_id": "organisation",
    "agreement_id": "agreement",
    "reverses_id": "balance_entry",
    "recorded_for_id": "organisation",
    "recorded_by_id": "user",
}
# By deed: what is refused, and with which word.
REFUSED = {
    "UPDATE": ("1 = 1", "balance_stands"),
    "DELETE": ("1 = 1", "balance_stands"),
    "INSERT": (
        "NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM balance_entry AS e"
        " WHERE e.id = NEW.reverses_id AND e.origin_id = NEW.origin_id"
        " AND e.target_id = NEW.target_id AND e.year = NEW.year AND e.people = -NEW.people)",
        "balance_reversal",
    ),
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(30), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("once", sa.String(100), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("recorded_for_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck__{TABLE}__{name}"))
            for name, rule in RULES.items()
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk__{TABLE}__{column}__{other}")
            )
            for column, other in KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{TABLE}")),
        sa.UniqueConstraint("once", name=op.f(f"uq__{TABLE}__once")),
        sa.UniqueConstraint("reverses_id", name=op.f(f"uq__{TABLE}__reverses_id")),
    )
    op.create_index("ix__balance_entry__origin", TABLE, ["origin_id", "year"])
    op.create_index("ix__balance_entry__target", TABLE, ["target_id", "year"])
    for deed, (refused, word) in REFUSED.items():
        _refuse(f"{TABLE}_refuses_{deed.lower()}", deed, refused, word)


def _refuse(name: str, deed: str, refused: str, word: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {TABLE} WHEN {refused} "
            f"BEGIN SELECT RAISE(ABORT, '{word}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {refused} THEN RAISE EXCEPTION '{word}' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {deed} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    op.drop_table(TABLE)
    if op.get_bind().dialect.name != "sqlite":
        for deed in REFUSED:
            op.execute(f"DROP FUNCTION {TABLE}_refuses_{deed.lower()}()")
