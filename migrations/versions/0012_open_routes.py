"""open routes to a call, with who nominates

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

A_WHOLE_DEADLINE = "(due_at IS NULL) = (due_zone IS NULL) AND (due_at IS NULL) = (due_wall IS NULL)"


def upgrade() -> None:
    op.create_table(
        "route",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *("direct", "university", "ministry", "centre", "host"),
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("named_only", sa.Boolean(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("due_zone", sa.String(60), nullable=True),
        sa.Column("due_wall", sa.String(16), nullable=True),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'direct') = (quota IS NULL) AND (quota IS NULL OR quota BETWEEN 1 AND 1000)",
            name=op.f("ck__route__nominators_have_a_quota"),
        ),
        sa.CheckConstraint(A_WHOLE_DEADLINE, name=op.f("ck__route__a_deadline_has_a_zone")),
        sa.CheckConstraint(
            "kind <> 'direct' OR due_at IS NULL", name=op.f("ck__route__nobody_to_wait_for")
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk__route__opportunity_id__opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__route")),
    )
    op.create_index("uq__route", "route", ["opportunity_id", "kind"], unique=True)
    op.create_table(
        "nominator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("nominated", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("due_zone", sa.String(60), nullable=True),
        sa.Column("due_wall", sa.String(16), nullable=True),
        sa.Column("due_before", UtcDateTime(), nullable=True),
        sa.Column("extended_at", UtcDateTime(), nullable=True),
        sa.Column("extended_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "nominated BETWEEN 0 AND quota", name=op.f("ck__nominator__within_the_quota")
        ),
        sa.CheckConstraint("quota BETWEEN 1 AND 1000", name=op.f("ck__nominator__some_people")),
        sa.CheckConstraint(A_WHOLE_DEADLINE, name=op.f("ck__nominator__a_deadline_has_a_zone")),
        sa.CheckConstraint(
            "(extended_at IS NULL) = (extended_because = '')",
            name=op.f("ck__nominator__extended_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["route_id"],
            ["route.id"],
            name=op.f("fk__nominator__route_id__route"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__nominator__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__nominator")),
    )
    op.create_index(op.f("ix__nominator_organisation_id"), "nominator", ["organisation_id"])
    op.create_index("uq__nominator", "nominator", ["route_id", "organisation_id"], unique=True)


def downgrade() -> None:
    op.drop_table("nominator")
    op.drop_table("route")
