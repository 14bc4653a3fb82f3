"""keep agreements of universities: sides, revisions with conditions, and answers

What was written and answered is never changed. A migration that rebuilds one of these tables on
SQLite drops its triggers: make them anew there.

Revision: 0043, after 0042
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

STANDS = "agreement_stands"
NOT_APPROVED = "agreement_not_approved"
# By table and deed: what is refused, and with which word.
REFUSED = {
    ("agreement_revision", "UPDATE"): ("1 = 1", STANDS),
    ("agreement_revision", "DELETE"): ("1 = 1", STANDS),
    ("agreement_condition", "UPDATE"): ("1 = 1", STANDS),
    ("agreement_condition", "DELETE"): ("1 = 1", STANDS),
    ("agreement_answer", "UPDATE"): ("1 = 1", STANDS),
    ("agreement_answer", "DELETE"): ("1 = 1", STANDS),
    # A revision has the conditions that it was written with, and is answered when it has them all.
    ("agreement_condition", "INSERT"): (
        "(SELECT count(*) FROM agreement_condition AS c WHERE c.revision_id = NEW.revision_id)"
        " >= (SELECT r.size FROM agreement_revision AS r WHERE r.id = NEW.revision_id)",
        STANDS,
    ),
    ("agreement_answer", "INSERT"): (
        "(SELECT count(*) FROM agreement_condition AS c WHERE c.revision_id = NEW.revision_id)"
        " <> (SELECT r.size FROM agreement_revision AS r WHERE r.id = NEW.revision_id)",
        STANDS,
    ),
    ("agreement", "INSERT"): ("NEW.in_force_number IS NOT NULL", NOT_APPROVED),
    ("agreement", "UPDATE"): (
        "NEW.in_force_number IS NOT NULL AND EXISTS ("
        "SELECT 1 FROM agreement_side AS s WHERE s.agreement_id = NEW.id AND NOT EXISTS ("
        "SELECT 1 FROM agreement_answer AS a JOIN agreement_revision AS r ON r.id = a.revision_id"
        " WHERE r.agreement_id = NEW.id AND r.number = NEW.in_force_number"
        " AND a.side_id = s.organisation_id AND a.approves))",
        NOT_APPROVED,
    ),
}


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("latest_number", sa.Integer(), nullable=False),
        sa.Column("in_force_number", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)",
            name=op.f("ck__agreement__ended_at_some_moment"),
        ),
        sa.CheckConstraint(
            "(state = 'talked about' AND in_force_number IS NULL)"
            " OR (state = 'in force' AND in_force_number IS NOT NULL) OR state = 'ended'",
            name=op.f("ck__agreement__in_force_by_a_revision"),
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR end_reason <> ''", name=op.f("ck__agreement__ended_for_a_reason")
        ),
        sa.CheckConstraint(
            "in_force_number BETWEEN 1 AND latest_number",
            name=op.f("ck__agreement__in_force_is_one_of_it"),
        ),
        sa.CheckConstraint("latest_number >= 1", name=op.f("ck__agreement__has_a_revision")),
        sa.CheckConstraint(
            "state IN ('talked about', 'in force', 'ended')", name=op.f("ck__agreement__state")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user.id"], name=op.f("fk__agreement__ended_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__agreement")),
    )
    op.create_index(op.f("ix__agreement_state"), "agreement", ["state"], unique=False)
    op.create_table(
        "agreement_side",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk__agreement_side__agreement_id__agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__agreement_side__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__agreement_side")),
    )
    op.create_index(
        "ix__agreement_side__organisation",
        "agreement_side",
        ["organisation_id", "agreement_id"],
        unique=False,
    )
    op.create_index(
        "uq__agreement_side", "agreement_side", ["agreement_id", "organisation_id"], unique=True
    )
    op.create_table(
        "agreement_revision",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("side_id", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(fingerprint) = 64", name=op.f("ck__agreement_revision__fingerprint_is_whole")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck__agreement_revision__counted_from_one")),
        sa.CheckConstraint("size >= 1", name=op.f("ck__agreement_revision__has_conditions")),
        sa.ForeignKeyConstraint(
            ["agreement_id", "side_id"],
            ["agreement_side.agreement_id", "agreement_side.organisation_id"],
            name="fk__agreement_revision__side",
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk__agreement_revision__agreement_id__agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user.id"], name=op.f("fk__agreement_revision__written_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__agreement_revision")),
    )
    op.create_index(
        "uq__agreement_revision", "agreement_revision", ["agreement_id", "number"], unique=True
    )
    op.create_index(
        "uq__agreement_revision__own", "agreement_revision", ["id", "agreement_id"], unique=True
    )
    op.create_index(
        "uq__agreement_revision__said",
        "agreement_revision",
        ["id", "agreement_id", "fingerprint"],
        unique=True,
    )
    op.create_table(
        "agreement_answer",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("side_id", sa.Integer(), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "approves OR comment <> ''", name=op.f("ck__agreement_answer__declined_for_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id", "side_id"],
            ["agreement_side.agreement_id", "agreement_side.organisation_id"],
            name="fk__agreement_answer__side",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk__agreement_answer__answered_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id", "agreement_id", "fingerprint"],
            [
                "agreement_revision.id",
                "agreement_revision.agreement_id",
                "agreement_revision.fingerprint",
            ],
            name="fk__agreement_answer__revision",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__agreement_answer")),
    )
    op.create_index(
        "ix__agreement_answer__revision",
        "agreement_answer",
        ["revision_id", "side_id"],
        unique=False,
    )
    op.create_index(
        "uq__agreement_answer__approval",
        "agreement_answer",
        ["revision_id", "side_id"],
        unique=True,
        sqlite_where=sa.text("approves"),
        postgresql_where=sa.text("approves"),
    )
    op.create_table(
        "agreement_condition",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("language_level", sa.String(30), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "language_level IS NULL OR language <> ''",
            name=op.f("ck__agreement_condition__level_of_a_language"),
        ),
        sa.CheckConstraint(
            "first_year BETWEEN 1900 AND last_year",
            name=op.f("ck__agreement_condition__years_in_order"),
        ),
        sa.CheckConstraint(
            "last_year <= 2200", name=op.f("ck__agreement_condition__years_in_reach")
        ),
        sa.CheckConstraint(
            "months BETWEEN 1 AND 60", name=op.f("ck__agreement_condition__some_months")
        ),
        sa.CheckConstraint(
            "origin_id <> target_id", name=op.f("ck__agreement_condition__between_two")
        ),
        sa.CheckConstraint(
            "places BETWEEN 1 AND 10000", name=op.f("ck__agreement_condition__some_places")
        ),
        sa.CheckConstraint(
            "language_level IN ('A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'first language')",
            name=op.f("ck__agreement_condition__language_level"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id", "origin_id"],
            ["agreement_side.agreement_id", "agreement_side.organisation_id"],
            name="fk__agreement_condition__origin",
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id", "target_id"],
            ["agreement_side.agreement_id", "agreement_side.organisation_id"],
            name="fk__agreement_condition__target",
        ),
        sa.ForeignKeyConstraint(
            ["revision_id", "agreement_id"],
            ["agreement_revision.id", "agreement_revision.agreement_id"],
            name="fk__agreement_condition__revision",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__agreement_condition")),
    )
    op.create_index(
        "ix__agreement_condition__way",
        "agreement_condition",
        ["origin_id", "target_id"],
        unique=False,
    )
    op.create_index(
        "uq__agreement_condition", "agreement_condition", ["revision_id", "place"], unique=True
    )
    for (table, deed), (refused, word) in REFUSED.items():
        _refuse(f"{table}_refuses_{deed.lower()}", table, deed, refused, word)


def _refuse(name: str, table: str, deed: str, refused: str, word: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} WHEN {refused} "
            f"BEGIN SELECT RAISE(ABORT, '{word}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {refused} THEN RAISE EXCEPTION '{word}' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    for table in (
        "agreement_answer",
        "agreement_condition",
        "agreement_revision",
        "agreement_side",
        "agreement",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table, deed in REFUSED:
            op.execute(f"DROP FUNCTION {table}_refuses_{deed.lower()}()")
