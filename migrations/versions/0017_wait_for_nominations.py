"""wait for nominations

An application has two states more. SQLite rebuilds the table, which leaves its CHECKs behind: the
ones there are made anew.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CHECK = "ck__application__state"
OTHERS = {
    "ck__application__submitted_at_some_moment": (
        "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL"
    ),
    "ck__application__submitted_with_a_country": (
        "state IN ('draft', 'withdrawn') OR country_code IS NOT NULL"
    ),
}
NEW = ("awaiting nomination", "not nominated")
BEFORE = (
    *("draft", "submitted", "eligible", "ineligible", "in review", "shortlisted", "offered"),
    *("accepted", "declined", "not selected", "withdrawn", "lapsed"),
)


def upgrade() -> None:
    know((BEFORE[0], *NEW, *BEFORE[1:]))
    for state in NEW:
        op.execute(
            "INSERT INTO application_count (opportunity_id, country_code, state, number) "
            f"SELECT id, '', '{state}', 0 FROM opportunity"
        )
    op.create_table(
        "nomination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("nominator_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *("chosen", "waiting", "nominated", "declined"),
                name="state",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state = 'chosen' OR asked_at IS NOT NULL",
            name=op.f("ck__nomination__asked_at_some_moment"),
        ),
        sa.CheckConstraint(
            "state IN ('chosen', 'waiting') "
            "OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL)",
            name=op.f("ck__nomination__decided_by_someone"),
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR reason <> ''",
            name=op.f("ck__nomination__declined_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk__nomination__application_id__application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["nominator_id"], ["nominator.id"], name=op.f("fk__nomination__nominator_id__nominator")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk__nomination__decided_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__nomination")),
        sa.UniqueConstraint("application_id", name=op.f("uq__nomination__application_id")),
    )
    op.create_index(op.f("ix__nomination_state"), "nomination", ["state"])
    op.create_index("ix__nomination__desk", "nomination", ["nominator_id", "state", "id"])


def downgrade() -> None:
    op.drop_table("nomination")
    op.execute("DELETE FROM application_count WHERE state IN ('awaiting nomination', 'not nominated')")
    op.execute(
        "UPDATE application SET state = 'submitted' "
        "WHERE state IN ('awaiting nomination', 'not nominated')"
    )
    know(BEFORE)


def know(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.drop_constraint(op.f(CHECK), "application", type_="check")
    with op.batch_alter_table("application", recreate="always" if sqlite else "never") as table:
        table.create_check_constraint(op.f(CHECK), f"state IN ({listed})")
        for name, condition in OTHERS.items() if sqlite else ():
            table.create_check_constraint(op.f(name), condition)
