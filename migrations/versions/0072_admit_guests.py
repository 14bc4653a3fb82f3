"""admit guests: who may come in a group as data, who does not fit, and whom a manager lets come

SQLite rebuilds `visit_person`: its triggers are put aside and made again in their own words.

Revision: 0072, after 0071
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

TABLE = "visit_person"
CHECKS = {
    "fits_or_is_let_through": "state <> 'confirmed' OR unfit = '' OR excepted <> ''",
    "let_through_by_somebody": "(excepted = '') = (excepted_by_id IS NULL)"
    " AND (excepted = '') = (excepted_because = '')",
}
COLUMNS = ("unfit", "excepted", "excepted_because", "excepted_by_id", "excepted_at")


def _put_aside() -> list[str]:
    """The triggers that speak of the table, dropped, in their own words; SQLite alone."""
    if op.get_bind().dialect.name != "sqlite":
        return []
    found = op.get_bind().execute(
        sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE :like"),
        {"like": f"%{TABLE}%"},
    )
    rows = list(found.all())
    for name, _sql in rows:
        op.execute(f'DROP TRIGGER "{name}"')
    return [sql for _name, sql in rows]


def upgrade() -> None:
    op.add_column(
        "visit_call", sa.Column("guest_rules", sa.JSON(), nullable=False, server_default="{}")
    )
    triggers = _put_aside()
    with op.batch_alter_table(TABLE) as table:
        for name in ("unfit", "excepted"):
            table.add_column(sa.Column(name, sa.String(60), nullable=False, server_default=""))
        table.add_column(
            sa.Column("excepted_because", sa.Text(), nullable=False, server_default="")
        )
        table.add_column(sa.Column("excepted_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("excepted_at", UtcDateTime(), nullable=True))
        table.create_foreign_key(
            op.f(f"fk__{TABLE}__excepted_by_id__user"), "user", ["excepted_by_id"], ["id"]
        )
        for name, words in CHECKS.items():
            table.create_check_constraint(op.f(f"ck__{TABLE}__{name}"), words)
    for sql in triggers:
        op.execute(sql)


def downgrade() -> None:
    triggers = _put_aside()
    with op.batch_alter_table(TABLE) as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck__{TABLE}__{name}"), type_="check")
        table.drop_constraint(op.f(f"fk__{TABLE}__excepted_by_id__user"), type_="foreignkey")
        for name in COLUMNS:
            table.drop_column(name)
    for sql in triggers:
        op.execute(sql)
    op.drop_column("visit_call", "guest_rules")
