"""`demo ids`: the numbers that checks from outside need to find the demo's things."""

import json
from typing import Any

import click
from sqlalchemy import Executable, Select, select

from app.accounts.models import RoleGrant, User
from app.applications.models import Application
from app.certificates.models import Certificate
from app.courses.models import Course, CourseRun, Enrolment
from app.courses.states import LIVE, CourseState, EnrolmentMode
from app.exchanges.models import Posting
from app.exchanges.states import PostingStage
from app.fellowships.models import Call
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.opportunities.models import OpportunityText, Place
from app.opportunities.states import OpportunityState, PlaceState
from app.placements.models import Offer, PlacementRound
from app.placements.states import OfferState
from app.reviews.models import Review
from app.reviews.states import ReviewState

DOMAIN = "@demo.example.org"
CALLS = {
    "call": "Japan–ASEAN AI research fellowship 2027",
    "call_b": "AI policy master fellowship for public officials",
    "call_closed": "Joint master in trustworthy AI with mobility in two countries",
}


@click.group()
def demo() -> None:
    """About the demo."""


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def ids(as_json: bool) -> None:
    """Print the ids of the demo's call, applications, offer, round, centres and so on."""
    found = demo_ids()
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, value in found.items():
        click.echo(f"{name:14} {value}")


def demo_ids() -> dict[str, Any]:
    """What checks from outside ask for. Kinds that the house has not yet are None."""
    calls = {name: _one(_call_titled(title)) for name, title in CALLS.items()}
    offer = (
        select(Offer.id)
        .join(Application, Application.id == Offer.application_id)
        .join(User, User.id == Application.applicant_id)
        .where(Offer.state == OfferState.RELEASED, User.email == f"applicant-offer{DOMAIN}")
    )
    waiting = select(Place.id).where(Place.state == PlaceState.ASKED).order_by(Place.id)
    return {
        **calls,
        "call_ref": _one(select(Call.ref).where(Call.id == calls["call"])),
        "posting": _one(_posting_open(Posting.id)),
        "posting_ref": _one(_posting_open(Posting.ref)),
        "course": _one(
            select(Course.id).where(Course.state == CourseState.PUBLISHED).order_by(Course.id)
        ),
        "run": _one(_run_open(CourseRun.id)),
        "run_ref": _one(_run_open(CourseRun.ref)),
        "enrolment": _by_address(
            select(User.email, Enrolment.id)
            .join(Enrolment, Enrolment.person_id == User.id)
            .where(Enrolment.state.in_(LIVE))
            .order_by(Enrolment.id.desc())
        ),
        "application": _by_address(
            select(User.email, Application.id).join(
                Application, Application.applicant_id == User.id
            )
        ),
        "offer": _one(offer),
        "round": _one(select(Offer.round_id).where(Offer.id.in_(offer))),
        "round_waiting": _one(
            select(PlacementRound.id)
            .where(PlacementRound.state == "sent for approval")
            .order_by(PlacementRound.id)
        ),
        "place_waiting": _one(waiting),
        "review": _by_address(
            select(User.email, Review.id)
            .join(Review, Review.reviewer_id == User.id)
            .where(Review.state == ReviewState.ASSIGNED)
            .order_by(Review.id.desc())
        ),
        "centre": _by_address(
            select(User.email, RoleGrant.scope_id)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(RoleGrant.role == Role.CENTRE, RoleGrant.scope == Scope.ORGANISATION)
        ),
        "person": _by_address(select(User.email, User.id)),
        "certificate": _by_address(_held(Certificate.id)),
        "certificate_page": _by_address(_held(Certificate.token)),
    }


def _run_open(what: Any) -> Select[Any]:
    """Of dates in which everybody may enrol with one click."""
    return (
        select(what)
        .where(
            CourseRun.state == OpportunityState.PUBLISHED,
            CourseRun.enrolment_mode == EnrolmentMode.OPEN,
        )
        .order_by(CourseRun.id)
    )


def _posting_open(what: Any) -> Select[Any]:
    """Of places that partners may nominate for now."""
    return select(what).where(Posting.stage == PostingStage.OPEN).order_by(Posting.id)


def _held(what: Any) -> Executable:
    """Of the certificates that people hold."""
    query = select(User.email, what).join(Certificate, Certificate.holder_id == User.id)
    return query.where(Certificate.revoked_at.is_(None))


def _call_titled(title: str) -> Select[Any]:
    return (
        select(Call.id)
        .join(OpportunityText, OpportunityText.opportunity_id == Call.id)
        .where(OpportunityText.title == title)
        .order_by(Call.id)
    )


def _one(query: Select[Any]) -> Any:
    return db.session.scalars(query).first()


def _by_address(query: Executable) -> dict[str, Any]:
    """By the first part of the address, for the people that the sign-in page names."""
    from app.accounts.demo import PEOPLE

    named = {address for address, _who in PEOPLE}
    rows = db.session.execute(query)
    return {
        email.removesuffix(DOMAIN): number
        for email, number in rows
        if email.removesuffix(DOMAIN) in named
    }
