"""post places for students of partners, for a term, under an agreement or open

Revision: 0051, after 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(30), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("language_level", sa.String(30), nullable=True),
        sa.Column("tuition", sa.String(30), nullable=False),
        sa.Column("housing", sa.String(30), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("papers_by", sa.Date(), nullable=True),
        sa.Column("contact", sa.String(320), nullable=False),
        sa.CheckConstraint(
            "stage IN ('draft', 'open', 'nominations closed', 'filled', 'closed', 'withdrawn')",
            name=op.f("ck__posting__state"),
        ),
        sa.CheckConstraint(
            "tuition IN ('waived', 'reduced', 'charged')", name=op.f("ck__posting__tuition")
        ),
        sa.CheckConstraint(
            "housing IN ('given', 'helped', 'own')", name=op.f("ck__posting__housing")
        ),
        sa.CheckConstraint(
            "language_level IN ('A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'first language')",
            name=op.f("ck__posting__language_level"),
        ),
        sa.CheckConstraint(
            "language_level IS NULL OR language <> ''",
            name=op.f("ck__posting__level_of_a_language"),
        ),
        sa.CheckConstraint(
            "(agreement_id IS NULL) = (origin_id IS NULL)",
            name=op.f("ck__posting__sent_under_it"),
        ),
        sa.CheckConstraint("capacity BETWEEN 1 AND 10000", name=op.f("ck__posting__some_places")),
        sa.ForeignKeyConstraint(
            ["agreement_id", "origin_id"],
            ["agreement_side.agreement_id", "agreement_side.organisation_id"],
            name="fk__posting__origin",
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk__posting__agreement_id__agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"],
            ["organisation.id"],
            name=op.f("fk__posting__origin_id__organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["opportunity.id"], name=op.f("fk__posting__id__opportunity")
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["academic_term.id"],
            name=op.f("fk__posting__term_id__academic_term"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__posting")),
    )
    op.create_index(op.f("ix__posting_stage"), "posting", ["stage"], unique=False)
    op.create_index(op.f("ix__posting_term_id"), "posting", ["term_id"], unique=False)
    op.create_index(op.f("ix__posting_origin_id"), "posting", ["origin_id"], unique=False)
    op.create_index("ix__posting__under", "posting", ["agreement_id", "origin_id"], unique=False)
    op.create_table(
        "home_dates",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("tell_by", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk__home_dates__posting_id__posting")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__home_dates__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__home_dates")),
    )
    op.create_index(
        "uq__home_dates", "home_dates", ["posting_id", "organisation_id"], unique=True
    )
    op.create_index(
        op.f("ix__home_dates_organisation_id"), "home_dates", ["organisation_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("home_dates")
    op.drop_table("posting")
