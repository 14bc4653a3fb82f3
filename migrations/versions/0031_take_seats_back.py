"""take seats in courses back, with a reason

Revision: 0031, after 0030
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In words of both databases: a batch would make the table anew, without its triggers.
    moment = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    op.execute(
        f"ALTER TABLE enrolment ADD COLUMN removed_at {moment} "
        "CONSTRAINT ck__enrolment__removed_is_declined "
        "CHECK (removed_at IS NULL OR state = 'declined')"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE enrolment DROP COLUMN removed_at")
