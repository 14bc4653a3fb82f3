"""Officials' posts: what employers signed, what was promised, and who is back."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.applications.models import Application, Nomination, Nominator, Route
from app.applications.queries.nominating import nominates_for
from app.applications.states import NominationState
from app.courses.models import (
    CourseRun,
    Enrolment,
    PostCommitment,
    PostKey,
    PostQuestion,
    PostTerms,
    Release,
)
from app.courses.posts import Figures, by_country
from app.courses.states import EnrolmentState, ReleaseState
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity
from app.opportunities.states import OpportunityState
from app.organisations.models import Organisation

Terms = Select[PostTerms]


def post_terms_of(run_id: int) -> Terms:
    return select(PostTerms).where(PostTerms.run_id == run_id)


def newest_release(application_id: int) -> Select[Release]:
    """The last that an employer was asked for this application."""
    return (
        select(Release)
        .where(Release.application_id == application_id)
        .order_by(Release.id.desc())
        .limit(1)
    )


def application_of_official(actor: Actor, application_id: int) -> Select[Application]:
    """One's own application for dates that ask employers."""
    return (
        select(Application)
        .join(CourseRun, CourseRun.id == Application.opportunity_id)
        .where(
            Application.id == application_id,
            Application.applicant_id == actor.user_id,
            CourseRun.release_needed,
        )
        .options(
            joinedload(Application.opportunity).selectinload(Opportunity.texts),
            joinedload(Application.applicant),
        )
    )


def own_release(actor: Actor, application_id: int) -> Select[Release]:
    """The newest request to one's employer, with the application, locked."""
    mine = application_of_official(actor, application_id).with_only_columns(Application.id)
    newest = select(func.max(Release.id)).where(Release.application_id.in_(mine))
    return (
        select(Release)
        .where(Release.id == newest.scalar_subquery())
        .options(*_with_application())
        .with_for_update(of=Release)
        .execution_options(populate_existing=True)
    )


def _with_application() -> tuple[ORMOption, ...]:
    of = joinedload(Release.application, innerjoin=True)
    return (
        of.joinedload(Application.opportunity, innerjoin=True).joinedload(
            Opportunity.organisation, innerjoin=True
        ),
        joinedload(Release.application, innerjoin=True).joinedload(
            Application.applicant, innerjoin=True
        ),
    )


def releases_of_run(session: Session, run_id: int) -> dict[int, Release]:
    """What employers were asked last, by application."""
    query = (
        select(Release)
        .join(Release.application)
        .where(Application.opportunity_id == run_id)
        .order_by(Release.id)
    )
    return {one.application_id: one for one in session.scalars(query)}


# --- Links ---------------------------------------------------------------------------------------


def post_key(key_hash: str) -> Select[PostKey]:
    return select(PostKey).where(PostKey.key_hash == key_hash)


def post_keys_of(opened: Release | PostQuestion) -> Select[PostKey]:
    mine = (
        PostKey.release_id == opened.id
        if isinstance(opened, Release)
        else PostKey.question_id == opened.id
    )
    return select(PostKey).where(mine, PostKey.ended_at.is_(None)).with_for_update()


def release_whole(release_id: int) -> Select[Release]:
    """With the application, the applicant and the dates."""
    return select(Release).where(Release.id == release_id).options(*_with_application())


def release_by_link(release_id: int) -> Select[Release]:
    return (
        release_whole(release_id)
        .with_for_update(of=Release)
        .execution_options(populate_existing=True)
    )


def question_by_link(question_id: int | None) -> Select[PostQuestion]:
    return (
        question_whole(question_id)
        .with_for_update(of=PostQuestion)
        .execution_options(populate_existing=True)
    )


# --- After the course ----------------------------------------------------------------------------


def question_whole(question_id: int | None) -> Select[PostQuestion]:
    """With the run, the person and what the employer signed."""
    return select(PostQuestion).where(PostQuestion.id == question_id).options(*_with_person())


def _with_person() -> tuple[ORMOption, ...]:
    return (
        joinedload(PostQuestion.enrolment, innerjoin=True)
        .joinedload(Enrolment.run, innerjoin=True)
        .joinedload(CourseRun.organisation, innerjoin=True),
        joinedload(PostQuestion.enrolment, innerjoin=True).joinedload(
            Enrolment.person, innerjoin=True
        ),
        joinedload(PostQuestion.release),
    )


def posts_visible_to(actor: Actor) -> Select[PostQuestion]:
    """Of oneself, of the dates of one's centre, and of those whom one's body nominated."""
    centres = actor.scopes(Role.CENTRE, Scope.ORGANISATION)
    return (
        select(PostQuestion)
        .join(PostQuestion.enrolment)
        .join(Enrolment.run)
        .outerjoin(PostQuestion.nominator)
        .outerjoin(Route, Route.id == Nominator.route_id)
        .where(
            or_(
                Enrolment.person_id == actor.user_id,
                CourseRun.organisation_id.in_(centres),
                and_(PostQuestion.nominator_id.is_not(None), nominates_for(actor)),
            )
        )
        .options(*_with_person(), joinedload(PostQuestion.nominator).joinedload(Nominator.route))
    )


def own_posts(actor: Actor, enrolment_id: int) -> Select[PostQuestion]:
    """What one was asked about one's post after a course, the newest first."""
    return (
        select(PostQuestion)
        .join(PostQuestion.enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.person_id == actor.user_id)
        .order_by(PostQuestion.months.desc())
    )


def own_post(actor: Actor, question_id: int) -> Select[PostQuestion]:
    return question_whole(question_id).where(
        PostQuestion.enrolment.has(Enrolment.person_id == actor.user_id)
    )


def posts_of_nominated(actor: Actor) -> Select[PostQuestion]:
    """Where those work whom one's body nominated, the newest question first."""
    return (
        posts_visible_to(actor)
        .where(PostQuestion.nominator_id.is_not(None), nominates_for(actor))
        .order_by(PostQuestion.asked_at.desc(), PostQuestion.id.desc())
        .limit(200)
    )


def post_terms_to_ask(now: datetime) -> Select[PostTerms]:
    """Of dates that are over and took place."""
    return (
        select(PostTerms)
        .join(PostTerms.run)
        .where(
            CourseRun.state.not_in({OpportunityState.CANCELLED, OpportunityState.DRAFT}),
            CourseRun.ends_on < now.date() - timedelta(days=27),
            PostTerms.asked_through < 60,
        )
        .options(joinedload(PostTerms.run))
        .order_by(PostTerms.id)
        .with_for_update(of=PostTerms, skip_locked=True)
    )


def seats_to_ask_about(run_id: int) -> Select[Enrolment, int, int]:
    """Each seat with the body that nominated the person, and what the employer signed."""
    return (
        select(Enrolment, Nomination.nominator_id, Release.id)
        .outerjoin(
            Nomination,
            and_(
                Nomination.application_id == Enrolment.application_id,
                Nomination.state == NominationState.NOMINATED,
            ),
        )
        .outerjoin(
            Release,
            and_(
                Release.application_id == Enrolment.application_id,
                Release.state == ReleaseState.CONFIRMED,
            ),
        )
        .where(Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.ACCEPTED)
        .order_by(Enrolment.id)
    )


def posts_to_remind_of(before: datetime) -> Select[PostQuestion]:
    return (
        select(PostQuestion)
        .where(
            PostQuestion.answered_at.is_(None),
            PostQuestion.asked_at <= before,
            PostQuestion.reminded_at.is_(None),
        )
        .options(*_with_person())
        .order_by(PostQuestion.id)
        .with_for_update(of=PostQuestion, skip_locked=True)
    )


def posts_overdue(session: Session, run_id: int, before: datetime) -> int:
    query = (
        select(func.count(PostQuestion.id))
        .join(PostQuestion.enrolment)
        .where(
            Enrolment.run_id == run_id,
            PostQuestion.answered_at.is_(None),
            PostQuestion.asked_at <= before,
        )
    )
    return session.scalar(query) or 0


def runs_with_silent_posts(before: datetime) -> Select[CourseRun]:
    silent = (
        select(Enrolment.run_id)
        .join(PostQuestion, PostQuestion.enrolment_id == Enrolment.id)
        .where(PostQuestion.answered_at.is_(None), PostQuestion.asked_at <= before)
    )
    return select(CourseRun).where(CourseRun.id.in_(silent)).order_by(CourseRun.id)


class Posted(NamedTuple):
    """One participant of dates after which people go back to their posts."""

    enrolment_id: int
    application_id: int
    name: str
    country: str | None
    body: str | None
    promised_at: datetime | None
    release: Release | None
    answers: dict[int, PostQuestion]

    @property
    def last(self) -> PostQuestion | None:
        """What was asked last."""
        return self.answers[max(self.answers)] if self.answers else None


def posts_of_run(session: Session, run_id: int) -> list[Posted]:
    """Who has a seat, by name, with all that is known of the post; in three statements."""
    rows = session.execute(
        select(
            Enrolment.id,
            Application.id,
            Application.applicant_name,
            Application.country_code,
            Organisation.name,
            PostCommitment.accepted_at,
        )
        .join(Application, Application.id == Enrolment.application_id)
        .outerjoin(
            Nomination,
            and_(
                Nomination.application_id == Application.id,
                Nomination.state == NominationState.NOMINATED,
            ),
        )
        .outerjoin(Nominator, Nominator.id == Nomination.nominator_id)
        .outerjoin(Organisation, Organisation.id == Nominator.organisation_id)
        .outerjoin(PostCommitment, PostCommitment.enrolment_id == Enrolment.id)
        .where(Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.ACCEPTED)
        .order_by(Application.sort_key, Enrolment.id)
    ).all()
    releases = releases_of_run(session, run_id)
    told: dict[int, dict[int, PostQuestion]] = {}
    for one in session.scalars(
        select(PostQuestion).join(PostQuestion.enrolment).where(Enrolment.run_id == run_id)
    ):
        told.setdefault(one.enrolment_id, {})[one.months] = one
    return [
        Posted(*row, release=releases.get(row[1]), answers=told.get(row[0], {})) for row in rows
    ]


def post_figures(people: Iterable[Posted]) -> list[Figures]:
    """What was answered last about each who was asked, country by country."""
    return by_country((one.country, one.last.answer) for one in people if one.last is not None)
