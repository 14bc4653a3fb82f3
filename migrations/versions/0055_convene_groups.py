"""convene working groups: members, meetings, drafts in versions, comments, published results

What a person pressing twice or two people at once must never bring about is refused here: a
running group without a chair, a version or a result that changes, a comment when nothing is open,
a result with comments that nobody answered.

Revision: 0055, after 0054
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

UNANSWERED = "disposition IS NULL AND taken_back_at IS NULL"
RESULT = (
    "group_id",
    "ref",
    "locale",
    "title",
    "text",
    "number",
    "published_version",
    "published_at",
)
LEAVES_THE_CHAIR = (
    "OLD.state = 'member' AND OLD.role = 'chair' AND (NEW.state <> 'member' OR NEW.role <> 'chair')"
)
OTHER_CHAIRS = (
    "SELECT 1 FROM group_membership WHERE group_id = OLD.group_id AND id <> OLD.id"
    " AND state = 'member' AND role = 'chair'"
)
IS_OPEN = (
    "SELECT 1 FROM group_document_version v"
    " JOIN group_document d ON d.id = v.document_id"
    " JOIN comment_period p ON p.version_id = v.id"
    " WHERE v.id = NEW.version_id AND d.id = NEW.document_id AND d.state = 'draft'"
    " AND NEW.said_at >= p.opens_at AND NEW.said_at <= p.closes_at"
)


def _changes(word: str) -> str:
    return " OR ".join(f"NEW.{column} {word} OLD.{column}" for column in RESULT)


SQLITE = {
    "group_keeps_a_chair": f"""
        BEFORE UPDATE OF state, role ON group_membership WHEN {LEAVES_THE_CHAIR}
        BEGIN
            SELECT RAISE(ABORT, 'group_needs_a_chair')
            WHERE (SELECT state FROM working_group WHERE id = OLD.group_id) = 'active'
                AND NOT EXISTS ({OTHER_CHAIRS});
        END""",
    "group_begins_with_a_chair": """
        BEFORE UPDATE OF state ON working_group
        WHEN NEW.state = 'active' AND OLD.state <> 'active'
        BEGIN
            SELECT RAISE(ABORT, 'group_needs_a_chair')
            WHERE NOT EXISTS (SELECT 1 FROM group_membership WHERE group_id = NEW.id
                AND state = 'member' AND role = 'chair');
        END""",
    "group_document_version_is_never_changed": """
        BEFORE UPDATE ON group_document_version
        BEGIN SELECT RAISE(ABORT, 'versions_never_change'); END""",
    "group_document_version_is_never_deleted": """
        BEFORE DELETE ON group_document_version
        BEGIN SELECT RAISE(ABORT, 'versions_never_change'); END""",
    "group_document_is_never_changed": f"""
        BEFORE UPDATE ON group_document WHEN OLD.state <> 'draft' AND ({_changes("IS NOT")})
        BEGIN SELECT RAISE(ABORT, 'results_never_change'); END""",
    "group_document_is_published_when_all_is_answered": f"""
        BEFORE UPDATE OF state ON group_document
        WHEN NEW.state = 'published' AND OLD.state = 'draft'
        BEGIN
            SELECT RAISE(ABORT, 'comments_without_an_answer')
            WHERE EXISTS (SELECT 1 FROM group_comment WHERE document_id = NEW.id AND {UNANSWERED});
        END""",
    "group_comment_is_made_while_open": f"""
        BEFORE INSERT ON group_comment
        BEGIN
            SELECT RAISE(ABORT, 'not_open_for_comment') WHERE NOT EXISTS ({IS_OPEN});
        END""",
    "group_comment_stays_with_the_result": """
        BEFORE UPDATE ON group_comment
        BEGIN
            SELECT RAISE(ABORT, 'results_never_change')
            WHERE (SELECT state FROM group_document WHERE id = OLD.document_id) <> 'draft';
        END""",
}
POSTGRESQL = f"""
CREATE FUNCTION refuse_a_group_without_chair() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    running text;
BEGIN
    IF {LEAVES_THE_CHAIR} THEN
        SELECT state INTO running FROM working_group WHERE id = OLD.group_id FOR NO KEY UPDATE;
        IF running = 'active' AND NOT EXISTS ({OTHER_CHAIRS}) THEN
            RAISE EXCEPTION 'group_needs_a_chair' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER group_keeps_a_chair BEFORE UPDATE OF state, role ON group_membership
    FOR EACH ROW EXECUTE FUNCTION refuse_a_group_without_chair();

CREATE FUNCTION refuse_to_begin_without_chair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'active' AND OLD.state <> 'active' AND NOT EXISTS (
        SELECT 1 FROM group_membership WHERE group_id = NEW.id
            AND state = 'member' AND role = 'chair'
    ) THEN
        RAISE EXCEPTION 'group_needs_a_chair' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER group_begins_with_a_chair BEFORE UPDATE OF state ON working_group
    FOR EACH ROW EXECUTE FUNCTION refuse_to_begin_without_chair();

CREATE FUNCTION refuse_to_change_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'versions_never_change' USING ERRCODE = 'check_violation'; END $$;
CREATE TRIGGER group_document_version_is_never_changed
    BEFORE UPDATE OR DELETE ON group_document_version
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_versions();

CREATE FUNCTION refuse_to_change_results() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND ({_changes("IS DISTINCT FROM")}) THEN
        RAISE EXCEPTION 'results_never_change' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'draft' AND NEW.state = 'published' AND EXISTS (
        SELECT 1 FROM group_comment WHERE document_id = NEW.id AND {UNANSWERED}
    ) THEN
        RAISE EXCEPTION 'comments_without_an_answer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER group_document_is_never_changed BEFORE UPDATE ON group_document
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_results();

CREATE FUNCTION refuse_comments_out_of_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    SELECT state INTO standing FROM group_document WHERE id = NEW.document_id FOR SHARE;
    IF TG_OP = 'UPDATE' THEN
        IF standing <> 'draft' THEN
            RAISE EXCEPTION 'results_never_change' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NOT EXISTS ({IS_OPEN}) THEN
        RAISE EXCEPTION 'not_open_for_comment' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER group_comment_is_made_while_open BEFORE INSERT OR UPDATE ON group_comment
    FOR EACH ROW EXECUTE FUNCTION refuse_comments_out_of_time();
"""
FUNCTIONS = (
    "refuse_a_group_without_chair",
    "refuse_to_begin_without_chair",
    "refuse_to_change_versions",
    "refuse_to_change_results",
    "refuse_comments_out_of_time",
)
TABLES = (
    "group_comment",
    "comment_period",
    "group_document_version",
    "group_document",
    "group_meeting",
    "group_membership",
    "working_group_text",
    "working_group",
)


def upgrade() -> None:
    op.create_table(
        "working_group",
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("by_secretariat", sa.Boolean(), nullable=False),
        sa.Column("acronym", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("joining", sa.String(30), nullable=False),
        sa.Column("sort_key", sa.String(length=500), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('forming', 'active', 'closed')", name=op.f("ck__working_group__state")
        ),
        sa.CheckConstraint(
            "joining IN ('invitation', 'request')", name=op.f("ck__working_group__joining")
        ),
        sa.CheckConstraint(
            "(state <> 'forming' OR begun_at IS NULL) AND (state <> 'active' OR begun_at IS NOT NULL)",
            name=op.f("ck__working_group__begun_at_some_moment"),
        ),
        sa.CheckConstraint(
            "ends_on >= starts_on", name=op.f("ck__working_group__ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__working_group__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__working_group")),
        sa.UniqueConstraint("acronym", name=op.f("uq__working_group__acronym")),
        sa.UniqueConstraint("ref", name=op.f("uq__working_group__ref")),
    )
    op.create_index(
        "ix__working_group__centre",
        "working_group",
        ["organisation_id", "sort_key", "id"],
        unique=False,
    )
    op.create_index("ix__working_group__names", "working_group", ["sort_key", "id"], unique=False)
    op.create_index(op.f("ix__working_group_state"), "working_group", ["state"], unique=False)
    op.create_table(
        "working_group_text",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("is_original", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("mandate", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["working_group.id"],
            name=op.f("fk__working_group_text__group_id__working_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__working_group_text")),
    )
    op.create_index(
        "uq__working_group_text", "working_group_text", ["group_id", "locale"], unique=True
    )
    op.create_index(
        "uq__working_group_text__original",
        "working_group_text",
        ["group_id"],
        unique=True,
        sqlite_where=sa.text("is_original"),
        postgresql_where=sa.text("is_original"),
    )
    op.create_table(
        "group_membership",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('chair', 'editor', 'member', 'observer')",
            name=op.f("ck__group_membership__role"),
        ),
        sa.CheckConstraint(
            "state IN ('invited', 'requested', 'member', 'declined', 'refused', 'withdrawn', 'left', 'removed')",
            name=op.f("ck__group_membership__state"),
        ),
        sa.CheckConstraint(
            "(state IN ('invited', 'requested')) = (answered_at IS NULL)",
            name=op.f("ck__group_membership__answered_at_some_moment"),
        ),
        sa.CheckConstraint(
            "(state IN ('left', 'removed')) = (ended_at IS NOT NULL)",
            name=op.f("ck__group_membership__ended_at_some_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["working_group.id"],
            name=op.f("fk__group_membership__group_id__working_group"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__group_membership__organisation_id__organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk__group_membership__person_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__group_membership")),
    )
    op.create_index(
        "ix__group_membership__person", "group_membership", ["person_id", "state"], unique=False
    )
    op.create_index(
        op.f("ix__group_membership_organisation_id"),
        "group_membership",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(op.f("ix__group_membership_state"), "group_membership", ["state"], unique=False)
    op.create_index(
        "uq__group_membership__living",
        "group_membership",
        ["group_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('invited', 'requested', 'member')"),
        postgresql_where=sa.text("state IN ('invited', 'requested', 'member')"),
    )
    op.create_table(
        "group_meeting",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("venue", sa.String(length=500), nullable=False),
        sa.Column("join_url", sa.String(length=500), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("minutes_for", sa.String(30), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_because", sa.Text(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "minutes_for IN ('members', 'public')", name=op.f("ck__group_meeting__minutes_for")
        ),
        sa.CheckConstraint(
            "minutes_for IS NULL OR minutes <> ''",
            name=op.f("ck__group_meeting__minutes_say_something"),
        ),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck__group_meeting__ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["working_group.id"],
            name=op.f("fk__group_meeting__group_id__working_group"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__group_meeting")),
    )
    op.create_index("ix__group_meeting__ahead", "group_meeting", ["ends_at"], unique=False)
    op.create_index(
        "ix__group_meeting__group", "group_meeting", ["group_id", "starts_at"], unique=False
    )
    op.create_table(
        "group_document",
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.Column("superseded_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'superseded', 'withdrawn')",
            name=op.f("ck__group_document__state"),
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (published_at IS NULL) AND (state = 'draft') = (published_version IS NULL)",
            name=op.f("ck__group_document__published_with_number_and_day"),
        ),
        sa.CheckConstraint(
            "(state IN ('draft', 'published')) = (ended_at IS NULL) AND (state IN ('draft', 'published') OR ended_because <> '')",
            name=op.f("ck__group_document__ended_with_words"),
        ),
        sa.CheckConstraint(
            "superseded_by_id <> id", name=op.f("ck__group_document__does_not_replace_itself")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["working_group.id"],
            name=op.f("fk__group_document__group_id__working_group"),
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"],
            ["group_document.id"],
            name=op.f("fk__group_document__superseded_by_id__group_document"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__group_document")),
        sa.UniqueConstraint("number", name=op.f("uq__group_document__number")),
        sa.UniqueConstraint("ref", name=op.f("uq__group_document__ref")),
    )
    op.create_index(
        "ix__group_document__group", "group_document", ["group_id", "state"], unique=False
    )
    op.create_index(op.f("ix__group_document_state"), "group_document", ["state"], unique=False)
    op.create_table(
        "group_document_version",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("put_forward_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_forward_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["group_document.id"],
            name=op.f("fk__group_document_version__document_id__group_document"),
        ),
        sa.ForeignKeyConstraint(
            ["put_forward_by_id"],
            ["user.id"],
            name=op.f("fk__group_document_version__put_forward_by_id__user"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__group_document_version")),
    )
    op.create_index(
        "uq__group_document_version",
        "group_document_version",
        ["document_id", "number"],
        unique=True,
    )
    op.create_table(
        "comment_period",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "closes_at > opens_at", name=op.f("ck__comment_period__closes_after_it_opens")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["group_document_version.id"],
            name=op.f("fk__comment_period__version_id__group_document_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__comment_period")),
        sa.UniqueConstraint("version_id", name=op.f("uq__comment_period__version_id")),
    )
    op.create_table(
        "group_comment",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("clause", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disposition", sa.String(30), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_locale", sa.String(length=20), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('general', 'technical', 'editorial')", name=op.f("ck__group_comment__kind")
        ),
        sa.CheckConstraint(
            "disposition IN ('accepted', 'partly', 'rejected')",
            name=op.f("ck__group_comment__disposition"),
        ),
        sa.CheckConstraint(
            "disposition IS NULL OR disposition = 'accepted' OR answer <> ''",
            name=op.f("ck__group_comment__not_taken_with_words"),
        ),
        sa.CheckConstraint(
            "(disposition IS NULL) = (answered_at IS NULL)",
            name=op.f("ck__group_comment__answered_at_some_moment"),
        ),
        sa.CheckConstraint("clause >= 0", name=op.f("ck__group_comment__at_a_paragraph")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk__group_comment__answered_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["group_document.id"],
            name=op.f("fk__group_comment__document_id__group_document"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__group_comment__organisation_id__organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk__group_comment__person_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["group_document_version.id"],
            name=op.f("fk__group_comment__version_id__group_document_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__group_comment")),
    )
    op.create_index(
        "ix__group_comment__document",
        "group_comment",
        ["document_id", "version_id", "clause", "id"],
        unique=False,
    )
    op.create_index(
        "ix__group_comment__to_answer",
        "group_comment",
        ["document_id"],
        unique=False,
        sqlite_where=sa.text("disposition IS NULL AND taken_back_at IS NULL"),
        postgresql_where=sa.text("disposition IS NULL AND taken_back_at IS NULL"),
    )
    op.create_index(
        op.f("ix__group_comment_person_id"), "group_comment", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix__group_comment_version_id"), "group_comment", ["version_id"], unique=False
    )
    # ### end Alembic commands ###
    if op.get_bind().dialect.name == "sqlite":
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
    else:
        op.execute(POSTGRESQL)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}() CASCADE")
    for table in TABLES:
        op.drop_table(table)
