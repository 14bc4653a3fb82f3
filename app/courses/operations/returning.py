"""Officials' posts after a course: asked of them and of their employers, told, reminded of."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.accounts.queries import recipient
from app.audit.record import record
from app.courses import policy, queries
from app.courses.messages import EmployerAskedOfPost, PostAsked
from app.courses.models import CourseRun, PostQuestion, PostTerms
from app.courses.operations.releasing import make_post_link
from app.courses.operations.telling import ask_centre
from app.courses.posts import due
from app.courses.states import PostAnswer, Teller
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Recipient, notify
from app.notifications.tasks import close_tasks, open_task

TO_TELL = "post to tell"
UNANSWERED = "posts unanswered"
REMIND_AFTER = timedelta(days=14)
OVERDUE_AFTER = timedelta(days=30)
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Stand:
    """Where somebody works now, and since when."""

    answer: PostAnswer
    since_on: date
    note: str = ""


def tell_own_post(
    work: Work, question: PostQuestion, stand: Stand, *, version: int | None = None
) -> None:
    """The person says it, or corrects what they said. The enrolment with its run is loaded."""
    policy.TELL_POST.require(work.actor, question)
    if question.said_by is Teller.EMPLOYER:
        raise RuleBroken(
            _("Your employer has answered already. Write to the centre if it is wrong.")
        )
    work.edit(question, version)
    _keep(work, question, stand, Teller.PARTICIPANT)


def tell_post_as_employer(
    work: Work, question: PostQuestion, stand: Stand, *, name: str, function: str
) -> None:
    """The employer says it once, by the link, signed by name and function."""
    policy.TELL_POST.require(work.actor, question)
    if question.answer is not None:
        raise RuleBroken(_("This was answered already."))
    question.said_name, question.said_function = name.strip(), function.strip()
    question.version += 1
    _keep(work, question, stand, Teller.EMPLOYER)


def _keep(work: Work, question: PostQuestion, stand: Stand, by: Teller) -> None:
    if stand.since_on > work.now.date() + timedelta(days=1):
        raise RuleBroken(_("This day has not come yet."))
    question.answer, question.since_on = stand.answer, stand.since_on
    question.note, question.said_by, question.answered_at = stand.note, by, work.now
    close_tasks(work, TO_TELL, question)
    run = question.enrolment.run
    ask_centre(work, UNANSWERED, run, _overdue(work, run))

    record(work, "post.told", question, opportunity_id=run.id)


def _overdue(work: Work, run: CourseRun) -> int:
    work.session.flush()
    return queries.posts_overdue(work.session, run.id, work.now - OVERDUE_AFTER)


def tend_posts(work: Work) -> int:
    """Ask whose time has come, remind once, and tell centres who is silent; a duty."""
    policy.LAPSE.require(work.actor, None)
    told = sum(
        _ask(work, terms) for terms in work.session.scalars(queries.post_terms_to_ask(work.now))
    )
    waiting = queries.posts_to_remind_of(work.now - REMIND_AFTER)
    for question in work.session.scalars(waiting.limit(MOST_AT_ONCE)):
        question.reminded_at = work.now
        _tell(work, question, "again")
        record(work, "post.reminded", question, opportunity_id=question.enrolment.run_id)
        told += 1
    for run in work.session.scalars(queries.runs_with_silent_posts(work.now - OVERDUE_AFTER)):
        ask_centre(work, UNANSWERED, run, _overdue(work, run))
    return told


def _ask(work: Work, terms: PostTerms) -> int:
    """Each of these dates who has a seat, for each moment that has come and was not asked."""
    run = terms.run
    if run.ends_on is None:
        return 0
    moments = due(run.ends_on, terms.ask_after, work.now.date())
    new = [months for months in moments if months > terms.asked_through]
    if not new:
        return 0
    # Whom nobody has asked for a year is asked once, about now.
    months = new[-1]
    terms.asked_through = months
    seats = work.session.execute(queries.seats_to_ask_about(run.id)).all()
    for enrolment, nominator_id, release_id in seats:
        question = PostQuestion(
            enrolment_id=enrolment.id,
            months=months,
            nominator_id=nominator_id,
            release_id=release_id,
            asked_at=work.now,
        )
        work.session.add(question)
        work.session.flush()
        whole = work.session.scalars(queries.question_whole(question.id)).one()
        _tell(work, whole, "first")
        open_task(
            work,
            TO_TELL,
            whole,
            holder_id=enrolment.person_id,
            opportunity_id=run.id,
            due_at=work.now + OVERDUE_AFTER,
            about=run.title,
        )
    record(work, "posts.asked", run, number=len(seats), months=months)
    return len(seats)


def _tell(work: Work, question: PostQuestion, occasion: str) -> None:
    """Write to the person, and to the employer who let them go."""
    run, person = question.enrolment.run, question.enrolment.person
    once = f"post-{question.id}-{occasion}"
    asked = PostAsked(question_id=question.id, title=run.title, months=question.months)
    notify(work, recipient(person), asked, once=once)
    release = question.release
    if release is None:
        return
    employer = EmployerAskedOfPost(
        name=release.signed_name or release.contact,
        person=person.full_name,
        post=release.post,
        title=run.title,
        months=question.months,
        path=make_post_link(work, question, release.locale),
    )
    notify(work, Recipient(release.email, release.locale), employer, once=once)
