"""let universities tell partners: fact sheet, academic calendar, courses to choose from

Revision: 0050, after 0049
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "academic_term",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("exams_from", sa.Date(), nullable=True),
        sa.Column("exams_until", sa.Date(), nullable=True),
        sa.Column("nominate_by", sa.Date(), nullable=True),
        sa.Column("apply_by", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck__academic_term__begins_before_it_ends")
        ),
        sa.CheckConstraint(
            "(exams_from IS NULL) = (exams_until IS NULL)",
            name=op.f("ck__academic_term__exams_have_both_days"),
        ),
        sa.CheckConstraint(
            "exams_from <= exams_until", name=op.f("ck__academic_term__exams_in_order")
        ),
        sa.CheckConstraint(
            "first_on <= exams_from", name=op.f("ck__academic_term__exams_after_the_first_day")
        ),
        sa.CheckConstraint(
            "year BETWEEN 1900 AND 2200", name=op.f("ck__academic_term__year_in_reach")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__academic_term__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__academic_term")),
    )
    op.create_index(
        "uq__academic_term", "academic_term", ["organisation_id", "year", "name"], unique=True
    )
    op.create_index(
        "ix__academic_term__calendar",
        "academic_term",
        ["organisation_id", "first_on", "id"],
        unique=False,
    )
    op.create_table(
        "partner_facts",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("contact", sa.String(320), nullable=False),
        sa.Column("website", sa.String(500), nullable=False),
        sa.Column("decision_weeks", sa.Integer(), nullable=True),
        sa.Column("transcript_weeks", sa.Integer(), nullable=True),
        sa.Column("housing", sa.Text(), nullable=False),
        sa.Column("housing_link", sa.String(500), nullable=False),
        sa.Column("visa", sa.Text(), nullable=False),
        sa.Column("visa_link", sa.String(500), nullable=False),
        sa.Column("insurance", sa.Text(), nullable=False),
        sa.Column("insurance_link", sa.String(500), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("access_contact", sa.String(320), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decision_weeks BETWEEN 0 AND 52", name=op.f("ck__partner_facts__decision_weeks")
        ),
        sa.CheckConstraint(
            "transcript_weeks BETWEEN 0 AND 52", name=op.f("ck__partner_facts__transcript_weeks")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__partner_facts__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__partner_facts")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq__partner_facts__organisation_id")),
    )
    op.create_table(
        "host_course",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("own_title", sa.String(300), nullable=False),
        sa.Column("own_title_lang", sa.String(20), nullable=False),
        sa.Column("credit_hundredths", sa.Integer(), nullable=False),
        sa.Column("credit_system", sa.String(20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(own_title = '') = (own_title_lang = '')",
            name=op.f("ck__host_course__own_title_in_some_language"),
        ),
        sa.CheckConstraint(
            "credit_hundredths BETWEEN 1 AND 100000", name=op.f("ck__host_course__some_credits")
        ),
        sa.CheckConstraint("level BETWEEN 5 AND 8", name=op.f("ck__host_course__level_of_study")),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["academic_term.id"],
            name=op.f("fk__host_course__term_id__academic_term"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__host_course")),
    )
    op.create_index("uq__host_course", "host_course", ["term_id", "code"], unique=True)


def downgrade() -> None:
    op.drop_table("host_course")
    op.drop_table("partner_facts")
    op.drop_table("academic_term")
