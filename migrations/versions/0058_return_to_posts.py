"""let employers release officials, and ask whether they are back in their posts

What somebody promised or signed stays word for word: triggers refuse to change it.

Revision: 0058, after 0057
"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

SQLITE = {
    "post_commitment_stays_as_it_was_given": """
        BEFORE UPDATE ON post_commitment
        BEGIN SELECT RAISE(ABORT, 'promised_word_for_word'); END""",
    "post_release_stays_as_it_was_signed": """
        BEFORE UPDATE OF statement, sha256, signed_name, signed_function, state, post, employer,
            from_on, until_on ON post_release WHEN OLD.state = 'confirmed'
        BEGIN SELECT RAISE(ABORT, 'signed_word_for_word'); END""",
}
POSTGRESQL = """
CREATE FUNCTION refuse_to_change_a_promise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'promised_word_for_word' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER post_commitment_stays_as_it_was_given
    BEFORE UPDATE ON post_commitment
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_a_promise();

CREATE FUNCTION refuse_to_change_a_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'signed_word_for_word' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER post_release_stays_as_it_was_signed
    BEFORE UPDATE OF statement, sha256, signed_name, signed_function, state, post, employer,
        from_on, until_on ON post_release
    FOR EACH ROW WHEN (OLD.state = 'confirmed') EXECUTE FUNCTION refuse_to_change_a_release();
"""


def upgrade() -> None:
    op.create_table(
        "post_release",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("employer", sa.String(300), nullable=False),
        sa.Column("post", sa.String(300), nullable=False),
        sa.Column("contact", sa.String(300), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times_sent", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_name", sa.String(300), nullable=False),
        sa.Column("signed_function", sa.String(300), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'refused', 'taken back')",
            name=op.f("ck__post_release__state"),
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (signed_name <> '' AND signed_function <> '' AND statement <> '' AND sha256 <> '' AND answered_at IS NOT NULL)",
            name=op.f("ck__post_release__confirmed_by_somebody_in_words"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR (reason <> '' AND answered_at IS NOT NULL)",
            name=op.f("ck__post_release__refused_for_a_reason"),
        ),
        sa.CheckConstraint(
            "from_on <= until_on", name=op.f("ck__post_release__begins_before_it_ends")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk__post_release__application_id__application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__post_release")),
    )
    op.create_index(
        op.f("ix__post_release_application_id"), "post_release", ["application_id"], unique=False
    )
    op.create_index(op.f("ix__post_release_state"), "post_release", ["state"], unique=False)
    op.create_index(
        "uq__post_release__one_live",
        "post_release",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'confirmed')"),
        postgresql_where=sa.text("state IN ('asked', 'confirmed')"),
    )

    op.create_table(
        "post_terms",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("ask_after", sa.JSON(), nullable=False),
        sa.Column("asked_through", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 60", name=op.f("ck__post_terms__some_months")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["course_run.id"], name=op.f("fk__post_terms__run_id__course_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__post_terms")),
        sa.UniqueConstraint("run_id", name=op.f("uq__post_terms__run_id")),
    )
    op.create_table(
        "post_commitment",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk__post_commitment__enrolment_id__enrolment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__post_commitment")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq__post_commitment__enrolment_id")),
    )
    op.create_table(
        "post_question",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("nominator_id", sa.Integer(), nullable=True),
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(30), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("said_by", sa.String(30), nullable=True),
        sa.Column("said_name", sa.String(300), nullable=False),
        sa.Column("said_function", sa.String(300), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('in post', 'elsewhere', 'left')", name=op.f("ck__post_question__answer")
        ),
        sa.CheckConstraint(
            "said_by IN ('participant', 'employer')", name=op.f("ck__post_question__said_by")
        ),
        sa.CheckConstraint(
            "said_by IS NULL OR said_by <> 'employer' OR (said_name <> '' AND said_function <> '')",
            name=op.f("ck__post_question__employers_sign"),
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (said_by IS NULL)",
            name=op.f("ck__post_question__answered_by_a_side"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk__post_question__enrolment_id__enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["nominator_id"],
            ["nominator.id"],
            name=op.f("fk__post_question__nominator_id__nominator"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["post_release.id"],
            name=op.f("fk__post_question__release_id__post_release"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__post_question")),
    )
    op.create_index(
        "ix__post_question__open", "post_question", ["answered_at", "asked_at"], unique=False
    )
    op.create_index(
        op.f("ix__post_question_nominator_id"), "post_question", ["nominator_id"], unique=False
    )
    op.create_index("uq__post_question", "post_question", ["enrolment_id", "months"], unique=True)

    op.create_table(
        "post_key",
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(release_id IS NULL) <> (question_id IS NULL)",
            name=op.f("ck__post_key__opens_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["post_question.id"],
            name=op.f("fk__post_key__question_id__post_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["post_release.id"],
            name=op.f("fk__post_key__release_id__post_release"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__post_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq__post_key__key_hash")),
    )
    op.create_index(op.f("ix__post_key_question_id"), "post_key", ["question_id"], unique=False)
    op.create_index(op.f("ix__post_key_release_id"), "post_key", ["release_id"], unique=False)

    # Not by a rebuilt table: `course_run` has triggers.
    op.execute("ALTER TABLE course_run ADD COLUMN release_needed BOOLEAN DEFAULT false NOT NULL")
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
        op.execute("DROP TRIGGER post_release_stays_as_it_was_signed ON post_release")
        op.execute("DROP TRIGGER post_commitment_stays_as_it_was_given ON post_commitment")
        op.execute("DROP FUNCTION refuse_to_change_a_release()")
        op.execute("DROP FUNCTION refuse_to_change_a_promise()")
    op.execute("ALTER TABLE course_run DROP COLUMN release_needed")
    for table in ("post_key", "post_question", "post_commitment", "post_terms", "post_release"):
        op.drop_table(table)
