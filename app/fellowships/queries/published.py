"""What a call's public page reads: plain rows, so that what was drawn of them can be kept."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Row, Select, Text, bindparam, cast, or_, select
from sqlalchemy.orm import Session, selectinload

from app.applications.models import LetterTerms
from app.fellowships.models import Call
from app.foundation.actors import Actor, Grant
from app.opportunities.models import (
    Extension,
    FormVersion,
    Opportunity,
    OpportunityCountry,
    OpportunityText,
    Place,
    Programme,
    RubricVersion,
)
from app.opportunities.queries import opportunities_visible_to
from app.opportunities.states import OpportunityState, PlaceState
from app.organisations.models import Organisation

_o, _c, _g = Opportunity.__table__.c, Call.__table__.c, Organisation.__table__.c
_t, _p, _e = OpportunityText.__table__.c, Place.__table__.c, Extension.__table__.c
_ID: BindParameter[int] = bindparam("id")


class CallPage(NamedTuple):
    """All that the page shows; JSON stays text, so that two equal pages are equal values."""

    call: Row[Any]
    texts: tuple[Row[Any], ...]
    countries: tuple[str, ...]
    places: tuple[Row[Any], ...]
    extensions: tuple[Row[Any], ...]


def call_page(session: Session, actor: Actor, ref: str, locale: str) -> CallPage | None:
    """A call that this person may see, with its text in `locale` and the original."""
    connection = session.connection()
    call = connection.execute(_call_visible_with(actor.grants), {"ref": ref}).one_or_none()
    if call is None:
        return None
    about = {"id": call.id, "locale": locale}
    return CallPage(
        call,
        texts=tuple(connection.execute(_TEXTS, about)),
        countries=tuple(connection.scalars(_COUNTRIES, about)),
        places=tuple(connection.execute(_PLACES, about)),
        extensions=tuple(connection.execute(_EXTENSIONS, about)),
    )


def _newest(version: type[FormVersion | RubricVersion]) -> ColumnElement[str]:
    """The newest form or rubric of a call, as it is stored."""
    return (
        select(cast(version.definition, Text))
        .where(version.opportunity_id == _o.id)
        .order_by(version.number.desc())
        .limit(1)
        .scalar_subquery()
    )


@lru_cache(maxsize=200)
def _call_visible_with(grants: frozenset[Grant]) -> Select[Any]:
    """Made once for all who have the same grants: nothing else decides which calls one sees."""
    holder = Actor(None, grants)
    visible = opportunities_visible_to(holder).with_only_columns(Opportunity.id)
    return (
        select(
            _o.id,
            _o.ref,
            _o.kind,
            _o.state,
            _o.title,
            _o.summary,
            _o.original_locale,
            cast(_o.tracks, Text).label("tracks"),
            cast(_o.languages, Text).label("languages"),
            cast(_o.eligibility, Text).label("eligibility"),
            _o.costs_nothing,
            _o.duration_months,
            _o.starts_on,
            _o.ends_on,
            _o.opens_at,
            _o.closes_at,
            _o.closes_zone,
            _o.grace_minutes,
            _o.published_at,
            _o.cancelled_because,
            _o.seats,
            _c.stipend_amount,
            _c.stipend_currency,
            _c.stipend_period,
            _c.max_preferences,
            _c.reviews_wanted,
            _c.results_at,
            _c.days_to_answer,
            _c.contact,
            _g.name.label("organiser"),
            Programme.name.label("programme"),
            LetterTerms.least.label("letters_least"),
            LetterTerms.letters_by,
            _newest(FormVersion).label("form"),
            _newest(RubricVersion).label("rubric"),
        )
        .select_from(Opportunity.__table__)
        .join(Call.__table__, _c.id == _o.id)
        .join(Organisation.__table__, _g.id == _o.organisation_id)
        .outerjoin(Programme.__table__, Programme.id == _o.programme_id)
        .outerjoin(LetterTerms.__table__, LetterTerms.opportunity_id == _o.id)
        .where(_o.ref == bindparam("ref"), _o.id.in_(visible))
    )


def open_calls(actor: Actor, at: datetime) -> Select[Call]:
    """Calls that take applications now, the next to close first, with what their rules need."""
    visible = opportunities_visible_to(actor).with_only_columns(Opportunity.id)
    return (
        select(Call)
        .where(
            Call.id.in_(visible),
            Call.state == OpportunityState.PUBLISHED,
            Call.opens_at <= at,
            Call.closes_at > at,
        )
        .options(
            selectinload(Call.texts),
            selectinload(Call.countries),
            selectinload(Call.places).joinedload(Place.host, innerjoin=True),
        )
        .order_by(Call.closes_at, Call.id)
        .limit(40)
    )


_TEXTS = select(
    _t.locale, _t.is_original, _t.title, _t.summary, _t.description, _t.who_may_apply, _t.benefits
).where(_t.opportunity_id == _ID, or_(_t.is_original, _t.locale == bindparam("locale")))
_COUNTRIES = select(OpportunityCountry.country_code).where(OpportunityCountry.opportunity_id == _ID)
_PLACES = (
    select(
        _p.label,
        _p.seats,
        _p.starts_on,
        _p.ends_on,
        _g.ref.label("host_ref"),
        _g.name.label("host"),
        _g.city,
        _g.country_code,
    )
    .join_from(Place.__table__, Organisation.__table__, _g.id == _p.host_id)
    .where(_p.opportunity_id == _ID, _p.state == PlaceState.CONFIRMED)
    .order_by(_p.id)
)
_EXTENSIONS = (
    select(_e.closed_at_before, _e.closes_at, _e.reason, _e.extended_at)
    .where(_e.opportunity_id == _ID)
    .order_by(_e.id)
)
