"""find applications that may be of the same person

Revision: 0045, after 0044
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

SIGNS = ("name and birth", "name and nationality", "address", "file", "file kept apart")
VERDICTS = ("open", "same person", "not the same person")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=False, length=30)


def upgrade() -> None:
    op.create_table(
        "identity_mark",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("sign", _words("sign", *SIGNS), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.CheckConstraint(f"sign IN {SIGNS}", name=op.f("ck__identity_mark__sign")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk__identity_mark__application_id__application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "application_id", "sign", "digest", name=op.f("pk__identity_mark")
        ),
    )
    op.create_index(
        "ix__identity_mark__found", "identity_mark", ["sign", "digest", "application_id"]
    )
    op.create_table(
        "likeness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("first_call_id", sa.Integer(), nullable=False),
        sa.Column("second_call_id", sa.Integer(), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("verdict", _words("verdict", *VERDICTS), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_by_name", sa.String(300), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck__likeness__in_one_order")),
        sa.CheckConstraint(
            "verdict = 'open' OR (because <> '' AND settled_at IS NOT NULL)",
            name=op.f("ck__likeness__reasoned"),
        ),
        sa.CheckConstraint(f"verdict IN {VERDICTS}", name=op.f("ck__likeness__verdict")),
        *(
            sa.ForeignKeyConstraint(
                [f"{side}_id"],
                ["application.id"],
                name=op.f(f"fk__likeness__{side}_id__application"),
                ondelete="CASCADE",
            )
            for side in ("first", "second")
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{side}_call_id"],
                ["opportunity.id"],
                name=op.f(f"fk__likeness__{side}_call_id__opportunity"),
            )
            for side in ("first", "second")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["user.id"], name=op.f("fk__likeness__settled_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__likeness")),
    )
    op.create_index("ix__likeness_second_id", "likeness", ["second_id"])
    op.create_index("ix__likeness__of_first", "likeness", ["first_call_id", "verdict", "id"])
    op.create_index("ix__likeness__of_second", "likeness", ["second_call_id", "verdict", "id"])
    op.create_index("uq__likeness", "likeness", ["first_id", "second_id"], unique=True)


def downgrade() -> None:
    op.drop_table("likeness")
    op.drop_table("identity_mark")
