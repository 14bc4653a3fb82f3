"""Let stays come of invitations, too: exactly one of three; a stay that has begun is not called off.

SQLite rebuilds `stay`: all triggers that speak of it are put aside and made again in their words.

Revision: 0070, after 0069
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

BEFORE = {
    "of_a_nomination_or_an_offer": "(nomination_id IS NULL) <> (offer_id IS NULL)",
    "has_one_home": "(home_id IS NULL) <> (programme_id IS NULL)",
}
AFTER = {
    "of_one_ground": " + ".join(
        f"(CASE WHEN {one} IS NULL THEN 0 ELSE 1 END)"
        for one in ("nomination_id", "offer_id", "invitation_id")
    )
    + " = 1",
    "has_one_home": "(home_id IS NULL) <> (programme_id IS NULL)"
    " OR (invitation_id IS NOT NULL AND programme_id IS NULL)",
    "of_some_opportunity": "opportunity_id IS NOT NULL OR invitation_id IS NOT NULL",
}
BEGUN = """EXISTS (SELECT 1 FROM stay WHERE invitation_id = NEW.id
            AND state IN ('there', 'interrupted', 'ended'))"""
SQLITE = {
    "stay_keeps_its_invitation": """
        BEFORE UPDATE ON stay WHEN NEW.invitation_id IS NOT OLD.invitation_id
        BEGIN SELECT RAISE(ABORT, 'stay_is_of_somebody_else'); END""",
    "begun_stay_keeps_invitation": f"""
        BEFORE UPDATE OF state ON invitation
        WHEN OLD.state = 'agreed' AND NEW.state <> 'agreed' AND {BEGUN}
        BEGIN SELECT RAISE(ABORT, 'stay_has_begun'); END""",
}
POSTGRESQL = {
    "refuse_another_invitation": (
        "IF NEW.invitation_id IS DISTINCT FROM OLD.invitation_id THEN"
        " RAISE EXCEPTION 'stay_is_of_somebody_else' USING ERRCODE = 'check_violation';"
        " END IF; RETURN NEW;",
        "stay_keeps_its_invitation BEFORE UPDATE ON stay",
    ),
    "refuse_to_call_off_begun_stay": (
        "IF OLD.state = 'agreed' AND NEW.state <> 'agreed' THEN"
        " PERFORM 1 FROM stay WHERE invitation_id = NEW.id FOR UPDATE;"
        f" IF {BEGUN} THEN RAISE EXCEPTION 'stay_has_begun' USING ERRCODE = 'check_violation';"
        " END IF; END IF; RETURN NEW;",
        "begun_stay_keeps_invitation BEFORE UPDATE OF state ON invitation",
    ),
}


def upgrade() -> None:
    if _is_sqlite():
        kept = _put_aside()
        _rebuild(BEFORE, AFTER, added=True)
        _make_again(kept)
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
        return
    op.add_column("stay", sa.Column("invitation_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk__stay__invitation_id__invitation"), "stay", "invitation", ["invitation_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq__stay__invitation_id"), "stay", ["invitation_id"])
    op.alter_column("stay", "opportunity_id", nullable=True)
    _check_otherwise(BEFORE, AFTER)
    for name, (body, trigger) in POSTGRESQL.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
        )
        op.execute(f"CREATE TRIGGER {trigger} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    """Possible while no stay came of an invitation: it would have no ground."""
    if _is_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        kept = _put_aside()
        _rebuild(AFTER, BEFORE, added=False)
        _make_again(kept)
        return
    for name, (_body, trigger) in POSTGRESQL.items():
        op.execute(f"DROP TRIGGER {trigger.split()[0]} ON {trigger.split()[-1]}")
        op.execute(f"DROP FUNCTION {name}()")
    _check_otherwise(AFTER, BEFORE)
    op.drop_column("stay", "invitation_id")
    op.alter_column("stay", "opportunity_id", nullable=False)


def _check_otherwise(before: dict[str, str], after: dict[str, str]) -> None:
    for name in before:
        op.drop_constraint(op.f(f"ck__stay__{name}"), "stay", type_="check")
    for name, rule in after.items():
        op.create_check_constraint(op.f(f"ck__stay__{name}"), "stay", rule)


def _rebuild(before: dict[str, str], after: dict[str, str], *, added: bool) -> None:
    alone = {"resolve_fks": False}  # what it points to has indexes that cannot be read back
    with op.batch_alter_table("stay", recreate="always", reflect_kwargs=alone) as table:
        for name in before:
            table.drop_constraint(op.f(f"ck__stay__{name}"), type_="check")
        if added:
            table.add_column(sa.Column("invitation_id", sa.Integer(), nullable=True))
            table.create_foreign_key(
                op.f("fk__stay__invitation_id__invitation"), "invitation", ["invitation_id"], ["id"]
            )
            table.create_unique_constraint(op.f("uq__stay__invitation_id"), ["invitation_id"])
        else:
            table.drop_constraint(op.f("uq__stay__invitation_id"), type_="unique")
            table.drop_constraint(op.f("fk__stay__invitation_id__invitation"), type_="foreignkey")
            table.drop_column("invitation_id")
        table.alter_column("opportunity_id", existing_type=sa.Integer(), nullable=added)
        for name, rule in after.items():
            table.create_check_constraint(op.f(f"ck__stay__{name}"), rule)


def _put_aside() -> list[str]:
    """Drop every trigger that speaks of stays; gives their words."""
    database = op.get_bind()
    triggers = database.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        " AND (tbl_name = 'stay' OR sql LIKE '% stay %')"
    ).all()
    for name, _words in triggers:
        database.exec_driver_sql(f"DROP TRIGGER {name}")
    return [words for _name, words in triggers]


def _make_again(kept: list[str]) -> None:
    for words in kept:
        op.get_bind().exec_driver_sql(words)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
