"""What a call's public page reads: plain rows, so that what was drawn of them can be kept."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Executable,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    lambda_stmt,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import selectinload

from app.applications.models import LetterTerms, Route
from app.applications.queries.routes import NAMED_WAYS
from app.fellowships.models import Call, Correction, CorrectionText, Enquiry, EnquiryText
from app.fellowships.states import EnquiryState
from app.foundation.actors import Actor, Grant
from app.foundation.database import UtcDateTime
from app.opportunities.models import (
    Extension,
    FormVersion,
    LaterDeadline,
    Opportunity,
    OpportunityCountry,
    OpportunityText,
    Place,
    Programme,
    RubricVersion,
)
from app.opportunities.queries import is_visible_to
from app.opportunities.states import OpportunityState, PlaceState
from app.organisations.models import Organisation
from app.projects.models import Project, ProjectOpportunity, ProjectText
from app.projects.states import ProjectState

_o, _c, _g = Opportunity.__table__.c, Call.__table__.c, Organisation.__table__.c
_t, _p, _e = OpportunityText.__table__.c, Place.__table__.c, Extension.__table__.c
_ID: BindParameter[int] = bindparam("id")


class CallPage(NamedTuple):
    """All that the page shows; JSON stays text, so that two equal pages are equal values."""

    call: Row[Any]
    texts: tuple[Row[Any], ...]
    places: tuple[Row[Any], ...]
    said: tuple[Row[Any], ...]
    routes: tuple[Row[Any], ...] = ()

    @property
    def countries(self) -> list[str]:
        """Whose nationals may apply."""
        return [row.word for row in self.said if row.sort == "country"]

    @property
    def extensions(self) -> list[Row[Any]]:
        return [row for row in self.said if row.sort == "extension"]

    @property
    def later(self) -> list[Row[Any]]:
        """Later deadlines for nationals of some countries: `word` is the country."""
        return [row for row in self.said if row.sort == "later"]

    def corrections(self, locale: str) -> list[Row[Any]]:
        """What was wrong and what holds, the newest first, in the reader's language if it is."""
        return self._in("correction", locale)[::-1]

    def answered(self, locale: str) -> list[Row[Any]]:
        """Questions and answers, in the reader's language where there is one."""
        return self._in("answer", locale)

    def project(self, locale: str) -> Row[Any] | None:
        """What the call is part of: its name and reference, in the reader's language if it is."""
        return next(iter(self._in("project", locale)), None)

    def _in(self, sort: str, locale: str) -> list[Row[Any]]:
        """One row of each: the reader's language, else the call's own, else the first written."""
        best = [self.call.original_locale, locale]
        kept: dict[int, Row[Any]] = {}
        for row in self.said:
            if row.sort != sort:
                continue
            held = kept.get(row.id)
            if held is None or _rank(best, row.word) > _rank(best, held.word):
                kept[row.id] = row
        return list(kept.values())


def _rank(best: list[str], locale: str) -> int:
    return max((n for n, code in enumerate(best) if code == locale), default=-1)


def call_page(connection: Connection, actor: Actor, ref: str, locale: str) -> CallPage | None:
    """A call that this person may see, with its text in `locale` and the original."""
    call = connection.execute(_call_visible_with(actor.grants), {"ref": ref}).one_or_none()
    if call is None:
        return None
    about = {"id": call.id, "locale": locale}

    def asked(statement: Executable) -> tuple[Row[Any], ...]:
        return tuple(connection.execute(statement, about).all())

    return CallPage(
        call,
        texts=asked(_TEXTS),
        places=asked(_PLACES),
        said=asked(_SAID),
        routes=asked(NAMED_WAYS) if call.has_routes else (),
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
            cast(_o.competencies, Text).label("competencies"),
            cast(_o.eligibility, Text).label("eligibility"),
            _o.costs_nothing,
            _o.duration_months,
            _o.starts_on,
            _o.ends_on,
            _o.opens_at,
            _o.closes_at,
            _o.closes_zone,
            _o.grace_minutes,
            _o.closed_at,
            _o.published_at,
            _o.version,
            _o.cancelled_because,
            _o.seats,
            _c.stipend_amount,
            _c.stipend_currency,
            _c.stipend_period,
            _c.max_preferences,
            _c.reviews_wanted,
            _c.results_at,
            _c.days_to_answer,
            _c.appeal_days,
            _c.contact,
            _g.name.label("organiser"),
            Programme.name.label("programme"),
            LetterTerms.least.label("letters_least"),
            LetterTerms.letters_by,
            select(Route.id).where(Route.opportunity_id == _o.id).exists().label("has_routes"),
            _newest(FormVersion).label("form"),
            _newest(RubricVersion).label("rubric"),
        )
        .select_from(Opportunity.__table__)
        .join(Call.__table__, _c.id == _o.id)
        .join(Organisation.__table__, _g.id == _o.organisation_id)
        .outerjoin(Programme.__table__, Programme.id == _o.programme_id)
        .outerjoin(LetterTerms.__table__, LetterTerms.opportunity_id == _o.id)
        .where(_o.ref == bindparam("ref"), is_visible_to(holder))
    )


def open_calls(actor: Actor, at: datetime) -> Select[Call]:
    """Calls that take applications now, the next to close first, with what their rules need."""
    return (
        select(Call)
        .where(
            is_visible_to(actor, Call),
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
_moment = cast(null(), UtcDateTime())
_q, _qt = Enquiry.__table__.c, EnquiryText.__table__.c
_l = LaterDeadline.__table__.c
_k, _kt = Correction.__table__.c, CorrectionText.__table__.c
_oc = OpportunityCountry.__table__.c
_j, _jt, _jo = Project.__table__.c, ProjectText.__table__.c, ProjectOpportunity.__table__.c
# All that comes in many short rows, in one statement: the countries, what was said after the
# publication (later deadlines, corrections, questions with their answers), and the project that
# the call is part of. `word` is the country, or the language of `first` and `second`.
_EACH_SAID = union_all(
    select(
        literal("extension").label("sort"),
        _e.id,
        _e.id.label("text_id"),
        _e.extended_at.label("at"),
        _e.closed_at_before,
        _e.closes_at,
        literal("").label("word"),
        literal("").label("first"),
        _e.reason.label("second"),
    ).where(_e.opportunity_id == _ID),
    select(
        literal("correction"),
        _k.id,
        _kt.id,
        _k.corrected_at,
        _moment,
        _moment,
        _kt.locale,
        _kt.what,
        _kt.why,
    )
    .join_from(Correction.__table__, CorrectionText.__table__, _kt.correction_id == _k.id)
    .where(_k.opportunity_id == _ID),
    select(
        literal("answer"),
        _q.id,
        _qt.id,
        _q.answered_at,
        _moment,
        _moment,
        _qt.locale,
        _qt.question,
        _qt.answer,
    )
    .join_from(Enquiry.__table__, EnquiryText.__table__, _qt.enquiry_id == _q.id)
    .where(_q.opportunity_id == _ID, _q.state == EnquiryState.ANSWERED),
    select(
        literal("later"),
        _l.id,
        _l.id,
        _l.given_at,
        _moment,
        _l.closes_at,
        _l.country_code,
        literal(""),
        _l.reason,
    ).where(_l.opportunity_id == _ID, _l.country_code.is_not(None)),
    select(
        literal("country"),
        _oc.id,
        _oc.id,
        _moment,
        _moment,
        _moment,
        _oc.country_code,
        literal(""),
        literal(""),
    ).where(_oc.opportunity_id == _ID),
    select(
        literal("project"),
        _j.id,
        _jt.id,
        _moment,
        _moment,
        _moment,
        _jt.locale,
        _jt.name,
        _j.ref,
    )
    .join_from(ProjectOpportunity.__table__, Project.__table__, _j.id == _jo.project_id)
    .join(ProjectText.__table__, _jt.project_id == _j.id)
    .where(_jo.opportunity_id == _ID, _j.state != ProjectState.DRAFT),
).order_by("sort", "id", "text_id")
# Known by its place in the code: to be found by all its parts took longer than the answer does.
_SAID = lambda_stmt(lambda: _EACH_SAID, enable_tracking=False)
