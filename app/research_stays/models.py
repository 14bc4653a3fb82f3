"""A call for research stays, what is paid of them, and what somebody asks for in answer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.applications.models import Application
from app.foundation.actors import Role
from app.foundation.database import CountryCode, Entity, say_when_refused, words
from app.foundation.languages import lazy
from app.opportunities.models import Opportunity
from app.opportunities.money import Period
from app.opportunities.states import ANY, Facet, Kind
from app.organisations.models import Organisation
from app.projects.models import Project
from app.research_stays.states import Paid, Payer, Purpose

CALL = "research_stay_call"


class ResearchStayCall(Opportunity):
    """Whom a host would receive: for which purposes, for how many days, and how many stays.

    The stays lie between `starts_on` and `ends_on` (the columns of every opportunity), by the days
    where the host is. No `fields` means all of them. `office` is as what those sign in who began
    it for the host: of a centre or of an international office.
    """

    __tablename__ = CALL
    __mapper_args__ = {"polymorphic_identity": Kind.RESEARCH_STAY, "polymorphic_load": "selectin"}
    __table_args__ = (
        CheckConstraint("office IN ('centre', 'coordinator')", name="of_an_office_that_invites"),
        CheckConstraint("stays BETWEEN 1 AND 200", name="some_stays"),
        CheckConstraint("fewest_days >= 1 AND fewest_days <= most_days", name="some_days"),
        CheckConstraint("most_days <= 180", name="a_short_stay"),
    )

    id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), primary_key=True)
    office: Mapped[Role] = mapped_column(words(Role, name="office"))
    laboratory: Mapped[str] = mapped_column(String(300), default="")
    received_by: Mapped[str] = mapped_column(String(300), default="")
    contact: Mapped[str] = mapped_column(String(320), default="")
    purposes: Mapped[list[str]] = mapped_column(JSON, default=list)
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    fewest_days: Mapped[int]
    most_days: Mapped[int]
    stays: Mapped[int]
    hear_by: Mapped[date | None]
    # The programme that pays where one does, as letters name it.
    funder: Mapped[str] = mapped_column(String(300), default="")

    paid: Mapped[list["ResearchStayPaid"]] = relationship(
        lazy="raise_on_sql",
        order_by="ResearchStayPaid.id",
        back_populates="call",
        cascade="all, delete-orphan",
    )

    @property
    def decided_by(self) -> Role:
        return self.office

    @property
    def takes_applications(self) -> bool:
        """Always: who would come asks."""
        return True

    @property
    def fields_of_study(self) -> Sequence[str]:
        return self.fields

    @property
    def own_facets(self) -> Mapping[Facet, Iterable[str]]:
        """No field means all of them."""
        return {
            Facet.FIELD: self.fields or [ANY],
            Facet.START: [self.starts_on.isoformat()[:7]] if self.starts_on else [],
        }


class PaidLine:
    """Something that is paid, and by whom; the amount may be left open ("as it costs")."""

    kind: Mapped[Paid] = mapped_column(words(Paid, name="kind"))
    payer: Mapped[Payer] = mapped_column(words(Payer, name="payer"))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    per: Mapped[Period] = mapped_column(words(Period, name="per"), default=Period.ONCE)


def some_amount() -> tuple[CheckConstraint, ...]:
    """What tables of such lines hold to."""
    return (
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount_with_currency"),
        CheckConstraint("amount > 0", name="some_amount"),
    )


class ResearchStayPaid(PaidLine, Entity):
    """What a call says that is paid."""

    __tablename__ = "research_stay_paid"
    __table_args__ = (
        *some_amount(),
        Index("uq__research_stay_paid", "call_id", "kind", unique=True),
    )

    call_id: Mapped[int] = mapped_column(ForeignKey(ResearchStayCall.id))

    call: Mapped[ResearchStayCall] = relationship(lazy="raise_on_sql", back_populates="paid")


class StayRequest(Entity):
    """What one application asks for: when, for what, and from which home.

    Application, call and host never change, and nothing does once it was sent. The home is of the
    house (`home_id`) or is named with its country, as in invitations.
    """

    __tablename__ = "stay_request"
    __table_args__ = (
        CheckConstraint("(home_id IS NULL) = (home_name <> '')", name="has_one_home"),
        CheckConstraint("home_id IS NULL OR home_id <> host_id", name="asks_elsewhere"),
        CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),
        CheckConstraint("purpose <> '' AND function <> ''", name="says_who_and_why"),
        Index("ix__stay_request__of_call", "call_id", "starts_on", "id"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey(ResearchStayCall.id))
    host_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    home_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    home_name: Mapped[str] = mapped_column(String(300), default="")
    home_country: Mapped[CountryCode]
    function: Mapped[str] = mapped_column(String(200))
    purpose_kind: Mapped[Purpose] = mapped_column(words(Purpose, name="purpose_kind"))
    purpose: Mapped[str] = mapped_column(Text)
    brings: Mapped[str] = mapped_column(Text, default="")
    project_id: Mapped[int | None] = mapped_column(ForeignKey(Project.id))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="raise_on_sql")
    call: Mapped[ResearchStayCall] = relationship(lazy="raise_on_sql")
    host: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[host_id])
    home: Mapped[Organisation | None] = relationship(lazy="raise_on_sql", foreign_keys=[home_id])
    project: Mapped[Project | None] = relationship(lazy="raise_on_sql")

    @property
    def days(self) -> int:
        """How many days are wanted, the first and the last included."""
        return (self.ends_on - self.starts_on).days + 1


# The words that the triggers of this office's migration refuse with.
say_when_refused(
    "places_only_grow", lazy("People asked for the places that were published: they only grow.")
)
say_when_refused(
    "stay_request_stays", lazy("What was asked for stays with its application and its call.")
)
say_when_refused(
    "stay_request_was_sent", lazy("This request was sent, so it cannot be changed any more.")
)
say_when_refused(
    "stay_request_of_other_days", lazy("The days are not among those that the call names.")
)
