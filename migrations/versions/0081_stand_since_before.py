"""Stand since before: a withdrawal keeps since when its application stood where it was.

Revision: 0081, after 0080
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("stood_since", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("application", "stood_since")
