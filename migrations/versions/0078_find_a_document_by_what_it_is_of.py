"""Find a document by what it is of, whatever is known of its kind

Revision: 0078, after 0077
"""

from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Kind first made it as good as the unique index to a planner that knew of no such kind yet:
    # each application then went through the documents of all others.
    op.drop_index("ix__search_document__audience", "search_document")
    op.create_index(
        "ix__search_document__audience", "search_document", ["audience", "kind", "id"]
    )


def downgrade() -> None:
    op.drop_index("ix__search_document__audience", "search_document")
    op.create_index(
        "ix__search_document__audience", "search_document", ["kind", "audience", "id"]
    )
