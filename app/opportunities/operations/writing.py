"""What an office writes of an opportunity of its own: its beginning, its texts, its last day."""

from collections.abc import Mapping
from datetime import date

from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.opportunities import queries
from app.opportunities.deadlines import NEVER, end_of_day
from app.opportunities.models import Opportunity, OpportunityText, Place
from app.opportunities.operations.showing import show_in_catalogue
from app.opportunities.states import PlaceState


def begin_opportunity(
    work: Work, opportunity: Opportunity, said: Mapping[str, str], *, locale: str, seats: int = 0
) -> None:
    """Keep a new one with its original text; the body that gives it is its only host.

    `said` are the columns of `OpportunityText` that readers read.
    """
    opportunity.title, opportunity.summary = said["title"], said["summary"]
    opportunity.original_locale = known_language(locale)
    opportunity.grace_minutes = 0
    opportunity.texts = [OpportunityText(locale=locale, is_original=True, **said)]
    work.session.add(opportunity)
    work.session.flush()
    place = Place(
        opportunity_id=opportunity.id,
        host_id=opportunity.organisation_id,
        seats=seats,
        state=PlaceState.CONFIRMED,
        answered_by_id=work.actor.user_id,
        answered_at=work.now,
    )
    work.session.add(place)


def write_text(
    work: Work,
    opportunity: Opportunity,
    said: Mapping[str, str],
    *,
    locale: str,
    version: int | None,
) -> None:
    """Write what readers of one language read; the original also names it in lists.

    `version` is that of the text, 0 before there is one.
    """
    is_original = known_language(locale) == opportunity.original_locale
    kept = work.session.scalar(
        queries.text_in(opportunity.id, locale)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if kept is None:
        if version:
            raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
        kept = OpportunityText(
            opportunity_id=opportunity.id, locale=locale, is_original=is_original
        )
        work.session.add(kept)
    else:
        work.edit(kept, version)
    for name, value in said.items():
        setattr(kept, name, value)
    if is_original:
        opportunity.title, opportunity.summary = said["title"], said["summary"]
    show_in_catalogue(work, opportunity)


def known_language(locale: str) -> str:
    if locale not in LANGUAGES:
        raise RuleBroken(_("Choose one of the answers in the list."))
    return locale


def set_last_day(opportunity: Opportunity, day: date | None) -> None:
    """It closes at the end of this day where it is given. Its organisation must be loaded."""
    zone = opportunity.organisation.zone
    opportunity.closes_at = end_of_day(day, zone) if day else None
    opportunity.closes_sort = opportunity.closes_at or NEVER
    opportunity.closes_zone = zone if day else None
    opportunity.closes_wall = f"{day.isoformat()}T23:59" if day else None
