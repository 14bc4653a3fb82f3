"""take messages of hosts: files by which a host signs or refuses, kept as they came

A message says one thing, for the host only, and is never changed. Who brings one has signed nothing,
so one person may stand beside two sides of a writing: as a signer and as who brought a file.

Revision: 0063, after 0062
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

# By name: deed, what is refused, and with which word.
REFUSED = {
    "learning_message_refuses_update": ("UPDATE", "1 = 1", "learning_stands"),
    "learning_message_refuses_delete": ("DELETE", "1 = 1", "learning_stands"),
    "learning_message_is_of_the_host": (
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM learning_signature AS s WHERE s.id = NEW.signature_id"
        " AND s.side = 'host' AND s.agreement_id = NEW.agreement_id)"
        " AND NOT EXISTS (SELECT 1 FROM learning_refusal AS r WHERE r.id = NEW.refusal_id"
        " AND r.side = 'host' AND r.agreement_id = NEW.agreement_id)",
        "learning_by_host",
    ),
}
TABLE = "learning_message"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("refusal_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("signer", sa.String(300), nullable=False),
        sa.Column("function", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(signature_id IS NULL) <> (refusal_id IS NULL)",
            name=op.f("ck__learning_message__says_one_thing"),
        ),
        sa.CheckConstraint(
            "signer <> '' AND function <> ''",
            name=op.f("ck__learning_message__signed_by_somebody"),
        ),
        sa.CheckConstraint(
            "length(sha256) = 64", name=op.f("ck__learning_message__fingerprint_is_whole")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk__learning_message__{column}__{table}")
            )
            for column, table in (
                ("agreement_id", "learning_agreement"),
                ("signature_id", "learning_signature"),
                ("refusal_id", "learning_refusal"),
                ("file_id", "stored_file"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__learning_message")),
    )
    for name, columns in (
        ("file", ["agreement_id", "sha256"]),
        ("signature", ["signature_id"]),
        ("refusal", ["refusal_id"]),
    ):
        op.create_index(f"uq__learning_message__{name}", TABLE, columns, unique=True)
    _sign_once(["writing_id", "person_id", "side"])
    for name, (deed, refused, word) in REFUSED.items():
        _refuse(name, deed, refused, word)


def _sign_once(columns: list[str]) -> None:
    op.drop_index("uq__learning_signature", "learning_signature")
    op.create_index("uq__learning_signature", "learning_signature", columns, unique=True)


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
    _sign_once(["writing_id", "person_id"])
    op.drop_table(TABLE)
    if op.get_bind().dialect.name != "sqlite":
        for name in REFUSED:
            op.execute(f"DROP FUNCTION {name}()")
