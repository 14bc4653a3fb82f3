"""promise documents

A document slot has one state more. SQLite rebuilds the table, which leaves its CHECKs behind: the
one there is made anew.

Revision: 0007, after 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CHECK = "ck__document_slot__state"
BEFORE = ("to do", "uploaded", "accepted", "waived")
AFTER = ("to do", "promised", "uploaded", "accepted", "waived")


def upgrade() -> None:
    know(AFTER)


def downgrade() -> None:
    op.execute("UPDATE document_slot SET state = 'to do' WHERE state = 'promised'")
    know(BEFORE)


def know(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.drop_constraint(op.f(CHECK), "document_slot", type_="check")
    with op.batch_alter_table("document_slot", recreate="always" if sqlite else "never") as table:
        table.create_check_constraint(op.f(CHECK), f"state IN ({listed})")
