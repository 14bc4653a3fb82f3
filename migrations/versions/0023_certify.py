"""certify what people did

The database itself refuses to change or delete a certificate, the settings it was printed by, or a
key that signed it. What may be added: that it was taken back, by whom and why, and what replaced
it, each once; that its holder was erased, which empties what names them; that a key was retired.
A migration that rebuilds one of these tables on SQLite drops the triggers: make them anew there.

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# `app.certificates.models` turns this word into a sentence.
FROZEN = "certificate_is_frozen"
ALWAYS = (
    "kind", "issuer_id", "settings_id", "occasion", "achievement_ref", "serial", "token", "code",
    "urn", "language", "key_id", "issued_at", "issued_by_id",
)  # fmt: skip
UNTIL_ERASED = ("holder_id", "snapshot", "found_by", "jws")
ONCE = (
    "revoked_at", "revoked_by_id", "revocation_reason", "revocation_note", "replaced_by_id",
    "erased_at",
)  # fmt: skip
SETTINGS = ("issuer_id", "number", "pattern", "signatories", "logos", "saved_at", "saved_by_id")
KEY = ("thumbprint", "public", "made_at")
JSON = {"snapshot", "signatories", "logos", "public"}
DELETED = ("certificate", "issuer_settings", "signing_key")


def changed(columns: tuple[str, ...], differs: str) -> str:
    """Whether one of these columns is another; JSON is compared as the text it is."""
    cast = {c: f"CAST({{row}}.{c} AS TEXT)" if c in JSON else f"{{row}}.{c}" for c in columns}
    return " OR ".join(
        f"{cast[c].format(row='NEW')} {differs} {cast[c].format(row='OLD')}" for c in columns
    )


def frozen(differs: str) -> dict[str, str]:
    """What each table refuses, as a condition on OLD and NEW."""
    once = " OR ".join(f"(OLD.{c} IS NOT NULL AND NEW.{c} {differs} OLD.{c})" for c in ONCE)
    erasing = "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL"
    return {
        "certificate": f"{changed(ALWAYS, differs)} OR {once}"
        f" OR (({changed(UNTIL_ERASED, differs)}) AND NOT ({erasing}))",
        "issuer_settings": changed(SETTINGS, differs),
        "signing_key": f"{changed(KEY, differs)}"
        f" OR (OLD.retired_at IS NOT NULL AND NEW.retired_at {differs} OLD.retired_at)",
    }


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thumbprint", sa.String(43), nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__signing_key")),
        sa.UniqueConstraint("thumbprint", name=op.f("uq__signing_key__thumbprint")),
    )
    op.create_table(
        "issuer_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(60), nullable=False),
        sa.Column("signatories", sa.JSON(), nullable=False),
        sa.Column("logos", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        *references("issuer_settings", issuer_id="organisation", saved_by_id="user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__issuer_settings")),
    )
    op.create_index("uq__issuer_settings", "issuer_settings", ["issuer_id", "number"], unique=True)
    op.create_table(
        "certificate_counter",
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        *references("certificate_counter", issuer_id="organisation"),
        sa.PrimaryKeyConstraint("issuer_id", "year", name=op.f("pk__certificate_counter")),
    )
    op.create_table(
        "pattern_holder",
        sa.Column("family", sa.String(60), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        *references("pattern_holder", issuer_id="organisation"),
        sa.PrimaryKeyConstraint("family", name=op.f("pk__pattern_holder")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", kind(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("settings_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("occasion", sa.String(200), nullable=False),
        sa.Column("achievement_ref", sa.String(120), nullable=False),
        sa.Column("serial", sa.String(60), nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("urn", sa.String(60), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "revocation_reason",
            sa.Enum(
                "issued in error",
                "result changed",
                "misconduct",
                "name corrected",
                "asked by holder",
                name="revocation_reason",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("revocation_note", sa.Text(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revocation_reason IS NULL)",
            name=op.f("ck__certificate__taken_back_for_a_reason"),
        ),
        sa.CheckConstraint(
            "replaced_by_id IS NULL OR revoked_at IS NOT NULL",
            name=op.f("ck__certificate__replaced_means_taken_back"),
        ),
        sa.CheckConstraint(
            "replaced_by_id <> id", name=op.f("ck__certificate__does_not_replace_itself")
        ),
        sa.CheckConstraint(
            "erased_at IS NOT NULL OR holder_id IS NOT NULL",
            name=op.f("ck__certificate__has_a_holder"),
        ),
        *references(
            "certificate",
            issuer_id="organisation",
            settings_id="issuer_settings",
            holder_id="user",
            key_id="signing_key",
            issued_by_id="user",
            revoked_by_id="user",
            replaced_by_id="certificate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__certificate")),
        *(
            sa.UniqueConstraint(column, name=op.f(f"uq__certificate__{column}"))
            for column in ("occasion", "replaced_by_id", "serial", "token", "urn")
        ),
    )
    for name, columns in (
        ("of_issuer", ["issuer_id", "id"]),
        ("of_holder", ["holder_id", "id"]),
        ("of_achievement", ["achievement_ref", "id"]),
        ("revoked", ["issuer_id", "revoked_at"]),
    ):
        op.create_index(f"ix__certificate__{name}", "certificate", columns)
    op.create_table(
        "certificate_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        *references(
            "certificate_batch", issuer_id="organisation", asked_by_id="user", job_id="job"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__certificate_batch")),
    )
    op.create_index(
        "ix__certificate_batch__of_issuer", "certificate_batch", ["issuer_id", "id"]
    )
    op.create_table(
        "certificate_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind(), nullable=False),
        sa.Column("occasion", sa.String(200), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["certificate_batch.id"],
            name=op.f("fk__certificate_wish__batch_id__certificate_batch"),
            ondelete="CASCADE",
        ),
        *references("certificate_wish", holder_id="user", certificate_id="certificate"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__certificate_wish")),
    )
    op.create_index(
        "uq__certificate_wish", "certificate_wish", ["batch_id", "occasion"], unique=True
    )
    op.create_index(
        "ix__certificate_wish__open", "certificate_wish", ["batch_id", "done_at", "id"]
    )
    freeze()


def kind() -> sa.Enum:
    return sa.Enum(
        "attendance",
        "completion",
        name="kind",
        native_enum=False,
        create_constraint=True,
        length=30,
    )


def references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk__{table}__{column}__{other}")
        )
        for column, other in columns.items()
    ]


def freeze() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, condition in frozen("IS NOT").items():
            op.execute(
                f"CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE ON {table} "
                f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
            )
        for table in DELETED:
            op.execute(
                f"CREATE TRIGGER {table}_is_never_deleted BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_to_change_certificates() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'check_violation'; END $$"
    )
    for table, condition in frozen("IS DISTINCT FROM").items():
        op.execute(
            f"CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({condition}) EXECUTE FUNCTION refuse_to_change_certificates()"
        )
    for table in DELETED:
        op.execute(
            f"CREATE TRIGGER {table}_is_never_deleted BEFORE DELETE ON {table} FOR EACH ROW "
            "EXECUTE FUNCTION refuse_to_change_certificates()"
        )


def downgrade() -> None:
    for table in DELETED:
        of_table = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
        op.execute(f"DROP TRIGGER {table}_is_never_deleted{of_table}")
    for table in (
        "certificate_wish",
        "certificate_batch",
        "certificate",
        "pattern_holder",
        "certificate_counter",
        "issuer_settings",
        "signing_key",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_to_change_certificates()")
