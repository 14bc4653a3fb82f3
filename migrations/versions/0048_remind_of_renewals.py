"""remember of which end the sides of an agreement were reminded

The column is added, and the table not rebuilt: its triggers stay.

Revision: 0048, after 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agreement", sa.Column("asked_to_renew", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("agreement", "asked_to_renew")
