"""number rule sets, and let conditions pass

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("award_country", sa.String(2), nullable=True))
    op.execute(
        "UPDATE application SET award_country = (SELECT o.country_code FROM offer f "
        "JOIN place p ON p.id = f.place_id JOIN organisation o ON o.id = p.host_id "
        "WHERE f.application_id = application.id AND f.state = 'accepted' "
        "ORDER BY f.id DESC LIMIT 1) WHERE state = 'accepted'"
    )
    op.create_table(
        "rule_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck__rule_set__numbered")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk__rule_set__opportunity_id__opportunity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__rule_set")),
    )
    op.create_index("uq__rule_set__number", "rule_set", ["opportunity_id", "number"], unique=True)
    op.create_table(
        "eligibility_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "granted",
                "declined",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'asked') = (answered_at IS NULL)",
            name=op.f("ck__eligibility_exception__answered_at_a_moment"),
        ),
        sa.CheckConstraint(
            "state = 'asked' OR answer <> ''",
            name=op.f("ck__eligibility_exception__answered_in_words"),
        ),
        sa.CheckConstraint(
            "because <> ''", name=op.f("ck__eligibility_exception__asked_in_words")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk__eligibility_exception__application_id__application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["user.id"],
            name=op.f("fk__eligibility_exception__answered_by_id__user"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__eligibility_exception")),
        sa.UniqueConstraint(
            "application_id", name=op.f("uq__eligibility_exception__application_id")
        ),
    )
    op.create_index(
        op.f("ix__eligibility_exception_state"), "eligibility_exception", ["state"]
    )


def downgrade() -> None:
    op.drop_table("eligibility_exception")
    op.drop_table("rule_set")
    op.drop_column("application", "award_country")
