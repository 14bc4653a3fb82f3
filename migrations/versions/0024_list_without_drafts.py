"""list without drafts, by age and by track, however many applications there are

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SUBMITTED = "submitted_at IS NOT NULL"
BEFORE = {
    "by_name": ("sort_key",),
    "by_score": ("score_sort",),
    "by_moment": ("submitted_at",),
    "by_state": ("state", "sort_key"),
    "by_state_score": ("state", "score_sort"),
    "by_country": ("country_code", "sort_key"),
}
NEW = {
    "by_age": ("state_since",),
    "by_state_age": ("state", "state_since"),
    "by_state_country": ("state", "country_code", "sort_key"),
    "by_track": ("track", "sort_key"),
}


def upgrade() -> None:
    for name in BEFORE:
        op.drop_index(f"ix__application__{name}", "application")
    for name, columns in {**BEFORE, **NEW}.items():
        op.create_index(
            f"ix__application__{name}",
            "application",
            ["opportunity_id", *columns, "id"],
            sqlite_where=sa.text(SUBMITTED),
            postgresql_where=sa.text(SUBMITTED),
        )
    op.create_index(
        "ix__search_document__audience", "search_document", ["kind", "audience", "id"]
    )


def downgrade() -> None:
    op.drop_index("ix__search_document__audience", "search_document")
    for name in {**BEFORE, **NEW}:
        op.drop_index(f"ix__application__{name}", "application")
    for name, columns in BEFORE.items():
        op.create_index(
            f"ix__application__{name}", "application", ["opportunity_id", *columns, "id"]
        )
