"""sign learning agreements: writings that stay, signatures bound to what was seen

Writings, signatures and refusals are never changed or taken away. Only the newest writing is signed;
what is kept as agreed was signed by all three sides; the first one that was stays the first.

Revision: 0059, after 0058
"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

STANDS = "learning_stands"
TABLES = ("learning_writing", "learning_signature", "learning_refusal")
NOT_NEWEST = (
    "NOT EXISTS (SELECT 1 FROM learning_writing AS w JOIN learning_agreement AS a"
    " ON a.id = w.agreement_id AND a.latest_number = w.number WHERE w.id = NEW.writing_id)"
)
# By name: table, deed, what is refused, and with which word.
REFUSED = {
    **{
        f"{table}_refuses_{deed.lower()}": (table, deed, "1 = 1", STANDS)
        for table in TABLES
        for deed in ("UPDATE", "DELETE")
    },
    "learning_signature_is_of_the_newest": (
        "learning_signature",
        "INSERT",
        NOT_NEWEST,
        "learning_changed",
    ),
    "learning_refusal_is_of_the_newest": (
        "learning_refusal",
        "INSERT",
        NOT_NEWEST,
        "learning_changed",
    ),
    "learning_agreement_begins_unsigned": (
        "learning_agreement",
        "INSERT",
        "NEW.agreed_number IS NOT NULL",
        "learning_not_signed",
    ),
    "learning_agreement_is_signed_by_all": (
        "learning_agreement",
        "UPDATE",
        "NEW.agreed_number IS NOT NULL AND (SELECT count(DISTINCT s.side)"
        " FROM learning_signature AS s JOIN learning_writing AS w ON w.id = s.writing_id"
        " WHERE w.agreement_id = NEW.id AND w.number = NEW.agreed_number) < 3",
        "learning_not_signed",
    ),
    "learning_agreement_keeps_its_first": (
        "learning_agreement",
        "UPDATE",
        "NEW.nomination_id <> OLD.nomination_id OR NEW.latest_number < OLD.latest_number"
        " OR (OLD.first_agreed_number IS NOT NULL AND (NEW.first_agreed_number IS NULL"
        " OR NEW.first_agreed_number <> OLD.first_agreed_number"
        " OR NEW.agreed_number < OLD.agreed_number))",
        STANDS,
    ),
}
SIDES = "('student', 'home', 'host')"
WHYS = (
    "('not-available', 'language-mismatch', 'timetable-conflict', 'substituting-deleted', "
    "'extending-mobility', 'adding-virtual-component', 'other')"
)


def upgrade() -> None:
    op.create_table(
        "learning_agreement",
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_number", sa.Integer(), nullable=False),
        sa.Column("agreed_number", sa.Integer(), nullable=True),
        sa.Column("first_agreed_number", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "latest_number >= 0", name=op.f("ck__learning_agreement__counted_from_one")
        ),
        sa.CheckConstraint(
            "agreed_number BETWEEN 1 AND latest_number",
            name=op.f("ck__learning_agreement__agreed_is_one_of_it"),
        ),
        sa.CheckConstraint(
            "(first_agreed_number IS NULL) = (agreed_number IS NULL)",
            name=op.f("ck__learning_agreement__agreed_has_a_first"),
        ),
        sa.CheckConstraint(
            "first_agreed_number BETWEEN 1 AND agreed_number",
            name=op.f("ck__learning_agreement__first_is_first"),
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["exchange_nomination.id"],
            name=op.f("fk__learning_agreement__nomination_id__exchange_nomination"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__learning_agreement")),
    )
    op.create_index(
        "uq__learning_agreement__nomination", "learning_agreement", ["nomination_id"], unique=True
    )
    op.create_table(
        "learning_writing",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("side", sa.String(30), nullable=False),
        sa.Column("why", sa.String(30), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"side IN {SIDES}", name=op.f("ck__learning_writing__side")),
        sa.CheckConstraint(f"why IN {WHYS}", name=op.f("ck__learning_writing__why")),
        sa.CheckConstraint("number >= 1", name=op.f("ck__learning_writing__counted_from_one")),
        sa.CheckConstraint(
            "length(fingerprint) = 64", name=op.f("ck__learning_writing__fingerprint_is_whole")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["learning_agreement.id"],
            name=op.f("fk__learning_writing__agreement_id__learning_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user.id"], name=op.f("fk__learning_writing__written_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__learning_writing")),
    )
    op.create_index(
        "uq__learning_writing", "learning_writing", ["agreement_id", "number"], unique=True
    )
    op.create_index(
        "uq__learning_writing__said",
        "learning_writing",
        ["id", "agreement_id", "fingerprint"],
        unique=True,
    )
    _said(
        "learning_signature",
        sa.CheckConstraint(
            "side = 'student' OR function <> ''",
            name=op.f("ck__learning_signature__signed_with_a_function"),
        ),
    )
    op.create_index(
        "uq__learning_signature", "learning_signature", ["writing_id", "person_id"], unique=True
    )
    op.create_index(
        "ix__learning_signature__agreement", "learning_signature", ["agreement_id", "person_id"]
    )
    _said(
        "learning_refusal",
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "comment <> ''", name=op.f("ck__learning_refusal__refused_with_words")
        ),
    )
    op.create_index("ix__learning_refusal__writing", "learning_refusal", ["writing_id", "side"])
    for name, (table, deed, refused, word) in REFUSED.items():
        _refuse(name, table, deed, refused, word)


def _said(table: str, *more: sa.Column | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("writing_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("side", sa.String(30), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"side IN {SIDES}", name=op.f(f"ck__{table}__side")),
        sa.ForeignKeyConstraint(
            ["writing_id", "agreement_id", "fingerprint"],
            [
                "learning_writing.id",
                "learning_writing.agreement_id",
                "learning_writing.fingerprint",
            ],
            name=f"fk__{table}__writing",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f(f"fk__{table}__person_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
        *more,
    )


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
    for table in ("learning_refusal", "learning_signature", "learning_writing"):
        op.drop_table(table)
    op.drop_table("learning_agreement")
    if op.get_bind().dialect.name != "sqlite":
        for name in REFUSED:
            op.execute(f"DROP FUNCTION {name}()")
