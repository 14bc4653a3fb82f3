"""let an office decide about one document of one applicant

Revision: 0038, after 0037
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TEXTS = ("asked_because", "decided_because", "instead")
MOMENTS = ("asked_at", "decided_at")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("document_slot", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in MOMENTS:
        op.add_column("document_slot", sa.Column(name, UtcDateTime(), nullable=True))


def downgrade() -> None:
    for name in (*MOMENTS, *TEXTS):
        op.drop_column("document_slot", name)
