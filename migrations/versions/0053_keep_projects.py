"""keep projects: their texts, the bodies named in them, and what belongs to them

Revision: 0053, after 0052
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def _to(
    table: str, column: str, target: str, *, goes_with: bool = False
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk__{table}__{column}__{target}"),
        ondelete="CASCADE" if goes_with else None,
    )


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("ref", sa.String(80), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("sort_key", sa.String(500), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("website", sa.String(500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck__project__ends_after_it_starts")),
        sa.CheckConstraint(
            "state IN ('draft', 'active', 'ended')", name=op.f("ck__project__state")
        ),
        _to("project", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__project")),
        sa.UniqueConstraint("ref", name=op.f("uq__project__ref")),
    )
    op.create_index(op.f("ix__project_state"), "project", ["state"])
    op.create_index("ix__project__names", "project", ["sort_key", "id"])
    op.create_index("ix__project__lead", "project", ["organisation_id", "sort_key", "id"])
    op.create_table(
        "project_text",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("is_original", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _to("project_text", "project_id", "project", goes_with=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__project_text")),
    )
    op.create_index("uq__project_text", "project_text", ["project_id", "locale"], unique=True)
    op.create_index(
        "uq__project_text__original",
        "project_text",
        ["project_id"],
        unique=True,
        sqlite_where=sa.text("is_original"),
        postgresql_where=sa.text("is_original"),
    )
    op.create_table(
        "project_partner",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'asked') = (answered_by_id IS NULL)"
            " AND (state = 'asked') = (answered_at IS NULL)",
            name=op.f("ck__project_partner__answered_by_someone"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'declined')", name=op.f("ck__project_partner__state")
        ),
        _to("project_partner", "project_id", "project", goes_with=True),
        _to("project_partner", "organisation_id", "organisation"),
        _to("project_partner", "answered_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__project_partner")),
    )
    op.create_index(op.f("ix__project_partner_state"), "project_partner", ["state"])
    op.create_index(
        "uq__project_partner", "project_partner", ["project_id", "organisation_id"], unique=True
    )
    op.create_index(
        "ix__project_partner__organisation", "project_partner", ["organisation_id", "project_id"]
    )
    op.create_table(
        "project_opportunity",
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _to("project_opportunity", "opportunity_id", "opportunity", goes_with=True),
        _to("project_opportunity", "project_id", "project", goes_with=True),
        sa.PrimaryKeyConstraint("opportunity_id", name=op.f("pk__project_opportunity")),
    )
    op.create_index(
        "ix__project_opportunity__project", "project_opportunity", ["project_id", "opportunity_id"]
    )


def downgrade() -> None:
    for table in ("project_opportunity", "project_partner", "project_text", "project"):
        op.drop_table(table)
