"""scan uploaded files for viruses

Revision: 0028, after 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

WORDS = {
    "ck__stored_file__sensitivity": "sensitivity IN ('ordinary', 'personal', 'health', 'identity')",
    "ck__stored_file__state": "state IN ('kept', 'erased')",
}
SCAN = "scan IN ('unscanned', 'waiting', 'clean', 'infected')"


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("stored_file", recreate="always" if sqlite else "never") as table:
        table.add_column(
            sa.Column("scan", sa.String(30), nullable=False, server_default="unscanned")
        )
        table.add_column(sa.Column("virus", sa.String(200), nullable=False, server_default=""))
        table.create_check_constraint(op.f("ck__stored_file__scan"), SCAN)
        table.create_check_constraint(
            op.f("ck__stored_file__infected_by_something"), "(scan = 'infected') = (virus <> '')"
        )
        if sqlite:
            for name, words in WORDS.items():
                table.create_check_constraint(op.f(name), words)
    op.create_index(
        "ix__stored_file__to_scan",
        "stored_file",
        ["id"],
        sqlite_where=sa.text("scan = 'waiting'"),
        postgresql_where=sa.text("scan = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_index("ix__stored_file__to_scan", "stored_file")
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("stored_file", recreate="always" if sqlite else "never") as table:
        table.drop_constraint(op.f("ck__stored_file__infected_by_something"), type_="check")
        table.drop_constraint(op.f("ck__stored_file__scan"), type_="check")
        table.drop_column("virus")
        table.drop_column("scan")
        if sqlite:
            for name, words in WORDS.items():
                table.create_check_constraint(op.f(name), words)
