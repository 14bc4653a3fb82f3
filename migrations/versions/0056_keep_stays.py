"""keep stays: what is prepared, who arrived and left, other days, interruptions, reports

Whose a stay is never changes, and a report that was accepted is not rewritten.

Revision: 0056, after 0055
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

WHOSE = ("person_id", "host_id", "home_id", "programme_id", "nomination_id", "offer_id")
SQLITE = {
    "stay_keeps_whose_it_is": f"""
        BEFORE UPDATE ON stay
        WHEN {" OR ".join(f"NEW.{one} IS NOT OLD.{one}" for one in WHOSE)}
        BEGIN
            SELECT RAISE(ABORT, 'stay_is_of_somebody_else');
        END""",
    "accepted_report_stays": """
        BEFORE UPDATE ON stay_report WHEN OLD.state = 'accepted'
        BEGIN
            SELECT RAISE(ABORT, 'report_was_accepted');
        END""",
}
POSTGRESQL = f"""
CREATE FUNCTION refuse_another_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {" OR ".join(f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in WHOSE)} THEN
        RAISE EXCEPTION 'stay_is_of_somebody_else' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER stay_keeps_whose_it_is
    BEFORE UPDATE ON stay
    FOR EACH ROW EXECUTE FUNCTION refuse_another_stay();

CREATE FUNCTION refuse_to_rewrite_reports() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'accepted' THEN
        RAISE EXCEPTION 'report_was_accepted' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER accepted_report_stays
    BEFORE UPDATE ON stay_report
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_reports();
"""


def upgrade() -> None:
    op.create_table(
        "stay",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (left_on IS NOT NULL)", name=op.f("ck__stay__left_some_day")
        ),
        sa.CheckConstraint(
            "(state IN ('there', 'interrupted', 'ended')) = (arrived_on IS NOT NULL)",
            name=op.f("ck__stay__arrived_some_day"),
        ),
        sa.CheckConstraint(
            "left_on >= ends_on OR left_because <> ''", name=op.f("ck__stay__early_with_words")
        ),
        sa.CheckConstraint(
            "(home_id IS NULL) <> (programme_id IS NULL)", name=op.f("ck__stay__has_one_home")
        ),
        sa.CheckConstraint(
            "(nomination_id IS NULL) <> (offer_id IS NULL)",
            name=op.f("ck__stay__of_a_nomination_or_an_offer"),
        ),
        sa.CheckConstraint("arrived_on <= left_on", name=op.f("ck__stay__left_after_arriving")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck__stay__ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["home_id"], ["organisation.id"], name=op.f("fk__stay__home_id__organisation")
        ),
        sa.ForeignKeyConstraint(
            ["host_id"], ["organisation.id"], name=op.f("fk__stay__host_id__organisation")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["exchange_nomination.id"],
            name=op.f("fk__stay__nomination_id__exchange_nomination"),
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk__stay__offer_id__offer")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk__stay__opportunity_id__opportunity"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk__stay__person_id__user")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk__stay__programme_id__programme")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'there', 'interrupted', 'ended', 'called_off')",
            name=op.f("ck__stay__state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__stay")),
        sa.UniqueConstraint("nomination_id", name=op.f("uq__stay__nomination_id")),
        sa.UniqueConstraint("offer_id", name=op.f("uq__stay__offer_id")),
    )
    op.create_index("ix__stay__home", "stay", ["home_id", "state", "starts_on"], unique=False)
    op.create_index("ix__stay__host", "stay", ["host_id", "state", "starts_on"], unique=False)
    op.create_index(
        "ix__stay__programme", "stay", ["programme_id", "state", "starts_on"], unique=False
    )
    op.create_index(op.f("ix__stay_opportunity_id"), "stay", ["opportunity_id"], unique=False)
    op.create_index(op.f("ix__stay_person_id"), "stay", ["person_id"], unique=False)
    op.create_index(op.f("ix__stay_state"), "stay", ["state"], unique=False)

    op.create_table(
        "interruption",
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck__interruption__with_words")),
        sa.CheckConstraint(
            "from_on <= until_on", name=op.f("ck__interruption__ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user.id"], name=op.f("fk__interruption__noted_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["stay_id"], ["stay.id"], name=op.f("fk__interruption__stay_id__stay")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__interruption")),
    )
    op.create_index(op.f("ix__interruption_stay_id"), "interruption", ["stay_id"], unique=False)
    op.create_index(
        "uq__interruption__open",
        "interruption",
        ["stay_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )

    op.create_table(
        "preparation",
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(30), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("side", sa.String(30), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)",
            name=op.f("ck__preparation__settled_some_moment"),
        ),
        sa.CheckConstraint(
            "(step = 'other') = (title <> '')", name=op.f("ck__preparation__own_words")
        ),
        sa.CheckConstraint(
            "state <> 'not_needed' OR note <> ''",
            name=op.f("ck__preparation__not_needed_with_words"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["user.id"], name=op.f("fk__preparation__settled_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["stay_id"], ["stay.id"], name=op.f("fk__preparation__stay_id__stay")
        ),
        sa.CheckConstraint(
            "step IN ('eligibility_papers', 'eligibility_certificate', 'invitation', 'visa', 'insurance', 'housing', 'travel', 'arrival', 'other')",
            name=op.f("ck__preparation__step"),
        ),
        sa.CheckConstraint(
            "side IN ('person', 'host', 'home')", name=op.f("ck__preparation__side")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'not_needed')", name=op.f("ck__preparation__state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__preparation")),
    )
    op.create_index("ix__preparation__due", "preparation", ["state", "due_on"], unique=False)
    op.create_index(op.f("ix__preparation_state"), "preparation", ["state"], unique=False)
    op.create_index(op.f("ix__preparation_stay_id"), "preparation", ["stay_id"], unique=False)
    op.create_index(
        "uq__preparation__step",
        "preparation",
        ["stay_id", "step"],
        unique=True,
        sqlite_where=sa.text("step <> 'other'"),
        postgresql_where=sa.text("step <> 'other'"),
    )

    op.create_table(
        "stay_change",
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(30), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("person_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("host_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("home_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_side", sa.String(30), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck__stay_change__asked_with_words")),
        sa.CheckConstraint(
            "state <> 'agreed' OR (person_agreed_at IS NOT NULL AND host_agreed_at IS NOT NULL AND home_agreed_at IS NOT NULL)",
            name=op.f("ck__stay_change__agreed_by_all"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR answer <> ''", name=op.f("ck__stay_change__refused_with_words")
        ),
        sa.CheckConstraint(
            "starts_on <= ends_on", name=op.f("ck__stay_change__ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk__stay_change__asked_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["stay_id"], ["stay.id"], name=op.f("fk__stay_change__stay_id__stay")
        ),
        sa.CheckConstraint(
            "side IN ('person', 'host', 'home')", name=op.f("ck__stay_change__side")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'refused', 'taken_back')",
            name=op.f("ck__stay_change__state"),
        ),
        sa.CheckConstraint(
            "answered_side IN ('person', 'host', 'home')",
            name=op.f("ck__stay_change__answered_side"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__stay_change")),
    )
    op.create_index(op.f("ix__stay_change_state"), "stay_change", ["state"], unique=False)
    op.create_index(op.f("ix__stay_change_stay_id"), "stay_change", ["stay_id"], unique=False)
    op.create_index(
        "uq__stay_change__asked",
        "stay_change",
        ["stay_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )

    op.create_table(
        "stay_report",
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'returned' OR answer <> ''", name=op.f("ck__stay_report__returned_with_words")
        ),
        sa.CheckConstraint(
            "state = 'waited_for' OR account <> ''", name=op.f("ck__stay_report__sent_with_words")
        ),
        sa.CheckConstraint(
            "state = 'waited_for' OR sent_at IS NOT NULL",
            name=op.f("ck__stay_report__sent_some_moment"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk__stay_report__answered_by_id__user")
        ),
        sa.ForeignKeyConstraint(
            ["stay_id"], ["stay.id"], name=op.f("fk__stay_report__stay_id__stay")
        ),
        sa.CheckConstraint("kind IN ('interim', 'final')", name=op.f("ck__stay_report__kind")),
        sa.CheckConstraint(
            "state IN ('waited_for', 'sent', 'returned', 'accepted')",
            name=op.f("ck__stay_report__state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__stay_report")),
    )
    op.create_index("ix__stay_report__due", "stay_report", ["state", "due_on"], unique=False)
    op.create_index(op.f("ix__stay_report_state"), "stay_report", ["state"], unique=False)
    op.create_index("uq__stay_report", "stay_report", ["stay_id", "kind"], unique=True)

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
        op.execute("DROP TRIGGER stay_keeps_whose_it_is ON stay")
        op.execute("DROP TRIGGER accepted_report_stays ON stay_report")
        op.execute("DROP FUNCTION refuse_another_stay()")
        op.execute("DROP FUNCTION refuse_to_rewrite_reports()")
    for table in ("stay_report", "stay_change", "preparation", "interruption", "stay"):
        op.drop_table(table)
