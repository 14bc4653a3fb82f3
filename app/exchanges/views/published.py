"""A posting as the world reads it, with the calendars of host and home one above the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import policy, queries, wording
from app.exchanges.calendar import Drawing, drawn, near
from app.exchanges.forms import HomeDatesForm
from app.exchanges.models import AcademicTerm, HomeDates, Posting
from app.exchanges.operations import say_home_dates
from app.exchanges.overlap import Overlap, Span, overlaps, stays_that_cut_nothing
from app.exchanges.states import PostingStage
from app.exchanges.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.settling import Editing
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404, public, refuse_odd
from app.foundation.work import Work
from app.opportunities import calendar as calendars
from app.opportunities import wording as opportunities
from app.opportunities.deadlines import closing_day
from app.organisations.models import Organisation
from app.projects.queries import projects_with

say_dates: Editing[Posting] = Editing(
    of=lambda actor, posting_id: queries.posting_with_all(actor, posting_id=posting_id),
    may=policy.SAY_HOME_DATES,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The stay over the terms of one university at home."""

    home: Organisation
    overlaps: list[Overlap]
    drawing: Drawing
    better: list[Span]


@bp.get("/<ref>")
@public
@cacheable
def posting(ref: str) -> ResponseReturnValue:
    actor, at, session = current_actor(), clock.now(), db.session()
    found = _found(ref)
    good_until(found.closes_at if found.closes_at and found.closes_at > at else None)
    homes = session.scalars(queries.universities_with_calendar()).all()
    home = _home(found, homes)
    return render_template(
        "exchanges/posting.html",
        posting=found,
        text=for_reader(found.texts),
        window=opportunities.window(found, at),
        wording=wording,
        homes=[body for body in homes if body.id != found.organisation_id],
        compared=_compared(found, home) if home else None,
        nominate_by=closing_day(found.closes_at, found.closes_zone),
        projects=projects_with(session, [found.id], reader().locale),
        tells=queries.tells_partners(session, found.organisation_id),
        may_edit=policy.EDIT_POSTING.allows(actor, found),
        may_say=policy.SAY_HOME_DATES.allows(actor, found) and found.stage == "open",
    )


@bp.get("/<ref>/deadline.ics")
@public
def deadline(ref: str) -> ResponseReturnValue:
    """The host's last day to nominate for a calendar; one that is withdrawn stays, and says so."""
    found = _found(ref)
    if found.closes_at is None or found.published_at is None:
        raise NotFound(_("This opportunity has no deadline."))
    text = for_reader(found.texts)
    entry = calendars.deadline(
        uid=f"{found.ref}@lontar",
        title=_("Deadline: %(title)s", title=text.title),
        url=url_for(".posting", ref=found.ref, _external=True),
        closes_at=found.closes_at,
        stamped_at=found.cancelled_at or found.published_at,
        sequence=found.version,
        cancelled=found.stage is PostingStage.WITHDRAWN,
    )
    named = {"Content-Disposition": f'attachment; filename="{found.ref}.ics"'}
    return Response(calendars.calendar_file([entry]), mimetype="text/calendar", headers=named)


def _found(ref: str) -> Posting:
    refuse_odd(ref)
    return one_or_404(queries.posting_with_all(current_actor(), ref=ref))


def _home(found: Posting, homes: Sequence[Organisation]) -> Organisation | None:
    """Whose terms to hold against the stay: whom it is for, else whom the reader named."""
    ref = request.args.get("home", "")
    named = next((body for body in homes if body.ref == ref), None)
    if named is not None and named.id != found.organisation_id:
        return named
    return next((body for body in homes if body.id == found.origin_id), None)


def _compared(found: Posting, home: Organisation) -> Comparison:
    host_id = found.organisation_id
    calendars = queries.calendars_of(db.session(), [host_id, home.id])
    term = found.term
    stay = Span(term.name, term.first_on, term.ends_on)
    at_home = near(stay, queries.spans_of(calendars[home.id]))
    shown = {span.first for span in at_home}
    around = [one for one in calendars[home.id] if one.first_on in shown]
    others = [one for one in calendars[host_id] if one.id != term.id and one.year == term.year]
    return Comparison(
        home,
        overlaps(stay, at_home),
        drawn(stay, [(found.organisation.name, _painted([term])), (home.name, _painted(around))]),
        stays_that_cut_nothing(queries.spans_of(others), queries.spans_of(calendars[home.id])),
    )


def _painted(terms: Sequence[AcademicTerm]) -> list[tuple[str, Span]]:
    """Teaching and exams of each term, as the drawing paints them."""
    spans = []
    for term in terms:
        spans.append(("teaching", Span(term.name, term.first_on, term.last_on)))
        if term.exams_from and term.exams_until:
            spans.append(("exams", Span(term.name, term.exams_from, term.exams_until)))
    return spans


@bp.get("/postings/<int:posting_id>/home")
@needs(policy.SAY_HOME_DATES)
def home_dates(posting_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.posting_with_all(current_actor(), posting_id=posting_id))
    policy.SAY_HOME_DATES.require(current_actor(), found)
    return _dates_page(found, _dates_form(found, bound=False))


@bp.post("/postings/<int:posting_id>/home")
@needs(policy.SAY_HOME_DATES)
def save_home_dates(posting_id: int) -> ResponseReturnValue:
    refs: list[str] = []

    def save(work: Work, found: Posting, form: HomeDatesForm) -> None:
        refs.append(found.ref)
        university = work.session.get_one(Organisation, _sender(found).id)
        say_home_dates(
            work,
            found,
            university,
            tell_by=form.tell_by.data,
            note=form.note.data or "",
            version=form.version.data,
        )

    again = say_dates(posting_id, _dates_form, save, _dates_page)
    if again is not None:
        return again
    flash(_("Your students read this day beside the host's."), "success")
    return redirect(url_for(".posting", ref=refs[0]))


def _sender(found: Posting) -> Organisation:
    """For which of the reader's universities a day is said."""
    own = db.session.scalars(queries.own_universities(current_actor())).all()
    able = [
        body
        for body in own
        if body.id != found.organisation_id and found.origin_id in (None, body.id)
    ]
    if not able:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return able[0]


def _dates_form(found: Posting, *, bound: bool) -> HomeDatesForm:
    kept = _kept(found)
    form = HomeDatesForm(formdata=request.form if bound else None, obj=kept)
    if kept is None and not bound:
        form.version.data = 0
    return form


def _kept(found: Posting) -> HomeDates | None:
    sender = _sender(found)
    return next((one for one in found.home_dates if one.organisation_id == sender.id), None)


def _dates_page(found: Posting, form: HomeDatesForm, **values: object) -> str:
    return render_template(
        "exchanges/office/home_dates.html",
        posting=found,
        sender=_sender(found),
        nominate_by=closing_day(found.closes_at, found.closes_zone),
        form=form,
        **values,
    )
