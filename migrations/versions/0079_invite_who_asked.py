"""Invite who asked: an invitation answers a request, and never more than the call has places.

SQLite rebuilds `invitation`: all triggers that speak of it are put aside and made again in their
own words. On PostgreSQL the call is held before its places are counted.

Revision: 0079, after 0078
"""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

OF_A_CALL = "ck__invitation__answers_a_request_of_a_call"
LIVING = "application_id IS NOT NULL AND state IN ('draft', 'sent', 'accepted', 'agreed')"
HOLDS = "state IN ('sent', 'accepted', 'agreed')"
COLUMNS = {"application_id": "application", "call_id": "research_stay_call"}
WHO = ("home_id", "home_name", "home_country", "person_name", "person_email")
CHANGED = " OR ".join(f"NEW.{one} IS NOT OLD.{one}" for one in WHO)
BEFORE = f"""NEW.host_id <> OLD.host_id
            OR (OLD.person_id IS NOT NULL AND NEW.person_id IS NOT OLD.person_id)
            OR (OLD.state <> 'draft' AND ({CHANGED}))"""
AFTER = f"""NEW.host_id <> OLD.host_id
            OR NEW.application_id IS NOT OLD.application_id OR NEW.call_id IS NOT OLD.call_id
            OR (OLD.person_id IS NOT NULL AND NEW.person_id IS NOT OLD.person_id)
            OR ((OLD.state <> 'draft' OR OLD.application_id IS NOT NULL) AND ({CHANGED}))"""
OF_ANOTHER = """NEW.application_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM stay_request AS r JOIN application AS a ON a.id = r.application_id
                WHERE r.application_id = NEW.application_id AND r.call_id = NEW.call_id
                    AND r.host_id = NEW.host_id AND a.applicant_id = NEW.person_id)"""
TOO_MANY = f"""(SELECT count(*) FROM invitation WHERE call_id = NEW.call_id AND {HOLDS})
            > (SELECT stays FROM research_stay_call WHERE id = NEW.call_id)"""
PROMISED = f"""(SELECT count(*) FROM invitation WHERE call_id = NEW.id AND {HOLDS}) > NEW.stays"""
TAKES = f"NEW.call_id IS NOT NULL AND NEW.{HOLDS}"
SQLITE = {
    "invitation_answers_its_request": f"""
        BEFORE INSERT ON invitation WHEN {OF_ANOTHER}
        BEGIN SELECT RAISE(ABORT, 'invitation_of_another_request'); END""",
    "new_invitation_has_a_place": f"""
        AFTER INSERT ON invitation WHEN {TAKES}
        BEGIN SELECT RAISE(ABORT, 'no_stay_is_left') WHERE {TOO_MANY}; END""",
    "invitation_has_a_place": f"""
        AFTER UPDATE OF state ON invitation WHEN {TAKES}
        BEGIN SELECT RAISE(ABORT, 'no_stay_is_left') WHERE {TOO_MANY}; END""",
    "call_keeps_what_it_promised": f"""
        BEFORE UPDATE OF stays ON research_stay_call WHEN NEW.stays < OLD.stays
        BEGIN SELECT RAISE(ABORT, 'stays_are_promised') WHERE {PROMISED}; END""",
}


def _raise(word: str) -> str:
    return f"RAISE EXCEPTION '{word}' USING ERRCODE = 'check_violation';"


POSTGRESQL = {
    "refuse_another_request_answered": (
        f"IF {OF_ANOTHER} THEN {_raise('invitation_of_another_request')} END IF; RETURN NEW;",
        "invitation_answers_its_request BEFORE INSERT ON invitation",
    ),
    "refuse_more_invited": (
        f"""IF NOT ({TAKES}) THEN RETURN NULL; END IF;
    PERFORM 1 FROM research_stay_call WHERE id = NEW.call_id FOR NO KEY UPDATE;
    IF {TOO_MANY} THEN {_raise("no_stay_is_left")} END IF; RETURN NULL;""",
        "invitation_has_a_place AFTER INSERT OR UPDATE OF state ON invitation",
    ),
    "refuse_fewer_than_invited": (
        f"IF NEW.stays < OLD.stays AND {PROMISED} THEN {_raise('stays_are_promised')} END IF;"
        " RETURN NEW;",
        "call_keeps_what_it_promised BEFORE UPDATE OF stays ON research_stay_call",
    ),
}


def upgrade() -> None:
    kept = _put_aside()
    with op.batch_alter_table("invitation", **_whole()) as table:
        for column, to in COLUMNS.items():
            table.add_column(sa.Column(column, sa.Integer(), nullable=True))
            table.create_foreign_key(
                op.f(f"fk__invitation__{column}__{to}"), to, [column], ["id"]
            )
        table.create_check_constraint(
            op.f(OF_A_CALL), "(application_id IS NULL) = (call_id IS NULL)"
        )
    _make_again(kept)
    op.create_index("ix__invitation__call", "invitation", ["call_id", "state"])
    op.create_index("ix__invitation__application", "invitation", ["application_id"])
    op.create_index(
        "uq__invitation__living",
        "invitation",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text(LIVING),
        postgresql_where=sa.text(LIVING),
    )
    _keep_whose_it_is(AFTER)
    if _is_sqlite():
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
        return
    for name, (body, trigger) in POSTGRESQL.items():
        op.execute(_function(name, body))
        op.execute(f"CREATE TRIGGER {trigger} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    if _is_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name, (_body, trigger) in POSTGRESQL.items():
            op.execute(f"DROP TRIGGER {trigger.split()[0]} ON {trigger.split()[-1]}")
            op.execute(f"DROP FUNCTION {name}()")
    _keep_whose_it_is(BEFORE)
    for name in ("uq__invitation__living", "ix__invitation__application", "ix__invitation__call"):
        op.drop_index(name, "invitation")
    kept = _put_aside()
    with op.batch_alter_table("invitation", **_whole()) as table:
        table.drop_constraint(op.f(OF_A_CALL), type_="check")
        for column, to in COLUMNS.items():
            table.drop_constraint(op.f(f"fk__invitation__{column}__{to}"), type_="foreignkey")
            table.drop_column(column)
    _make_again(kept)


def _keep_whose_it_is(another: str) -> None:
    """Host, person and home stay, and so does the request that it answers."""
    if _is_sqlite():
        op.execute("DROP TRIGGER invitation_keeps_whose_it_is")
        op.execute(
            f"CREATE TRIGGER invitation_keeps_whose_it_is BEFORE UPDATE ON invitation WHEN {another}"
            " BEGIN SELECT RAISE(ABORT, 'invitation_is_of_somebody_else'); END"
        )
        return
    told = another.replace("IS NOT OLD.", "IS DISTINCT FROM OLD.")
    body = f"IF {told} THEN {_raise('invitation_is_of_somebody_else')} END IF; RETURN NEW;"
    op.execute(_function("refuse_another_invited", body))


def _function(name: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} END $$"
    )


def _whole() -> dict[str, object]:
    """SQLite makes the table anew; what it points to has indexes that cannot be read back."""
    return {"recreate": "always", "reflect_kwargs": {"resolve_fks": False}} if _is_sqlite() else {}


def _put_aside() -> list[str]:
    """Drop every trigger that speaks of invitations; gives their words. SQLite alone."""
    if not _is_sqlite():
        return []
    database = op.get_bind()
    triggers = database.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        " AND (tbl_name = 'invitation' OR sql LIKE '% invitation %')"
    ).all()
    for name, _words in triggers:
        database.exec_driver_sql(f"DROP TRIGGER {name}")
    return [words for _name, words in triggers]


def _make_again(kept: list[str]) -> None:
    for words in kept:
        op.get_bind().exec_driver_sql(words)


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
