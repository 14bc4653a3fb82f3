"""index what can be found

The database's own index over the tokens of search documents: FTS5 on SQLite (external content,
written by `app.foundation.search.index`), a generated tsvector with GIN on PostgreSQL. Tokens are
ASCII letters, digits and underscores, so neither needs a dictionary.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_word USING fts5("
            "tokens, content='search_document', content_rowid='id', detail='none', "
            "tokenize=\"ascii tokenchars '_'\")"
        )
        op.execute("INSERT INTO search_word (search_word) VALUES ('rebuild')")
        return
    op.execute(
        "ALTER TABLE search_document ADD COLUMN lexemes tsvector "
        "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED"
    )
    op.execute("CREATE INDEX ix__search_document__lexemes ON search_document USING gin (lexemes)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_word")
        return
    op.execute("DROP INDEX ix__search_document__lexemes")
    op.execute("ALTER TABLE search_document DROP COLUMN lexemes")
