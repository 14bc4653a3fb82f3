"""write courses, whose published versions the database itself lets nobody change

A migration that rebuilds `course_version` or `course_text` on SQLite drops the triggers: make
them anew there.

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

from app.foundation.database import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# `app.courses.models` turns this word into a sentence.
STANDS = "published_course_stands"
PUBLISHED = "(SELECT state FROM course_version WHERE id = {id}) = 'published'"

SQLITE = {
    "course_version_stands": ("BEFORE UPDATE ON course_version", "OLD.state = 'published'"),
    "course_version_stays": ("BEFORE DELETE ON course_version", "OLD.state = 'published'"),
    "course_text_is_added_in_time": (
        "BEFORE INSERT ON course_text",
        PUBLISHED.format(id="NEW.version_id"),
    ),
    "course_text_stands": ("BEFORE UPDATE ON course_text", PUBLISHED.format(id="OLD.version_id")),
    "course_text_stays": ("BEFORE DELETE ON course_text", PUBLISHED.format(id="OLD.version_id")),
}
POSTGRESQL = f"""
CREATE FUNCTION refuse_change_of_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' THEN
        RAISE EXCEPTION '{STANDS}' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER course_version_stands BEFORE UPDATE OR DELETE ON course_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_version();

CREATE FUNCTION refuse_change_of_published_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said integer := CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM course_version WHERE id = said AND state = 'published') THEN
        RAISE EXCEPTION '{STANDS}' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER course_text_stands BEFORE INSERT OR UPDATE OR DELETE ON course_text
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_text();
"""


def upgrade() -> None:
    op.create_table(
        "centre_practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__centre_practice__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__centre_practice")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq__centre_practice__organisation_id")),
    )
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("original_locale", sa.String(20), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("published_number", sa.Integer(), nullable=True),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (published_number IS NULL)",
            name=op.f("ck__course__published_in_some_version"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'archived')", name=op.f("ck__course__state")
        ),
        sa.ForeignKeyConstraint(
            ["begun_by_id"], ["user.id"], name=op.f("fk__course__begun_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk__course__organisation_id__organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__course")),
    )
    op.create_index(op.f("ix__course_state"), "course", ["state"])
    op.create_index("uq__course", "course", ["organisation_id", "code"], unique=True)
    op.create_table(
        "course_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("field_code", sa.String(4), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("tracks", sa.JSON(), nullable=False),
        sa.Column("fee_amount", sa.BigInteger(), nullable=True),
        sa.Column("fee_currency", sa.String(3), nullable=True),
        sa.Column("licence", sa.String(40), nullable=False),
        sa.Column("shaped_by", sa.JSON(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("sent_back_because", sa.Text(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level BETWEEN 1 AND 8", name=op.f("ck__course_version__level_of_eight")
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck__course_version__takes_some_time")),
        sa.CheckConstraint("fee_amount >= 0", name=op.f("ck__course_version__fee_not_negative")),
        sa.CheckConstraint(
            "(fee_amount IS NULL OR fee_amount = 0) = (fee_currency IS NULL)",
            name=op.f("ck__course_version__a_fee_has_a_currency"),
        ),
        sa.CheckConstraint(
            "state <> 'published' OR (level IS NOT NULL AND field_code IS NOT NULL"
            " AND minutes IS NOT NULL AND fee_amount IS NOT NULL AND published_at IS NOT NULL)",
            name=op.f("ck__course_version__published_whole"),
        ),
        sa.CheckConstraint(
            "state <> 'in review' OR sent_by_id IS NOT NULL",
            name=op.f("ck__course_version__sent_by_someone"),
        ),
        sa.CheckConstraint(
            "checked_by_id <> sent_by_id", name=op.f("ck__course_version__checked_by_another")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'in review', 'published')", name=op.f("ck__course_version__state")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk__course_version__course_id__course")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["user.id"], name=op.f("fk__course_version__sent_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user.id"], name=op.f("fk__course_version__checked_by_id__user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__course_version")),
    )
    op.create_index(op.f("ix__course_version_state"), "course_version", ["state"])
    op.create_index("uq__course_version", "course_version", ["course_id", "number"], unique=True)
    is_open = sa.text("state IN ('draft', 'in review')")
    op.create_index(
        "uq__course_version__one_open",
        "course_version",
        ["course_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "course_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("is_original", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column("prerequisites", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk__course_text__version_id__course_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__course_text")),
    )
    op.create_index("uq__course_text", "course_text", ["version_id", "locale"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        for name, (when, refused) in SQLITE.items():
            op.execute(
                f"CREATE TRIGGER {name} {when} WHEN {refused}"
                f" BEGIN SELECT RAISE(ABORT, '{STANDS}'); END"
            )
    else:
        op.execute(POSTGRESQL)


def downgrade() -> None:
    op.drop_table("course_text")
    op.drop_table("course_version")
    op.drop_table("course")
    op.drop_table("centre_practice")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change_of_published_text()")
        op.execute("DROP FUNCTION refuse_change_of_published_version()")
