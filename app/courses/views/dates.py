"""What the world reads of some dates of a course: their page, and their timetable as a calendar."""

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.applications.queries import newest_form
from app.applications.queries.routes import NAMED_WAYS, WayInWords, ways_in_words
from app.applications.views.form_on_paper import form_on_paper
from app.courses import policy, queries, timetable, wording
from app.courses.forms.people import EnrolForm
from app.courses.levels import level_name, licence_name
from app.courses.models import CourseRun, Enrolment
from app.courses.posts import published
from app.courses.states import Stage
from app.courses.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, public
from app.opportunities import competencies
from app.opportunities import wording as opportunities
from app.opportunities.calendar import Entry, calendar_file
from app.opportunities.fields import field_name
from app.projects.queries import projects_with


@bp.get("/<ref>")
@public
@cacheable
def run(ref: str) -> ResponseReturnValue:
    """When, where, by whom, and how to get a seat, on one page."""
    found, at = _run(ref), clock.now()
    for moment in (found.opens_at, found.closes_at, *(timetable.span(found.meetings) or ())):
        good_until(moment if moment and moment > at else None)
    stage = timetable.stage(found, found.meetings, at)
    course = found.course_version.course
    selective = queries.post_terms_of(found.id) if found.takes_applications else None
    terms = db.session.scalar(selective) if selective is not None else None
    return render_template(
        "courses/run.html",
        run=found,
        course=course,
        version=found.course_version,
        words=for_reader(found.texts),
        stage=stage,
        stages=wording.stages(),
        stage_chips=wording.STAGE_CHIPS,
        modes=wording.modes(),
        how=wording.enrolment_modes()[found.enrolment_mode],
        window=opportunities.window(found, at),
        instructors=instructors_of(found),
        tracks=[opportunities.audiences().get(track, track) for track in found.tracks],
        field_name=field_name,
        level_name=level_name,
        competency_name=competencies.name_of,
        licence_name=licence_name,
        whole=timetable.days_of(timetable.span(found.meetings), found.zone),
        takes=stage is Stage.OPEN,
        mine_here=_mine(found),
        may_enter=policy.ENTER.allows(current_actor(), found),
        materials=queries.materials_for(db.session(), current_actor(), found.id),
        projects=projects_with(db.session(), [found.id], reader().locale),
        seat_names=wording.enrolment_states(),
        seat_chips=wording.ENROLMENT_CHIPS,
        routes=_ways_to(found),
        post_terms=terms,
        back=_back_in_posts(found) if terms and stage is Stage.FINISHED else None,
        enrolling=EnrolForm(formdata=None) if current_actor().user_id else None,
    )


@bp.get("/<ref>/form.pdf")
@public
def form_for_print(ref: str) -> ResponseReturnValue:
    """The whole form of selective dates, to be prepared on paper."""
    found = _run(ref)
    kept = db.session.scalar(newest_form(found.id)) if found.takes_applications else None
    title = for_reader(found.texts).title
    return form_on_paper(found, title, kept.definition if kept else None)


def _ways_to(found: CourseRun) -> list[WayInWords]:
    if not found.takes_applications:
        return []
    rows = db.session.execute(NAMED_WAYS, {"id": found.id})
    return ways_in_words(rows, reader().locale)


def _back_in_posts(found: CourseRun) -> tuple[int, int] | None:
    """Of how many who answered how many are back, where that tells about nobody in particular."""
    return published(queries.post_figures(queries.posts_of_run(db.session(), found.id)))


def _mine(found: CourseRun) -> Enrolment | None:
    """What the reader has in these dates: nothing, a request, a place in the line, a seat."""
    reader_id = current_actor().user_id
    if reader_id is None:
        return None
    return db.session.scalar(queries.live_enrolment(found.id, reader_id))


def _run(ref: str) -> CourseRun:
    known = len(ref) <= 40 and "\0" not in ref
    found = known and db.session.scalars(queries.run_page(current_actor(), ref)).unique().first()
    if not found:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


def instructors_of(found: CourseRun) -> list[str]:
    """Who teaches, each once, in the order of the meetings."""
    named = [
        teaching.person.shown_name for meeting in found.meetings for teaching in meeting.teachings
    ]
    return list(dict.fromkeys(named))


@bp.get("/<ref>/timetable.ics")
@public
def timetable_file(ref: str) -> ResponseReturnValue:
    """The meetings for a calendar; who has a seat finds the link to join on the page."""
    found = _run(ref)
    words = for_reader(found.texts)
    address = url_for(".run", ref=found.ref, _external=True)
    entries = [
        Entry(
            uid=f"meeting-{meeting.id}@lontar",
            title=f"{words.title}: {meeting.title}" if meeting.title else words.title,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            sequence=meeting.sequence,
            url=address,
            stamped_at=meeting.changed_at or found.published_at or meeting.starts_at,
            place=meeting.venue or found.venue,
            cancelled=meeting.cancelled_at is not None or found.cancelled_at is not None,
        )
        for meeting in found.meetings
    ]
    named = {"Content-Disposition": f'attachment; filename="{found.ref}.ics"'}
    return Response(calendar_file(entries), mimetype="text/calendar", headers=named)
