"""The application for an opportunity, with its answers, documents and preferences."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.states import (
    ApplicationFlow,
    ApplicationState,
    SlotFlow,
    SlotState,
)
from app.files.models import StoredFile
from app.foundation.database import (
    Base,
    CountryCode,
    Entity,
    Moment,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
)
from app.foundation.languages import lazy
from app.opportunities.models import FormVersion, Opportunity, Place
from app.opportunities.states import Kind
from app.organisations.models import Organisation

NOT_YET_SUBMITTED = "state IN ('draft', 'withdrawn')"
REVIEWS_AWAITED = "state = 'in review' AND reviews_done < reviews_wanted"
SUBMITTED = "submitted_at IS NOT NULL"
LISTED_BY = {
    "by_name": ("sort_key",),
    "by_score": ("score_sort",),
    "by_moment": ("submitted_at",),
    "by_age": ("state_since",),
    "by_state": ("state", "sort_key"),
    "by_state_score": ("state", "score_sort"),
    "by_state_age": ("state", "state_since"),
    "by_state_country": ("state", "country_code", "sort_key"),
    "by_country": ("country_code", "sort_key"),
    "by_track": ("track", "sort_key"),
}
# What `lacks` holds while something beside the form is not whole, and what is said of it.
A_GROUP = "group"
A_REQUEST = "request"
GROUP_WANTED = lazy("Name the group first: its days, a plan for each of them, and its people.")
REQUEST_WANTED = lazy("Say first when you would come, for what, and from where.")
WANTED = {A_GROUP: GROUP_WANTED, A_REQUEST: REQUEST_WANTED}
BESIDE_THE_FORM = {Kind.VISIT: A_GROUP, Kind.RESEARCH_STAY: A_REQUEST}
# Sorts after every score of every rubric.
UNSCORED = -1.0


class Application(Entity):
    """One person's application. Country and home institution are frozen at submission.

    `reviews_wanted` to `offer_state` are kept columns: written by reviews and placements in the
    transaction of their cause, so that the tracking list filters and sorts without a join.
    """

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(
            f"{NOT_YET_SUBMITTED} OR submitted_at IS NOT NULL", name="submitted_at_some_moment"
        ),
        CheckConstraint(
            f"{NOT_YET_SUBMITTED} OR country_code IS NOT NULL", name="submitted_with_a_country"
        ),
        Index(
            "uq__application__one_live_a_person",
            "opportunity_id",
            "applicant_id",
            unique=True,
            sqlite_where=text("state <> 'withdrawn'"),
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        *(
            # What the office's list is sorted and filtered by. Drafts are not in it.
            Index(
                f"ix__application__{name}",
                "opportunity_id",
                *columns,
                "id",
                sqlite_where=text(SUBMITTED),
                postgresql_where=text(SUBMITTED),
            )
            for name, columns in LISTED_BY.items()
        ),
        # Only those that wait for a review: short, however long the list is.
        Index(
            "ix__application__reviews_awaited",
            "opportunity_id",
            "reviews_due_at",
            "id",
            sqlite_where=text(REVIEWS_AWAITED),
            postgresql_where=text(REVIEWS_AWAITED),
        ),
        Index("ix__application__mine", "applicant_id", "state", "id"),
    )

    ref: Mapped[str] = mapped_column(String(30), unique=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    applicant_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    form_version_id: Mapped[int] = mapped_column(ForeignKey(FormVersion.id))
    route: Mapped[str] = mapped_column(String(20), default="direct")
    state: Mapped[ApplicationState] = state_column(ApplicationState, start=ApplicationState.DRAFT)
    state_since: Mapped[Moment]
    started_at: Mapped[Moment]
    saved_at: Mapped[Moment]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    withdrawn_from: Mapped[str | None] = mapped_column(String(30))
    # Since when it stood in what it was withdrawn from: an undone withdrawal begins nothing anew.
    stood_since: Mapped[datetime | None] = mapped_column(UtcDateTime())
    withdrawn_because: Mapped[str] = mapped_column(Text, default="")
    screening_reason: Mapped[str] = mapped_column(String(30), default="")
    screening_note: Mapped[str] = mapped_column(Text, default="")
    track: Mapped[str | None] = mapped_column(String(30))
    headline: Mapped[str] = mapped_column(String(300), default="")
    applicant_name: Mapped[str] = mapped_column(String(300), default="")
    sort_key: Mapped[str] = mapped_column(String(900), default="")
    country_code: Mapped[str | None] = mapped_column(String(2))
    home_institution_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    home_institution_name: Mapped[str] = mapped_column(String(300), default="")
    reviews_wanted: Mapped[int] = mapped_column(default=0)
    reviews_assigned: Mapped[int] = mapped_column(default=0)
    reviews_done: Mapped[int] = mapped_column(default=0)
    reviews_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    score_mean: Mapped[float | None] = mapped_column(Float)
    score_spread: Mapped[float | None] = mapped_column(Float)
    score_sort: Mapped[float] = mapped_column(Float, default=UNSCORED)
    offer_state: Mapped[str | None] = mapped_column(String(30))
    # What has to be said elsewhere than in the form before it is submitted: a group or a request.
    lacks: Mapped[str] = mapped_column(String(30), default="")
    # Where an accepted offer leads to.
    award_country: Mapped[str | None] = mapped_column(String(2))
    version: Mapped[int] = mapped_column(default=1)

    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql")
    applicant: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[applicant_id])
    form_version: Mapped[FormVersion] = relationship(lazy="raise_on_sql")
    sections: Mapped[list["SectionAnswers"]] = relationship(lazy="raise_on_sql")
    preferences: Mapped[list["Preference"]] = relationship(
        lazy="raise_on_sql", order_by="Preference.rank"
    )
    slots: Mapped[list["DocumentSlot"]] = relationship(
        lazy="raise_on_sql", order_by="DocumentSlot.id", back_populates="application"
    )
    submissions: Mapped[list["Submission"]] = relationship(
        lazy="raise_on_sql", order_by="Submission.number"
    )


class SectionAnswers(Entity):
    """The answers of one section of the form, saved on its own: {question: answer}.

    `carried` names what was put in from earlier ([{"question", "from", "whole"}], from an
    application or, with None, from what the person says for every one), and `looked_at` when the
    applicant confirmed it.
    """

    __tablename__ = "section_answers"
    __table_args__ = (Index("uq__section_answers", "application_id", "section", unique=True),)

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id, ondelete="CASCADE"))
    section: Mapped[str] = mapped_column(String(60))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    saved_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)
    carried: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    @property
    def to_look_at(self) -> bool:
        """Something was carried into it that the applicant has not confirmed."""
        return bool(self.carried) and self.looked_at is None


class Submission(Entity):
    """What was sent, frozen: every answer with its digest. Rows are only ever added."""

    __tablename__ = "submission"
    __table_args__ = (Index("uq__submission", "application_id", "number", unique=True),)

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    submitted_at: Mapped[Moment]


class Preference(Entity):
    """One place that the applicant would go to, and its rank (1 is the most wanted)."""

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint("rank >= 1", name="rank_from_one"),
        Index("uq__preference__rank", "application_id", "rank", unique=True),
        Index("uq__preference__place", "application_id", "place_id", unique=True),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id, ondelete="CASCADE"))
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)
    rank: Mapped[int]

    place: Mapped[Place] = relationship(lazy="raise_on_sql")


class DocumentSlot(Entity):
    """A document that the form asks for (`kind` is the question's key), and its state.

    `infected_file` is the name of the file in which a virus was found, until another comes.
    `asked_because` is why the applicant cannot get it; `instead` what the office allows to come
    instead, and `decided_because` its reason, for the applicant and the office.
    """

    __tablename__ = "document_slot"
    __table_args__ = (Index("uq__document_slot", "application_id", "kind", unique=True),)

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60))
    state: Mapped[SlotState] = state_column(SlotState, start=SlotState.TO_DO)
    infected_file: Mapped[str] = mapped_column(String(255), default="")
    asked_because: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_because: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    instead: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="raise_on_sql", back_populates="slots")
    documents: Mapped[list["Document"]] = relationship(lazy="raise_on_sql", order_by="Document.id")


class Document(Entity):
    """One uploaded file in a slot; replaced ones stay, with the moment they were taken out."""

    __tablename__ = "document"

    slot_id: Mapped[int] = mapped_column(
        ForeignKey(DocumentSlot.id, ondelete="CASCADE"), index=True
    )
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey(StoredFile.id), unique=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    uploaded_at: Mapped[Moment]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")


class ApplicationCount(Base):
    """How many applications an opportunity has in each state, kept in the same transaction."""

    __tablename__ = "application_count"
    __table_args__ = (CheckConstraint("number >= 0", name="not_negative"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), primary_key=True)
    country_code: Mapped[CountryCode] = mapped_column(primary_key=True, default="")
    state: Mapped[str] = mapped_column(String(30), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


guard(Application.state, ApplicationFlow)

say_when_refused("application_lacks_its_group", GROUP_WANTED)
say_when_refused("application_lacks_its_request", REQUEST_WANTED)
guard(DocumentSlot.state, SlotFlow)
