"""speak to guests: the language of mails to people who have no account here

Revision: 0067, after 0066
"""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

TABLES = ("exchange_contact", "nomination_key", "visit_person")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("locale", sa.String(20), nullable=False, server_default="en")
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_column(table, "locale")
