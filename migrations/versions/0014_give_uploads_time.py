"""give uploads that fail some time

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CHECK = "ck__document_slot__state"
BEFORE = ("to do", "promised", "uploaded", "accepted", "waived")
AFTER = ("to do", "promised", "given time", "uploaded", "accepted", "waived")


def upgrade() -> None:
    know(AFTER)
    op.create_table(
        "upload_grace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("receipt", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk__upload_grace__application_id__application"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__upload_grace")),
        sa.UniqueConstraint("receipt", name=op.f("uq__upload_grace__receipt")),
    )
    op.create_index("uq__upload_grace", "upload_grace", ["application_id", "kind"], unique=True)
    op.create_index(op.f("ix__upload_grace_until_at"), "upload_grace", ["until_at"])


def downgrade() -> None:
    op.drop_table("upload_grace")
    op.execute("UPDATE document_slot SET state = 'to do' WHERE state = 'given time'")
    know(BEFORE)


def know(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.drop_constraint(op.f(CHECK), "document_slot", type_="check")
    with op.batch_alter_table("document_slot", recreate="always" if sqlite else "never") as table:
        table.create_check_constraint(op.f(CHECK), f"state IN ({listed})")
