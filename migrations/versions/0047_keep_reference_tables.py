"""keep the tables of credits, language scores and grades

Revision: 0047, after 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2", "first language")
WAYS = ("down", "nearest", "up")


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck__{table}__{name}"))


def _some(table: str, column: str) -> sa.CheckConstraint:
    return _check(table, f"some_{column}", f"{column} NOT LIKE '-%' AND {column} <> '0'")


def _has_a_source(table: str) -> sa.CheckConstraint:
    return _check(table, "has_a_source", "source <> ''")


def upgrade() -> None:
    op.create_table(
        "credit_unit",
        sa.Column("scheme", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("per_ucts", sa.String(40), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _has_a_source("credit_unit"),
        _some("credit_unit", "per_ucts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__credit_unit")),
        sa.UniqueConstraint("scheme", name=op.f("uq__credit_unit__scheme")),
    )
    op.create_table(
        "credit_rule",
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("factor", sa.String(40), nullable=False),
        sa.Column("step", sa.String(40), nullable=True),
        sa.Column("way", sa.String(30), nullable=True),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _check("credit_rule", "between_two", "origin <> target"),
        _has_a_source("credit_rule"),
        _check("credit_rule", "begins_before_it_ends", "since <= until"),
        _check("credit_rule", "rounding_is_whole", "(step IS NULL) = (way IS NULL)"),
        _some("credit_rule", "factor"),
        _some("credit_rule", "step"),
        _check("credit_rule", "way", f"way IN {WAYS}"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__credit_rule")),
    )
    op.create_index("ix__credit_rule__way", "credit_rule", ["origin", "target"])
    op.create_table(
        "credit_cap",
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("most", sa.String(40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _has_a_source("credit_cap"),
        _some("credit_cap", "most"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__credit_cap")),
    )
    op.create_index("uq__credit_cap", "credit_cap", ["system", "level"], unique=True)
    op.create_table(
        "language_band",
        sa.Column("test", sa.String(40), nullable=False),
        sa.Column("least", sa.String(40), nullable=False),
        sa.Column("most", sa.String(40), nullable=True),
        sa.Column("level", sa.String(30), nullable=False),
        sa.Column("receptive", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _has_a_source("language_band"),
        _check("language_band", "level", f"level IN {LEVELS}"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__language_band")),
    )
    op.create_index("uq__language_band", "language_band", ["test", "least"], unique=True)
    op.create_table(
        "grade_row",
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("grades", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        _has_a_source("grade_row"),
        _check("grade_row", "scores_in_order", "least BETWEEN 0 AND most"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__grade_row")),
        sa.UniqueConstraint("least", name=op.f("uq__grade_row__least")),
    )


def downgrade() -> None:
    for table in ("grade_row", "language_band", "credit_cap", "credit_rule", "credit_unit"):
        op.drop_table(table)
