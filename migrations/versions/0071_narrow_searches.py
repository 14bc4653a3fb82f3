"""Narrow searches: PostgreSQL's index of words also holds what a list is narrowed down by.

Each document of an application keeps short digests of the application's call and state, country,
track and closed answers in words, and its tsvector is made of them and of its words. Triggers keep
them, whoever writes; `app.applications.queries.facets` spells the same digests for a question.
SQLite has no such column: its lists are narrowed down by conditions alone. An eighth of the
documents is indexed once more, for searches that find more than a list shows.

Revision: 0071, after 0070
"""

from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

WORDS = "string_to_array(tokens, ' ')"
# Plans that were made while the tables were empty would read them whole, row after row: hence
# no sequential scans, and plans made anew.
FACETS = """
CREATE FUNCTION facets_of(which bigint) RETURNS text[] LANGUAGE sql STABLE
    SET enable_seqscan = off AS $$
    SELECT coalesce(array_agg(DISTINCT '=' || left(md5(facet), 12)), '{}') FROM (
        SELECT opportunity_id || ' state=' || state AS facet FROM application WHERE id = which
        UNION ALL
        SELECT opportunity_id || ' country=' || country_code FROM application
            WHERE id = which AND country_code IS NOT NULL
        UNION ALL
        SELECT opportunity_id || ' track=' || track FROM application
            WHERE id = which AND track IS NOT NULL
        UNION ALL
        SELECT opportunity_id || ' a.' || question || '=' || value FROM listed_answer
            WHERE application_id = which AND value <> ''
    ) AS facets
$$"""
OF_A_DOCUMENT = """
CREATE FUNCTION keep_facets_of_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.facets := facets_of(NEW.subject_id);
    RETURN NEW;
END $$"""
OF_AN_APPLICATION = """
CREATE FUNCTION keep_facets_of_application() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    UPDATE search_document SET facets = facets_of(NEW.id)
        WHERE kind = 'application' AND subject_id = NEW.id;
    RETURN NULL;
END $$"""
OF_ANSWERS = """
CREATE FUNCTION keep_facets_of_answers() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
DECLARE which integer;
BEGIN
    -- One by one: a plan for all at once may read the whole table for each few.
    FOR which IN SELECT DISTINCT application_id FROM changed LOOP
        UPDATE search_document SET facets = facets_of(which)
            WHERE kind = 'application' AND subject_id = which;
    END LOOP;
    RETURN NULL;
END $$"""
TRIGGERS = (
    "keep_facets_of_document BEFORE INSERT ON search_document FOR EACH ROW"
    " WHEN (NEW.kind = 'application') EXECUTE FUNCTION keep_facets_of_document()",
    "keep_facets_of_application AFTER UPDATE OF state, country_code, track ON application"
    " FOR EACH ROW WHEN ((OLD.state, OLD.country_code, OLD.track)"
    " IS DISTINCT FROM (NEW.state, NEW.country_code, NEW.track))"
    " EXECUTE FUNCTION keep_facets_of_application()",
    "keep_facets_of_new_answers AFTER INSERT ON listed_answer"
    " REFERENCING NEW TABLE AS changed FOR EACH STATEMENT"
    " EXECUTE FUNCTION keep_facets_of_answers()",
    "keep_facets_of_old_answers AFTER DELETE ON listed_answer"
    " REFERENCING OLD TABLE AS changed FOR EACH STATEMENT"
    " EXECUTE FUNCTION keep_facets_of_answers()",
    "keep_facets_of_changed_answers AFTER UPDATE ON listed_answer"
    " REFERENCING NEW TABLE AS changed FOR EACH STATEMENT"
    " EXECUTE FUNCTION keep_facets_of_answers()",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for function in (FACETS, OF_A_DOCUMENT, OF_AN_APPLICATION, OF_ANSWERS):
        op.execute(function)
    _forget_lexemes()
    op.execute("ALTER TABLE search_document ADD COLUMN facets text[] NOT NULL DEFAULT '{}'")
    op.execute("UPDATE search_document SET facets = facets_of(subject_id) WHERE kind = 'application'")
    _index_lexemes(f"{WORDS} || facets")
    op.execute(
        "CREATE INDEX ix__search_document__slice ON search_document USING gin (lexemes) "
        "WHERE id % 8 = 0"
    )
    # Else the planner thinks that next to nothing is in the slice, and reads all of it.
    op.execute("CREATE STATISTICS search_document_slice ON (id % 8) FROM search_document")
    for trigger in TRIGGERS:
        op.execute(f"CREATE TRIGGER {trigger}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for trigger in TRIGGERS:
        name, _when, rest = trigger.partition(" ")
        op.execute(f"DROP TRIGGER {name} ON {rest.partition(' ON ')[2].split()[0]}")
    op.execute("DROP STATISTICS search_document_slice")
    _forget_lexemes()
    op.execute("ALTER TABLE search_document DROP COLUMN facets")
    _index_lexemes(WORDS)
    for name in ("document", "application", "answers"):
        op.execute(f"DROP FUNCTION keep_facets_of_{name}()")
    op.execute("DROP FUNCTION facets_of(bigint)")


def _forget_lexemes() -> None:
    op.execute("DROP INDEX ix__search_document__lexemes")
    op.execute("ALTER TABLE search_document DROP COLUMN lexemes")


def _index_lexemes(words: str) -> None:
    op.execute(
        "ALTER TABLE search_document ADD COLUMN lexemes tsvector "
        f"GENERATED ALWAYS AS (array_to_tsvector({words})) STORED"
    )
    op.execute("CREATE INDEX ix__search_document__lexemes ON search_document USING gin (lexemes)")
