"""ask for letters of recommendation

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('asked', 'writing', 'received') AND email <> ''")


def words(*of: str, name: str) -> sa.Enum:
    return sa.Enum(*of, name=name, native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    op.create_table(
        "letter_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("letters_by", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "least BETWEEN 0 AND most AND most BETWEEN 1 AND 5",
            name=op.f("ck__letter_terms__some_letters"),
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk__letter_terms__opportunity_id__opportunity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__letter_terms")),
        sa.UniqueConstraint("opportunity_id", name=op.f("uq__letter_terms__opportunity_id")),
    )
    op.create_table(
        "reference_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("institution", sa.String(300), nullable=False),
        sa.Column("known_as", sa.String(300), nullable=False),
        sa.Column("corrected", sa.String(300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column(
            "state",
            words(
                *("asked", "writing", "received", "declined", "taken back", "replaced"),
                name="state",
            ),
            nullable=False,
        ),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("declined_because", sa.Text(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("chased", sa.Integer(), nullable=False),
        sa.Column("files_sent", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('received', 'declined') OR answered_at IS NOT NULL",
            name=op.f("ck__reference_request__answered_at_some_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk__reference_request__application_id__application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["reference_request.id"],
            name=op.f("fk__reference_request__replaces_id__reference_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reference_request")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq__reference_request__replaces_id")),
    )
    op.create_index(
        "ix__reference_request__of_application", "reference_request", ["application_id", "id"]
    )
    op.create_index(
        "ix__reference_request__awaited", "reference_request", ["state", "asked_at", "id"]
    )
    op.create_index(op.f("ix__reference_request_state"), "reference_request", ["state"])
    op.create_index(
        "uq__reference_request__one_live_an_address",
        "reference_request",
        ["application_id", "email"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "reference_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("kind", words("link", "code", name="kind"), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("way", words("link", "code", "post", name="way"), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "used_at IS NULL OR kind = 'code'", name=op.f("ck__reference_key__codes_are_used")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["reference_request.id"],
            name=op.f("fk__reference_key__request_id__reference_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reference_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq__reference_key__key_hash")),
    )
    op.create_index(op.f("ix__reference_key_request_id"), "reference_key", ["request_id"])
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("way", words("link", "code", "post", name="way"), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "submitted_at IS NULL OR body <> '' OR file_id IS NOT NULL",
            name=op.f("ck__letter__sent_with_something"),
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (way IS NULL)",
            name=op.f("ck__letter__came_in_some_way_once_it_came"),
        ),
        sa.CheckConstraint(
            "way IS NULL OR way <> 'post' OR recorded_by_id IS NOT NULL",
            name=op.f("ck__letter__post_is_recorded"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk__letter__file_id__stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name=op.f("fk__letter__recorded_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["reference_request.id"],
            name=op.f("fk__letter__request_id__reference_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__letter")),
        sa.UniqueConstraint("file_id", name=op.f("uq__letter__file_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq__letter__request_id")),
    )


def downgrade() -> None:
    op.drop_table("letter")
    op.drop_table("reference_key")
    op.drop_table("reference_request")
    op.drop_table("letter_terms")
