"""Officials' posts before a course: what dates ask, what employers sign, what people promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.accounts.queries import recipient
from app.applications.models import Application
from app.applications.queries.letters import COUNTING
from app.applications.states import ApplicationState
from app.audit.record import record
from app.courses import policy, queries
from app.courses.messages import ReleaseAnswered, ReleaseAsked
from app.courses.models import (
    CourseRun,
    Enrolment,
    PostCommitment,
    PostKey,
    PostQuestion,
    PostTerms,
    Release,
)
from app.courses.posts import MOST_MONTHS, MOST_TIMES, fingerprint
from app.courses.states import ReleaseFlow, ReleaseState
from app.foundation import keys
from app.foundation.actors import Actor
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import LANGUAGES, day, ngettext
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Recipient, notify

MOST_SENT = 5


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """`commitment` is {locale: text}; `ask_after` are months after the last day."""

    months: int
    ask_after: Sequence[int]
    commitment: Mapping[str, str]
    release_needed: bool = False


@dataclass(frozen=True, slots=True)
class Employer:
    """Who confirms that somebody may go, and goes back: the post, and whom we write to."""

    employer: str
    post: str
    contact: str
    email: str
    from_on: date
    until_on: date
    locale: str = "en"


def set_post_terms(
    work: Work, run: CourseRun, terms: ReturnTerms | None, *, version: int | None = None
) -> None:
    """Say that people go back to their posts after these dates, or (None) that nobody asks."""
    policy.EDIT_RUN.require(work.actor, run)
    kept = work.session.scalar(queries.post_terms_of(run.id).with_for_update())
    if version is not None and version != (kept.version if kept else 0):
        raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
    if run.published_at is not None:
        raise RuleBroken(_("These dates are published: people rely on what they say of posts."))
    if terms is None:
        run.release_needed = False
        if kept is not None:
            work.session.delete(kept)
        record(work, "run.return to post dropped", run)
        return
    said, moments = _sound(run, terms)
    if kept is None:
        kept = PostTerms(run_id=run.id, version=0)
        work.session.add(kept)
    kept.months, kept.ask_after, kept.commitment = terms.months, moments, said
    kept.version += 1
    run.release_needed = terms.release_needed

    record(work, "run.return to post saved", run, months=terms.months)


def _sound(run: CourseRun, terms: ReturnTerms) -> tuple[dict[str, str], list[int]]:
    """The texts and the moments of these terms, having refused what makes no sense."""
    if not run.takes_applications:
        raise RuleBroken(_("Nobody applies for these dates: people get a seat in another way."))
    said = {code: text.strip() for code, text in terms.commitment.items() if text.strip()}
    moments = sorted(set(terms.ask_after))
    if not 1 <= terms.months <= MOST_MONTHS:
        raise RuleBroken(_("Write from 1 to %(most)s months.", most=MOST_MONTHS))
    if not 1 <= len(moments) <= MOST_TIMES or moments[0] < 1 or moments[-1] > MOST_MONTHS:
        raise RuleBroken(_("Ask from 1 to %(most)s times.", most=MOST_TIMES))
    if run.original_locale not in said and "en" not in said:
        raise RuleBroken(_("Write what people promise, in English at least."))
    if not set(said) <= set(LANGUAGES):
        raise RuleBroken(_("Choose one of the languages of this site."))
    return said, moments


def ask_employer(work: Work, application: Application, asked: Employer) -> Release:
    """Ask the own employer, by a link, to confirm post, days and return. The run is loaded."""
    policy.ASK_EMPLOYER.require(work.actor, application)
    work.session.execute(
        select(Application.id).where(Application.id == application.id).with_for_update()
    )
    _refuse_unless_asked(application)
    before = work.session.scalar(queries.newest_release(application.id))
    if before is not None and before.state in {ReleaseState.ASKED, ReleaseState.CONFIRMED}:
        raise RuleBroken(_("Your employer is asked already."))
    address = asked.email.strip().lower()
    if address == (work.actor.email or "").lower():
        raise RuleBroken(_("This is your own address: somebody else has to confirm it."))
    if asked.from_on > asked.until_on:
        raise RuleBroken(_("The first day comes before the last one."))
    release = Release(
        application_id=application.id,
        employer=asked.employer,
        post=asked.post,
        contact=asked.contact,
        email=address,
        locale=asked.locale if asked.locale in LANGUAGES else "en",
        from_on=asked.from_on,
        until_on=asked.until_on,
        asked_at=work.now,
    )
    work.session.add(release)
    work.session.flush()
    _send(work, application, release)

    record(work, "release.asked", release, **_about(application))
    return release


def ask_employer_again(work: Work, release: Release) -> None:
    """Send a new link; those that were sent before are dead. The application must be loaded."""
    policy.ASK_EMPLOYER.require(work.actor, release.application)
    _refuse_unless_asked(release.application)
    if release.state is not ReleaseState.ASKED:
        raise RuleBroken(_("Your employer has answered already."))
    if release.times_sent >= MOST_SENT:
        raise RuleBroken(
            _("The link was sent often enough. Ask in another way, or another person.")
        )
    end_post_keys(work, release)
    release.times_sent += 1
    _send(work, release.application, release)

    record(work, "release.sent again", release, **_about(release.application))


def take_back_release(work: Work, release: Release) -> None:
    """Ask no more, or somebody else: the link is dead. The application must be loaded."""
    policy.ASK_EMPLOYER.require(work.actor, release.application)
    ReleaseFlow.take_back(release)
    end_post_keys(work, release)

    record(work, "release.taken back", release, **_about(release.application))


def confirm_release(work: Work, release: Release, *, name: str, function: str, read: str) -> None:
    """Sign by name and function what was read: `read` is the fingerprint of these very words."""
    policy.ANSWER_RELEASE.require(work.actor, release)
    _refuse_unless_awaited(release)
    said = statement_of(release, work.session.scalar(terms_of_application(release.application)))
    if read != fingerprint(said):
        raise RuleBroken(_("The words have changed since you read them. Read them again."))
    release.signed_name, release.signed_function = name.strip(), function.strip()
    release.statement, release.sha256 = said, fingerprint(said)
    release.answered_at = work.now
    ReleaseFlow.confirm(release)

    record(work, "release.confirmed", release, **_about(release.application))
    _tell_applicant(work, release)


def refuse_release(work: Work, release: Release, *, reason: str) -> None:
    """Say that the person cannot go; the applicant reads why."""
    policy.ANSWER_RELEASE.require(work.actor, release)
    _refuse_unless_awaited(release)
    release.reason, release.answered_at = reason.strip(), work.now
    ReleaseFlow.refuse(release)

    record(work, "release.refused", release, **_about(release.application))
    _tell_applicant(work, release)


def statement_of(release: Release, terms: PostTerms | None) -> str:
    """What the employer signs, in the language of whoever reads it."""
    application = release.application
    told = _(
        "%(employer)s lets %(name)s go from %(first)s to %(last)s for “%(title)s”, and keeps the "
        "post “%(post)s” for the return.",
        employer=release.employer,
        name=application.applicant_name or application.applicant.full_name,
        first=day(release.from_on),
        last=day(release.until_on),
        title=application.opportunity.title,
        post=release.post,
    )
    if terms is None:
        return told
    stays = ngettext(
        "Afterwards the person stays in this post for at least %(num)s month.",
        "Afterwards the person stays in this post for at least %(num)s months.",
        terms.months,
    )
    return f"{told} {stays}"


def terms_of_application(application: Application) -> queries.Terms:
    return queries.post_terms_of(application.opportunity_id)


def refuse_without_release(work: Work, run: CourseRun, application: Application) -> None:
    """Where employers must let people go, nobody gets a seat before that is signed."""
    if not run.asks_employer:
        return
    release = work.session.scalar(queries.newest_release(application.id))
    if release is None or release.state is not ReleaseState.CONFIRMED:
        raise RuleBroken(_("The employer of this person has not confirmed the release yet."))


def keep_promise(work: Work, enrolment: Enrolment, promised: str) -> None:
    """Who takes the seat promises to go back: `promised` is the fingerprint of what was read."""
    terms = work.session.scalar(queries.post_terms_of(enrolment.run_id))
    if terms is None or enrolment.application_id is None:
        return
    texts = {fingerprint(text): (locale, text) for locale, text in terms.commitment.items()}
    if promised not in texts:
        raise RuleBroken(_("Read and accept first what you commit to."))
    locale, text = texts[promised]
    work.session.add(
        PostCommitment(
            enrolment_id=enrolment.id,
            locale=locale,
            words=text,
            sha256=promised,
            accepted_at=work.now,
        )
    )


# --- Links ---------------------------------------------------------------------------------------


def hash_of_post_key(secret: str) -> str:
    return keys.hash_of(secret, "post")


def make_post_link(work: Work, opens: Release | PostQuestion, locale: str) -> str:
    """A new link for the employer, as a path; those that were sent before go on working."""
    token = keys.new_secret()
    work.session.add(
        PostKey(
            release_id=opens.id if isinstance(opens, Release) else None,
            question_id=opens.id if isinstance(opens, PostQuestion) else None,
            key_hash=hash_of_post_key(token),
            made_at=work.now,
        )
    )
    return f"/employers/{token}?lang={locale}"


def end_post_keys(work: Work, opened: Release | PostQuestion) -> None:
    """Nothing that was sent opens it any more."""
    for key in work.session.scalars(queries.post_keys_of(opened)):
        key.ended_at = work.now


def employer_as_guest(opens: Release | PostQuestion) -> Actor:
    """Whoever holds the link, for as long as it is in hand; it opens this one thing alone."""
    release = opens if isinstance(opens, Release) else opens.release
    return keys.guest(
        (opens.__tablename__, opens.id),
        name=release.contact if release else "",
        email=release.email if release else "",
    )


def take_up_post_key(work: Work, secret: str) -> Release | PostQuestion:
    """What this link opens, locked; the key is read after that. Raises NotFound and NoLonger."""
    key_hash = hash_of_post_key(secret)
    key = work.session.scalar(queries.post_key(key_hash))
    if key is None:
        keys.refuse_unknown()
    opened: Release | PostQuestion
    if key.release_id is not None:
        opened = work.find(queries.release_by_link(key.release_id))
    else:
        opened = work.find(queries.question_by_link(key.question_id))
    work.session.refresh(key)
    if key.ended_at is not None:
        keys.refuse_ended()
    return opened


def _send(work: Work, application: Application, release: Release) -> None:
    work.session.flush()
    asked = ReleaseAsked(
        name=release.contact,
        applicant=application.applicant_name or work.actor.name,
        post=release.post,
        title=application.opportunity.title,
        path=make_post_link(work, release, release.locale),
    )
    notify(
        work,
        Recipient(release.email, release.locale),
        asked,
        once=f"release-{release.id}-{release.times_sent}",
    )


def _refuse_unless_asked(application: Application) -> None:
    if not application.opportunity.asks_employer:
        raise RuleBroken(_("These dates do not ask employers to let people go."))
    if application.state not in COUNTING:
        raise RuleBroken(_("This application is decided; nobody is asked for it any more."))


def _refuse_unless_awaited(release: Release) -> None:
    if release.state is not ReleaseState.ASKED:
        raise RuleBroken(_("This was answered already."))
    if release.application.state is ApplicationState.WITHDRAWN:
        raise RuleBroken(_("The application was withdrawn; nothing is needed any more."))


def _tell_applicant(work: Work, release: Release) -> None:
    application = release.application
    said = ReleaseAnswered(
        application_id=application.id,
        title=application.opportunity.title,
        employer=release.employer,
        confirmed=release.state is ReleaseState.CONFIRMED,
        reason=release.reason,
    )
    notify(work, recipient(application.applicant), said, once=f"release-{release.id}")


def _about(application: Application) -> dict[str, int]:
    return {"application_id": application.id, "opportunity_id": application.opportunity_id}
