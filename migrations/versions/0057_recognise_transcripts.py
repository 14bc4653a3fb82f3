"""issue transcripts of records, and decide what they count as

What was issued and what was decided never changes: triggers of both databases refuse it.

Revision: 0057, after 0056
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

COLUMNS = """
    nomination_id person_id home_id host_id replaces_id because origin student_name
    student_native_name student_native_lang born_on home_name host_name term_name year first_on
    last_on study_level note file_name file_sha256 file_learner dated_at issued_at issued_by_id
    issued_by_name serial fingerprint version id
""".split()
SAME = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in COLUMNS)
OF_A_DRAFT = "(SELECT state FROM transcript WHERE id = {row}.transcript_id) <> 'draft'"
OF_A_WAITING = "(SELECT state FROM recognition WHERE id = {row}.recognition_id) <> 'waiting'"
WAITING_LINES = """
    SELECT 1 FROM transcript_line
    LEFT JOIN line_outcome ON line_outcome.line_id = transcript_line.id
    WHERE transcript_line.transcript_id = NEW.transcript_id AND line_outcome.id IS NULL"""
SQLITE = {
    "transcript_stays": f"""
        BEFORE UPDATE ON transcript WHEN OLD.state <> 'draft'
            AND NOT (OLD.state = 'issued' AND NEW.state = 'superseded' AND {SAME})
        BEGIN SELECT RAISE(ABORT, 'transcript_was_issued'); END""",
    "transcript_is_kept": """
        BEFORE DELETE ON transcript WHEN OLD.state <> 'draft'
        BEGIN SELECT RAISE(ABORT, 'transcript_was_issued'); END""",
    **{
        f"transcript_line_stays_{verb}": f"""
        BEFORE {verb.upper()} ON transcript_line WHEN {OF_A_DRAFT.format(row=row)}
        BEGIN SELECT RAISE(ABORT, 'transcript_was_issued'); END"""
        for verb, row in (("insert", "NEW"), ("update", "OLD"), ("delete", "OLD"))
    },
    "recognition_stays": """
        BEFORE UPDATE ON recognition WHEN OLD.state <> 'waiting'
        BEGIN SELECT RAISE(ABORT, 'recognition_was_decided'); END""",
    "recognition_is_kept": """
        BEFORE DELETE ON recognition WHEN OLD.state <> 'waiting'
        BEGIN SELECT RAISE(ABORT, 'recognition_was_decided'); END""",
    "recognition_is_whole": f"""
        BEFORE UPDATE ON recognition WHEN NEW.state = 'decided' AND EXISTS ({WAITING_LINES})
        BEGIN SELECT RAISE(ABORT, 'lines_wait_for_an_outcome'); END""",
    **{
        f"line_outcome_stays_{verb}": f"""
        BEFORE {verb.upper()} ON line_outcome WHEN {OF_A_WAITING.format(row=row)}
        BEGIN SELECT RAISE(ABORT, 'recognition_was_decided'); END"""
        for verb, row in (("insert", "NEW"), ("update", "OLD"), ("delete", "OLD"))
    },
}
POSTGRESQL = f"""
CREATE FUNCTION refuse_to_change_transcripts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND NOT (
        TG_OP = 'UPDATE' AND OLD.state = 'issued' AND to_jsonb(NEW) ->> 'state' = 'superseded'
        AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state'
    ) THEN
        RAISE EXCEPTION 'transcript_was_issued' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER transcript_stays BEFORE UPDATE OR DELETE ON transcript
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_transcripts();

CREATE FUNCTION refuse_to_change_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND {OF_A_DRAFT.format(row="OLD")})
        OR (TG_OP <> 'DELETE' AND {OF_A_DRAFT.format(row="NEW")}) THEN
        RAISE EXCEPTION 'transcript_was_issued' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER transcript_line_stays BEFORE INSERT OR UPDATE OR DELETE ON transcript_line
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_lines();

CREATE FUNCTION refuse_to_change_recognition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'waiting' THEN
        RAISE EXCEPTION 'recognition_was_decided' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) ->> 'state' = 'decided' AND EXISTS ({WAITING_LINES}) THEN
        RAISE EXCEPTION 'lines_wait_for_an_outcome' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER recognition_stays BEFORE UPDATE OR DELETE ON recognition
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_recognition();

CREATE FUNCTION refuse_to_change_outcomes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND {OF_A_WAITING.format(row="OLD")})
        OR (TG_OP <> 'DELETE' AND {OF_A_WAITING.format(row="NEW")}) THEN
        RAISE EXCEPTION 'recognition_was_decided' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER line_outcome_stays BEFORE INSERT OR UPDATE OR DELETE ON line_outcome
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_outcomes();
"""
HELD = {
    "transcript": "transcripts",
    "transcript_line": "lines",
    "recognition": "recognition",
    "line_outcome": "outcomes",
}


def upgrade() -> None:
    op.create_table(
        "transcript",
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "host", "file", name="origin", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "issued",
                "superseded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("student_name", sa.String(length=300), nullable=False),
        sa.Column("student_native_name", sa.String(length=300), nullable=False),
        sa.Column("student_native_lang", sa.String(length=20), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("home_name", sa.String(length=300), nullable=False),
        sa.Column("host_name", sa.String(length=300), nullable=False),
        sa.Column("term_name", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("study_level", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_learner", sa.String(length=300), nullable=False),
        sa.Column("dated_at", UtcDateTime(), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_by_name", sa.String(length=300), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(origin = 'file') = (file_sha256 <> '')",
            name=op.f("ck__transcript__files_have_fingerprints"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR (issued_at IS NOT NULL AND serial <> '' AND fingerprint <> '')",
            name=op.f("ck__transcript__issued_whole"),
        ),
        sa.CheckConstraint(
            "first_on <= last_on", name=op.f("ck__transcript__begins_before_it_ends")
        ),
        sa.CheckConstraint("replaces_id <> id", name=op.f("ck__transcript__replaces_another")),
        sa.CheckConstraint(
            "study_level BETWEEN 5 AND 8", name=op.f("ck__transcript__a_level_of_study")
        ),
        sa.ForeignKeyConstraint(
            ["home_id"], ["organisation.id"], name=op.f("fk__transcript__home_id__organisation")
        ),
        sa.ForeignKeyConstraint(
            ["host_id"], ["organisation.id"], name=op.f("fk__transcript__host_id__organisation")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["user.id"], name=op.f("fk__transcript__issued_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["exchange_nomination.id"],
            name=op.f("fk__transcript__nomination_id__exchange_nomination"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk__transcript__person_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["transcript.id"], name=op.f("fk__transcript__replaces_id__transcript")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__transcript")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq__transcript__replaces_id")),
    )
    op.create_index("ix__transcript__home", "transcript", ["home_id", "state"], unique=False)
    op.create_index("ix__transcript__host", "transcript", ["host_id", "state"], unique=False)
    op.create_index(
        op.f("ix__transcript_nomination_id"), "transcript", ["nomination_id"], unique=False
    )
    op.create_index(op.f("ix__transcript_person_id"), "transcript", ["person_id"], unique=False)
    op.create_index(op.f("ix__transcript_state"), "transcript", ["state"], unique=False)
    op.create_index(
        "uq__transcript__draft",
        "transcript",
        ["nomination_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_index(
        "uq__transcript__issued",
        "transcript",
        ["nomination_id"],
        unique=True,
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_index(
        "uq__transcript__serial",
        "transcript",
        ["serial"],
        unique=True,
        sqlite_where=sa.text("serial <> ''"),
        postgresql_where=sa.text("serial <> ''"),
    )

    op.create_table(
        "recognition",
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "decided",
                "lapsed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'decided' OR decided_at IS NOT NULL",
            name=op.f("ck__recognition__decided_some_time"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk__recognition__decided_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["home_id"], ["organisation.id"], name=op.f("fk__recognition__home_id__organisation")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk__recognition__person_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcript.id"],
            name=op.f("fk__recognition__transcript_id__transcript"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__recognition")),
        sa.UniqueConstraint("transcript_id", name=op.f("uq__recognition__transcript_id")),
    )
    op.create_index("ix__recognition__home", "recognition", ["home_id", "state"], unique=False)
    op.create_index(op.f("ix__recognition_person_id"), "recognition", ["person_id"], unique=False)
    op.create_index(op.f("ix__recognition_state"), "recognition", ["state"], unique=False)

    op.create_table(
        "transcript_line",
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("title_lang", sa.String(length=20), nullable=False),
        sa.Column("own_title", sa.String(length=300), nullable=False),
        sa.Column("own_title_lang", sa.String(length=20), nullable=False),
        sa.Column("credits", sa.String(40), nullable=False),
        sa.Column("credit_system", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.String(40), nullable=True),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "passed",
                "failed",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("distribution", sa.JSON(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(own_title = '') = (own_title_lang = '')",
            name=op.f("ck__transcript_line__own_title_in_some_language"),
        ),
        sa.CheckConstraint("credits NOT LIKE '-%'", name=op.f("ck__transcript_line__no_debts")),
        sa.CheckConstraint(
            "level BETWEEN 5 AND 8", name=op.f("ck__transcript_line__level_of_study")
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcript.id"],
            name=op.f("fk__transcript_line__transcript_id__transcript"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__transcript_line")),
    )
    op.create_index(
        "uq__transcript_line", "transcript_line", ["transcript_id", "place"], unique=True
    )

    op.create_table(
        "line_outcome",
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "recognised",
                "refused",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("own_code", sa.String(length=40), nullable=False),
        sa.Column("own_title", sa.String(length=300), nullable=False),
        sa.Column("credits", sa.String(40), nullable=True),
        sa.Column("factor", sa.String(40), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("proposed", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("credits NOT LIKE '-%'", name=op.f("ck__line_outcome__no_debts")),
        sa.CheckConstraint(
            "factor IS NOT NULL OR source = ''", name=op.f("ck__line_outcome__sources_have_factors")
        ),
        sa.CheckConstraint(
            "outcome <> 'recognised' OR (own_title <> '' AND credits IS NOT NULL)",
            name=op.f("ck__line_outcome__recognised_as_something"),
        ),
        sa.CheckConstraint(
            "outcome <> 'recognised' OR factor IS NOT NULL OR reason <> ''",
            name=op.f("ck__line_outcome__otherwise_with_words"),
        ),
        sa.CheckConstraint(
            "outcome <> 'refused' OR (reason <> '' AND credits IS NULL)",
            name=op.f("ck__line_outcome__refused_with_words"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["transcript_line.id"],
            name=op.f("fk__line_outcome__line_id__transcript_line"),
        ),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["recognition.id"],
            name=op.f("fk__line_outcome__recognition_id__recognition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__line_outcome")),
        sa.UniqueConstraint("line_id", name=op.f("uq__line_outcome__line_id")),
    )
    op.create_index(
        op.f("ix__line_outcome_recognition_id"), "line_outcome", ["recognition_id"], unique=False
    )

    op.add_column("partner_facts", sa.Column("recognition_weeks", sa.Integer(), nullable=True))
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
        for table, what in HELD.items():
            op.execute(f"DROP TRIGGER {table}_stays ON {table}")
            op.execute(f"DROP FUNCTION refuse_to_change_{what}()")
    op.drop_column("partner_facts", "recognition_weeks")
    for table in ("line_outcome", "transcript_line", "recognition", "transcript"):
        op.drop_table(table)
