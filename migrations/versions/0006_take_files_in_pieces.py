"""take files in pieces

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ARRIVING = "state = 'arriving' AND sha256 <> ''"


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("declared", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("arriving", "kept", "given up", name="state", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck__upload__has_a_size")),
        sa.CheckConstraint("received BETWEEN 0 AND size", name=op.f("ck__upload__no_more_than_its_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__upload")),
        sa.UniqueConstraint("key", name=op.f("uq__upload__key")),
    )
    op.create_index(op.f("ix__upload_state"), "upload", ["state"])
    op.create_index("ix__upload__of_owner", "upload", ["owner_id", "purpose", "state"])
    op.create_index("ix__upload__expiring", "upload", ["state", "expires_at"])
    op.create_index(
        "uq__upload__once_promised",
        "upload",
        ["owner_id", "purpose", "sha256", "size"],
        unique=True,
        sqlite_where=sa.text(ARRIVING),
        postgresql_where=sa.text(ARRIVING),
    )
    op.create_table(
        "upload_piece",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk__upload_piece__upload_id__upload"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "at", name=op.f("pk__upload_piece")),
    )


def downgrade() -> None:
    op.drop_table("upload_piece")
    op.drop_table("upload")
