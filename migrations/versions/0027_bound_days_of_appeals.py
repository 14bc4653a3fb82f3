"""bound the days in which one may appeal

Revision: 0027, after 0026
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

CHECK = "ck__call__appeal_days"


def upgrade() -> None:
    op.execute("UPDATE call SET appeal_days = 60 WHERE appeal_days > 60")
    op.execute("UPDATE call SET appeal_days = 0 WHERE appeal_days < 0")
    with op.batch_alter_table("call") as table:
        table.create_check_constraint(op.f(CHECK), "appeal_days BETWEEN 0 AND 60")


def downgrade() -> None:
    with op.batch_alter_table("call") as table:
        table.drop_constraint(op.f(CHECK), type_="check")
