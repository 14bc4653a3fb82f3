"""say where a virus was found, and until when a clean file may come

Revision: 0037, after 0036
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def _name() -> sa.Column[str]:
    return sa.Column("infected_file", sa.String(255), nullable=False, server_default="")


def upgrade() -> None:
    op.add_column("document_slot", _name())
    op.add_column("reference_request", _name())
    op.add_column("reference_request", sa.Column("open_until", UtcDateTime(), nullable=True))
    op.add_column(
        "upload_grace",
        sa.Column("after_virus", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("upload_grace", "after_virus")
    op.drop_column("reference_request", "open_until")
    op.drop_column("reference_request", "infected_file")
    op.drop_column("document_slot", "infected_file")
