"""Filling in: starting an application, saving its sections, ranking places, withdrawing."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy, queries
from app.applications.messages import ApplicationBegun
from app.applications.models import Application, DocumentSlot, Preference, SectionAnswers
from app.applications.models.applying import BESIDE_THE_FORM
from app.applications.operations.carrying import carry_along
from app.applications.operations.institutions import as_listed
from app.applications.operations.moves import change_state, count_new
from app.applications.queries.writing import titles_of
from app.applications.states import ApplicationFlow, ApplicationState, SlotState
from app.audit.record import record
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.notifications.notify import notify
from app.opportunities.deadlines import accepts_for, has_opened
from app.opportunities.form_definitions import (
    Answered,
    Section,
    parse_form,
    questions_of_kind,
    read_answer,
)
from app.opportunities.models import Opportunity
from app.opportunities.queries import own_deadline

START = "applications.start"


class ProfileWanted(RuleBroken):
    """The profile must say who applies before an application can be started."""


def start_application(work: Work, opportunity: Opportunity, *, key: str) -> Application:
    """Begin an application, or go on with the one that the person has already.

    Raises ProfileWanted, and RuleBroken when the opportunity takes no applications now.
    """
    policy.START.require(work.actor, opportunity)
    earlier = earlier_result(work, START, key)
    if earlier is not None:
        return work.session.get_one(Application, earlier)
    # One person's starts wait for each other here: of two at once the second finds the first's.
    person = work.find(queries.person_with_profile(work.actor.user_id))
    live = work.session.scalar(queries.live_application(work.actor, opportunity.id))
    if live is not None:
        return live
    own = own_deadline(work.session, work.actor, opportunity.id)
    refuse_unless_open(work, opportunity, own)
    gaps = queries.gaps_of_profile(person)
    if gaps:
        raise ProfileWanted(gaps[0])

    application = _begin(work, opportunity, person)
    count_new(work, application)

    record(work, "application.started", application, opportunity_id=opportunity.id)
    remember_result(work, START, key, application.id)
    return application


def refuse_unless_open(work: Work, opportunity: Opportunity, own: datetime | None) -> None:
    """Applications are taken from the opening to the deadline, and a few minutes of grace.

    `own` is a later deadline that was given to this person or country.
    """
    if accepts_for(opportunity, own, work.now):
        return
    if not has_opened(opportunity, work.now):
        raise RuleBroken(_("Applications are not taken yet: this has not opened."))
    raise RuleBroken(_("The deadline has passed; no application is taken any more."))


def _begin(work: Work, opportunity: Opportunity, person: User) -> Application:
    form_version = work.session.scalar(queries.newest_form(opportunity.id))
    if form_version is None:
        raise RuleBroken(_("This opportunity has no application form yet."))
    form_version.frozen_at = form_version.frozen_at or work.now
    application = Application(
        ref=secrets.token_hex(12),
        opportunity_id=opportunity.id,
        applicant_id=person.id,
        form_version_id=form_version.id,
        state_since=work.now,
        started_at=work.now,
        saved_at=work.now,
        applicant_name=person.full_name[:300],
        sort_key=person.sort_key,
        lacks=BESIDE_THE_FORM.get(opportunity.kind, ""),
    )
    work.session.add(application)
    work.session.flush()
    # From the row's own number, so that two people who start at once never wait or collide.
    application.ref = f"LNT-{work.now:%y}-{application.id:04}"
    form = parse_form(form_version.definition)
    slots = [
        DocumentSlot(application_id=application.id, kind=question.key, state=SlotState.TO_DO)
        for question in questions_of_kind(form, "document")
    ]
    work.session.add_all(slots)
    work.session.flush()
    carry_along(work, application, person, form, slots)
    return application


def save_section(
    work: Work,
    application: Application,
    section: Section,
    *,
    answers: Mapping[str, Any],
    version: int | None = None,
    looked: bool = False,
) -> SectionAnswers:
    """Keep the answers of one section, finished or not. `version` is the one the page showed.

    With `looked` the applicant confirms what was carried into it from earlier.

    Raises ChangedMeanwhile when another page saved something else since, and RuleBroken for an
    answer that cannot be one. Saving the same again changes nothing.
    """
    policy.FILL_IN.require(work.actor, application)
    refuse_unless_draft(application)
    kept: dict[str, Answered] = {}
    for question in section.asked:
        value, problem = read_answer(question, answers.get(question.key))
        if problem and value is None:
            raise RuleBroken(problem)
        kept[question.key] = value
    kept = as_listed(work.session, kept)
    return _keep(work, application, section.key, kept, version, looked=looked)


def rank_places(
    work: Work,
    application: Application,
    section: Section,
    *,
    place_ids: Sequence[int],
    answers: Mapping[str, Any] | None = None,
    version: int | None = None,
    looked: bool = False,
) -> SectionAnswers:
    """Say where the applicant wants to go, the most wanted first. Raises RuleBroken."""
    policy.FILL_IN.require(work.actor, application)
    refuse_unless_draft(application)
    if len(set(place_ids)) != len(place_ids):
        raise RuleBroken(_("Choose each host institution only once."))
    most = queries.most_preferences(section.most, application.opportunity)
    if len(place_ids) > most:
        raise RuleBroken(_("Choose at most %(most)s host institutions.", most=most))
    offered = {
        place.id
        for place in work.session.scalars(queries.places_offered(application.opportunity_id))
    }
    if not offered.issuperset(place_ids):
        raise RuleBroken(_("Choose among the host institutions in the list."))

    kept: dict[str, Any] = {"places": list(place_ids)}
    for question in section.asked:
        kept[question.key] = read_answer(question, (answers or {}).get(question.key)).value
    kept = as_listed(work.session, kept)
    row = _keep(work, application, section.key, kept, version, looked=looked)
    work.session.execute(delete(Preference).where(Preference.application_id == application.id))
    work.session.add_all(
        Preference(application_id=application.id, place_id=place_id, rank=rank)
        for rank, place_id in enumerate(place_ids, 1)
    )
    return row


def refuse_unless_draft(application: Application) -> None:
    if application.state is not ApplicationState.DRAFT:
        raise RuleBroken(_("This application was submitted, so it cannot be changed any more."))


def _keep(
    work: Work,
    application: Application,
    section: str,
    kept: dict[str, Any],
    version: int | None,
    *,
    looked: bool,
) -> SectionAnswers:
    query = select(SectionAnswers).where(
        SectionAnswers.application_id == application.id, SectionAnswers.section == section
    )
    row = work.session.scalar(query)
    if row is not None and row.answers == kept:
        row.saved_at = application.saved_at = work.now
        row.looked_at = row.looked_at or (work.now if looked else None)
        return row
    if version is not None and version != (row.version if row else 0):
        raise ChangedMeanwhile(_("This section was saved on another page after you opened it."))
    if row is None:
        row = SectionAnswers(
            application_id=application.id, section=section, answers=kept, saved_at=work.now
        )
        work.session.add(row)
    else:
        row.answers, row.saved_at = kept, work.now
        row.looked_at = row.looked_at or (work.now if looked else None)
        row.version += 1
    _tell_the_way_back(work, application)
    application.saved_at = work.now
    application.version += 1
    return row


def _tell_the_way_back(work: Work, application: Application) -> None:
    """With the first save: a mail that leads back to the draft from any device."""
    if application.version > 1:
        return
    person = work.session.get_one(User, application.applicant_id)
    opportunity = application.opportunity
    begun = ApplicationBegun(
        application.id,
        application.ref,
        titles(work, opportunity),
        opportunity.closes_at,
        opportunity.closes_zone,
    )
    notify(work, recipient(person), begun, once=f"application-{application.id}")
    record(
        work,
        "application.first saved",
        application,
        opportunity_id=application.opportunity_id,
    )


def titles(work: Work, opportunity: Opportunity) -> dict[str, str]:
    """The opportunity's title in each language it has, the original first."""
    return titles_of(work.session, opportunity)


def withdraw(work: Work, application: Application, *, reason: str) -> None:
    """Take an application back. Who holds an offer is dealt with by the floor above."""
    policy.WITHDRAW.require(work.actor, application)

    change_state(work, application, ApplicationFlow.withdraw)
    application.withdrawn_at = work.now
    application.withdrawn_because = reason

    record(work, "application.withdrawn", application, opportunity_id=application.opportunity_id)
