"""Courses that are taken elsewhere, as the catalogue lists them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete

from app.courses.models import Course, CourseElsewhere, CourseVersion
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.deadlines import NEVER, instant_of
from app.opportunities.models import OpportunityText
from app.opportunities.operations import show_in_catalogue, show_new_in_catalogue
from app.opportunities.states import OpportunityFlow, OpportunityState


def list_elsewhere(work: Work, found: Sequence[tuple[Course, CourseVersion]]) -> None:
    """Show in the catalogue what these versions say. Needs organisations and texts loaded."""
    new = [(c, v) for c, v in found if v.taken_at and c.listing_id is None]
    listings = [_listing(course, version, work) for course, version in new]
    work.session.add_all(listings)
    work.session.flush()
    texts = {
        listing.id: _texts(listing.id, version)
        for listing, (_course, version) in zip(listings, new, strict=True)
    }
    work.session.add_all(text for of_one in texts.values() for text in of_one)
    for listing, (course, _version) in zip(listings, new, strict=True):
        course.listing_id = listing.id
    show_new_in_catalogue(work, [(one, texts[one.id]) for one in listings])
    fresh = {listing.id for listing in listings}
    for course, version in found:
        if course.listing_id is not None and course.listing_id not in fresh:
            _say_again(work, course, version)


def _listing(course: Course, version: CourseVersion, work: Work) -> CourseElsewhere:
    listing = CourseElsewhere(
        ref=f"{course.organisation.ref}/{course.code}",
        organisation_id=course.organisation_id,
        original_locale=course.original_locale,
        state=OpportunityState.DRAFT,
        online=True,
        grace_minutes=0,
        published_at=work.now,
    )
    _write(listing, course, version)
    OpportunityFlow.publish(listing)
    return listing


def _write(listing: CourseElsewhere, course: Course, version: CourseVersion) -> None:
    original = next(text for text in version.texts if text.is_original)
    listing.title, listing.summary = original.title, original.summary
    listing.given_by, listing.difficulty = version.given_by, version.difficulty
    listing.tracks, listing.languages = list(version.tracks), list(version.languages)
    listing.competencies = list(version.competencies)
    listing.costs_nothing = version.fee_amount == 0
    listing.starts_on, listing.ends_on = version.starts_on, version.ends_on
    zone = course.organisation.zone
    listing.closes_wall = last_moment(version.starts_on)
    listing.closes_zone = zone if listing.closes_wall else None
    listing.closes_at = instant_of(listing.closes_wall, zone) if listing.closes_wall else None
    listing.closes_sort = listing.closes_at or NEVER


def last_moment(starts_on: date | None) -> str | None:
    """One can join, as far as we know, until the day on which it starts is over."""
    return f"{starts_on:%Y-%m-%d}T23:59" if starts_on else None


def _texts(listing_id: int, version: CourseVersion) -> list[OpportunityText]:
    return [
        OpportunityText(
            opportunity_id=listing_id,
            locale=text.locale,
            is_original=text.is_original,
            title=text.title,
            summary=text.summary,
            description=text.objectives,
            who_may_apply=text.prerequisites,
        )
        for text in version.texts
    ]


def _say_again(work: Work, course: Course, version: CourseVersion) -> None:
    """Another version: said where it is listed, or listed no more when it is taken here now."""
    listing = work.session.get_one(CourseElsewhere, course.listing_id)
    if not version.taken_at:
        close_listing(work, course)
        return
    _write(listing, course, version)
    work.session.execute(
        delete(OpportunityText).where(OpportunityText.opportunity_id == listing.id)
    )
    work.session.add_all(_texts(listing.id, version))
    if listing.state is OpportunityState.CLOSED:
        OpportunityFlow.reopen(listing)
    show_in_catalogue(work, listing)


def close_listing(work: Work, course: Course) -> None:
    """List a course no more."""
    if course.listing_id is None:
        return
    listing = work.session.get_one(CourseElsewhere, course.listing_id)
    if listing.state is OpportunityState.PUBLISHED:
        OpportunityFlow.close(listing)
        listing.closed_at = work.now
        stamp_catalogue(work)


def reopen_listing(work: Work, course: Course) -> None:
    """List a course again."""
    if course.listing_id is None:
        return
    listing = work.session.get_one(CourseElsewhere, course.listing_id)
    if listing.state is OpportunityState.CLOSED:
        OpportunityFlow.reopen(listing)
        listing.closed_at = None
        stamp_catalogue(work)
