"""A call for group visits, the groups that hosts apply for, and the people in them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models import Application
from app.foundation.database import (
    CountryCode,
    Entity,
    Locale,
    Moment,
    Name,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
    words,
)
from app.foundation.languages import lazy
from app.opportunities.models import Opportunity
from app.opportunities.states import Kind
from app.organisations.models import Organisation
from app.visits.states import GroupFlow, GroupState, Part, PersonFlow, PersonState

WAS_AWARDED = "state IN ('awarded', 'declined', 'lapsed', 'accepted', 'ended', 'called off')"
COMES = "state IN ('named', 'confirmed')"


class VisitCall(Opportunity):
    """What a programme pays for: so many groups, of so many people for so many days.

    The visits lie between `starts_on` and `ends_on` (the columns of every opportunity). A person
    may be replaced until `change_days` before the first day of the group.
    """

    __tablename__ = "visit_call"
    __mapper_args__ = {"polymorphic_identity": Kind.VISIT, "polymorphic_load": "selectin"}
    __table_args__ = (
        CheckConstraint("most_people BETWEEN 1 AND 60", name="some_people"),
        CheckConstraint(
            "most_supervisors BETWEEN 0 AND most_people", name="supervisors_among_them"
        ),
        CheckConstraint("fewest_days >= 1 AND fewest_days <= most_days", name="some_days"),
        CheckConstraint("most_days <= 92", name="a_short_visit"),
        CheckConstraint("groups BETWEEN 1 AND 500", name="some_groups"),
        CheckConstraint("days_to_answer BETWEEN 1 AND 60", name="days_to_answer"),
        CheckConstraint("change_days BETWEEN 0 AND 120", name="change_days"),
    )

    id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), primary_key=True)
    most_people: Mapped[int]
    most_supervisors: Mapped[int]
    fewest_days: Mapped[int]
    most_days: Mapped[int]
    groups: Mapped[int]
    days_to_answer: Mapped[int] = mapped_column(default=14)
    change_days: Mapped[int] = mapped_column(default=21)
    contact: Mapped[str] = mapped_column(String(320), default="")
    # Who may come, as `eligibility` says it: {part: rules}.
    guest_rules: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")

    @property
    def takes_applications(self) -> bool:
        """Always: a host applies for each group."""
        return True


class VisitGroup(Entity):
    """The group that one application is for. Its application, call and host never change."""

    __tablename__ = "visit_group"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),
        CheckConstraint(
            f"NOT ({WAS_AWARDED}) OR (proposed_by_id IS NOT NULL AND awarded_by_id IS NOT NULL"
            " AND awarded_by_id <> proposed_by_id AND answer_by IS NOT NULL)",
            name="awarded_by_another",
        ),
        CheckConstraint(
            "state <> 'proposed' OR proposed_by_id IS NOT NULL", name="proposed_by_somebody"
        ),
        CheckConstraint(
            "state NOT IN ('accepted', 'ended') OR accepted_at IS NOT NULL", name="was_accepted"
        ),
        CheckConstraint("state <> 'called off' OR ended_because <> ''", name="with_a_reason"),
        CheckConstraint("state <> 'ended' OR report_by IS NOT NULL", name="a_report_is_due"),
        Index("ix__visit_group__of_call", "call_id", "state", "id"),
        Index("ix__visit_group__host", "host_id", "state"),
    )

    call_id: Mapped[int] = mapped_column(ForeignKey(VisitCall.id))
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), unique=True)
    host_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    state: Mapped[GroupState] = state_column(GroupState, start=GroupState.PLANNED)
    laboratory: Mapped[str] = mapped_column(String(300), default="")
    senders: Mapped[list[str]] = mapped_column(JSON, default=list)
    first_on: Mapped[date]
    last_on: Mapped[date]
    proposed_by_id: Mapped[int | None]
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    awarded_by_id: Mapped[int | None]
    awarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime())
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_because: Mapped[str] = mapped_column(Text, default="")
    report_by: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    call: Mapped[VisitCall] = relationship(lazy="raise_on_sql")
    application: Mapped[Application] = relationship(lazy="raise_on_sql")
    host: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    plan: Mapped[list["VisitDay"]] = relationship(lazy="raise_on_sql", order_by="VisitDay.day")
    people: Mapped[list["VisitPerson"]] = relationship(
        lazy="raise_on_sql", order_by="VisitPerson.id", back_populates="group"
    )
    report: Mapped["VisitReport | None"] = relationship(lazy="raise_on_sql", back_populates="group")


class VisitDay(Entity):
    """What the group does on one day of its visit."""

    __tablename__ = "visit_day"
    __table_args__ = (
        CheckConstraint("what <> ''", name="something"),
        Index("uq__visit_day", "group_id", "day", unique=True),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(VisitGroup.id))
    day: Mapped[date]
    what: Mapped[str] = mapped_column(Text)


class VisitPerson(Entity):
    """Somebody of a group.

    The host gives name, address, part and institution; all else is the person's own to say, through
    an account or the link whose hash is kept. Rows are never deleted, and who somebody is never
    changes in one: whoever comes instead has a row that names the first.
    """

    __tablename__ = "visit_person"
    __table_args__ = (
        CheckConstraint(
            "state <> 'confirmed' OR (confirmed_at IS NOT NULL AND passport_name <> ''"
            " AND nationality IS NOT NULL AND born_on IS NOT NULL)",
            name="confirmed_in_person",
        ),
        CheckConstraint(f"{COMES} OR ended_at IS NOT NULL", name="ended_at_some_moment"),
        CheckConstraint("NOT came OR state = 'confirmed'", name="who_came_had_confirmed"),
        CheckConstraint(
            "state <> 'confirmed' OR unfit = '' OR excepted <> ''", name="fits_or_is_let_through"
        ),
        CheckConstraint(
            "(excepted = '') = (excepted_by_id IS NULL)"
            " AND (excepted = '') = (excepted_because = '')",
            name="let_through_by_somebody",
        ),
        Index(
            "uq__visit_person__once",
            "group_id",
            "email",
            unique=True,
            sqlite_where=text(COMES),
            postgresql_where=text(COMES),
        ),
        Index("ix__visit_person__email", "email"),
        Index("ix__visit_person__user", "user_id"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(VisitGroup.id), index=True)
    state: Mapped[PersonState] = state_column(PersonState, start=PersonState.NAMED)
    part: Mapped[Part] = mapped_column(words(Part, name="part"))
    name: Mapped[Name]
    email: Mapped[str] = mapped_column(String(320))
    institution: Mapped[str] = mapped_column(String(300))
    locale: Mapped[Locale] = mapped_column(default="en", server_default="en")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("visit_person.id"), unique=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    named_at: Mapped[Moment]
    user_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    passport_name: Mapped[str] = mapped_column(String(300), default="")
    native_name: Mapped[str] = mapped_column(String(300), default="")
    nationality: Mapped[CountryCode | None]
    born_on: Mapped[date | None]
    position: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_because: Mapped[str] = mapped_column(Text, default="")
    came: Mapped[bool] = mapped_column(default=False)
    # Rules of the call that stand against what this person said, and those that a manager
    # lets pass; words with a comma between them.
    unfit: Mapped[str] = mapped_column(String(60), default="", server_default="")
    excepted: Mapped[str] = mapped_column(String(60), default="", server_default="")
    excepted_because: Mapped[str] = mapped_column(Text, default="", server_default="")
    excepted_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    excepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[VisitGroup] = relationship(lazy="raise_on_sql", back_populates="people")
    excepted_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def waits_for_exception(self) -> bool:
        """Has said who they are, and may not come by the rules of the call."""
        return self.state is PersonState.NAMED and self.unfit != ""


class VisitReport(Entity):
    """What the host says after a visit. `by_country` counts who came: {code: number}."""

    __tablename__ = "visit_report"

    group_id: Mapped[int] = mapped_column(ForeignKey(VisitGroup.id), unique=True)
    done: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    by_country: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    supervisors: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[VisitGroup] = relationship(lazy="raise_on_sql", back_populates="report")


guard(VisitGroup.state, GroupFlow)
guard(VisitPerson.state, PersonFlow)

# The words that the triggers of this office's migration refuse with.
say_when_refused("group_is_full", lazy("The group has as many people as the call allows."))
say_when_refused(
    "group_has_its_supervisors", lazy("The group has as many supervisors as the call allows.")
)
say_when_refused("groups_are_awarded", lazy("The call pays for no further group."))
say_when_refused("groups_are_larger", lazy("Groups with more people were planned already."))
say_when_refused("person_of_group_stays", lazy("Who was named stays in the history of the group."))
say_when_refused("group_stays_with_its_application", lazy("A group stays with its application."))
