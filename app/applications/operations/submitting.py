"""Submitting: what was written is frozen with its digest, exactly once."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy, queries
from app.applications.asked_beside import frozen_beside
from app.applications.messages import ApplicationReceived
from app.applications.models import (
    Application,
    Document,
    EligibilityException,
    Nomination,
    Submission,
)
from app.applications.models.applying import WANTED
from app.applications.operations.applying import refuse_unless_open, titles
from app.applications.operations.carrying import keep_core
from app.applications.operations.leaving_out import leave_out_what_is_not_asked
from app.applications.operations.likeness import have_compared
from app.applications.operations.listing import list_answers
from app.applications.operations.moves import change_state
from app.applications.operations.nominating import ask_nominator, way_taken
from app.applications.progress import Gap, asked_answers, gaps, steps
from app.applications.queries.arriving import purpose_of, uploads_for
from app.applications.queries.exceptions import codes_let_pass, exception_of, recorded
from app.applications.states import ApplicationFlow, ApplicationState, ExceptionState, SlotState
from app.audit.record import record
from app.files.models import Upload
from app.files.states import APART
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.once import earlier_result, remember_result
from app.foundation.search.index import index_document
from app.foundation.work import Work
from app.ledger.operations import note_consent
from app.notifications.notify import notify
from app.opportunities.eligibility import Outcome, check, excepted, facts_as_data, version_of
from app.opportunities.form_definitions import FormDefinition, questions_of_kind
from app.opportunities.operations import numbered_rules
from app.opportunities.queries import own_deadline
from app.opportunities.states import offices_of

SUBMIT = "applications.submit"
CONTENT_FORMAT = 1
# The version of the sentence that is ticked when submitting (forms.SubmitForm.agree).
DECLARATION = "2027-01"
# What was registered before the deadline may still arrive for so long after it.
MAY_ARRIVE_FOR = timedelta(hours=72)


class NotComplete(RuleBroken):
    """Something is still missing; `gaps` says what and where."""

    http_status = 422

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(
            ngettext(
                "%(num)s thing is still missing.", "%(num)s things are still missing.", len(gaps)
            )
        )
        self.gaps = gaps


def submit_application(work: Work, application: Application, *, key: str) -> Submission:
    """Send an application, once however often it is asked; the same receipt comes back.

    Everything of `queries.applications_to_fill_in` must be loaded. Raises NotComplete, and
    RuleBroken after the deadline or when a condition is not met.
    """
    policy.FILL_IN.require(work.actor, application)
    sent = _sent_already(work, application, key)
    if sent is not None:
        return sent
    if application.state is not ApplicationState.DRAFT:
        raise RuleBroken(_("This application was withdrawn. You can start a new one."))
    own = own_deadline(work.session, work.actor, application.opportunity_id)
    refuse_unless_open(work, application.opportunity, own)
    person = work.session.execute(
        queries.person_with_profile(application.applicant_id)
    ).scalar_one()
    form = queries.form_of(application)
    _refuse_unless_eligible(work, application, person, form)
    _refuse_unless_complete(work, application, person, form)
    if application.lacks:
        raise RuleBroken(str(WANTED[application.lacks]))
    nomination = way_taken(work, application, person)

    leave_out_what_is_not_asked(work, application, form)
    _freeze(work, application, person, form)
    submission = _submission(work, application, person)
    list_answers(work, application, form, submission)
    keep_core(work, application, form, _answers(application))
    if nomination is None:
        change_state(work, application, ApplicationFlow.submit)
    else:
        change_state(work, application, ApplicationFlow.submit_to_nominator)
        ask_nominator(work, application, nomination)
    note_consent(
        work,
        application,
        person_id=application.applicant_id,
        purpose="true, complete and may be checked",
        text_version=DECLARATION,
    )

    record(
        work,
        "application.submitted",
        application,
        opportunity_id=application.opportunity_id,
        sha256=submission.sha256,
    )
    remember_result(work, SUBMIT, key, submission.id)
    _let_it_be_found(work, application, person)
    have_compared(work, application.id)
    _send_receipt(work, application, person, submission, nomination)
    return submission


def _sent_already(work: Work, application: Application, key: str) -> Submission | None:
    earlier = earlier_result(work, SUBMIT, key)
    if earlier is not None:
        found = work.session.get(Submission, earlier)
        if found is not None and found.application_id == application.id:
            return found
    if application.submitted_at is None or application.state is ApplicationState.WITHDRAWN:
        return None
    newest = (
        select(Submission)
        .where(Submission.application_id == application.id)
        .order_by(Submission.number.desc())
        .limit(1)
    )
    return work.session.scalar(newest)


def _refuse_unless_eligible(
    work: Work, application: Application, person: User, form: FormDefinition
) -> None:
    said = asked_answers(form, {row.section: row.answers for row in application.sections})
    results = excepted(
        queries.conditions(application.opportunity, person, said, session=work.session),
        codes_let_pass(work.session, application),
    )
    against = [r.sentence for r in results if r.outcome is Outcome.NOT_MET]
    if against:
        raise RuleBroken(
            _("By your profile you may not apply for this: %(reason)s", reason=against[0])
        )


def _refuse_unless_complete(
    work: Work, application: Application, person: User, form: FormDefinition
) -> None:
    places = queries.number_of_places(work.session, application.opportunity_id)
    found = gaps(steps(form, queries.filled(application, person, places)))
    if found:
        raise NotComplete(found)


def _freeze(work: Work, application: Application, person: User, form: FormDefinition) -> None:
    """Keep on the application what must not move under it any more."""
    application.form_version.frozen_at = application.form_version.frozen_at or work.now
    application.submitted_at = application.saved_at = work.now
    application.submitted_by_id = work.actor.user_id
    application.applicant_name = person.full_name[:300]
    application.sort_key = person.sort_key
    application.country_code = country_of(application, person)
    application.home_institution_id = person.home_institution_id
    institution = person.home_institution
    application.home_institution_name = (
        institution.name if institution else person.home_institution_text
    )
    application.headline = headline(application, form)
    application.track = track(application, person)
    application.version += 1


def country_of(application: Application, person: User) -> str | None:
    """The nationality that the call names; else the first one held; else where one lives."""
    held = sorted(n.country_code for n in person.nationalities)
    named = {c.country_code for c in application.opportunity.countries}
    fitting = [code for code in held if code in named]
    return next(iter(fitting or held), person.residence_code)


def headline(application: Application, form: FormDefinition) -> str:
    """What lists call the application: the answer to "headline", else to its first short text."""
    answers = _answers(application)
    short = [q.key for q in questions_of_kind(form, "short text")]
    for key in ["headline", *short]:
        if isinstance(answers.get(key), str):
            return str(answers[key])[:300]
    return ""


def track(application: Application, person: User) -> str | None:
    """The track that the form asked for, else the profile's, if the opportunity has it."""
    asked = _answers(application).get("track")
    offered = application.opportunity.tracks
    for choice in (asked, person.track):
        if isinstance(choice, str) and (choice in offered or not offered):
            return choice
    return offered[0] if len(offered) == 1 else person.track


def _answers(application: Application) -> dict[str, Any]:
    return {key: value for row in application.sections for key, value in row.answers.items()}


def _submission(work: Work, application: Application, person: User) -> Submission:
    content = content_of(application, person, _promises(work, application))
    content["eligibility"] = _eligibility(work, application, person)
    content |= frozen_beside(work.session, application.opportunity.kind, application.id)
    submission = Submission(
        application_id=application.id,
        number=1 + max((s.number for s in sent_before(work, application)), default=0),
        content=content,
        sha256=digest(content),
        submitted_by_id=person.id if work.actor.user_id is None else work.actor.user_id,
        submitted_at=work.now,
    )
    work.session.add(submission)
    work.session.flush()
    return submission


def _eligibility(work: Work, application: Application, person: User) -> dict[str, Any]:
    """The rules of this moment, the facts they were held against, and what came of each."""
    rules = queries.rules_of(application.opportunity, work.session)
    said = recorded(work.session, application.opportunity, person.id, rules)
    facts = queries.facts_of(person, _answers(application), said)
    granted = work.session.scalar(
        exception_of(application.id).where(EligibilityException.state == ExceptionState.GRANTED)
    )
    return {
        "version": version_of(rules),
        "number": numbered_rules(work, application.opportunity, rules).number,
        "exception": None
        if granted is None
        else {
            "codes": granted.codes,
            "reason": granted.answer,
            "at": None if granted.answered_at is None else granted.answered_at.isoformat(),
        },
        "rules": rules,
        "facts": facts_as_data(facts),
        "results": [
            {"code": result.code, "outcome": result.outcome.value} for result in check(rules, facts)
        ],
    }


def sent_before(work: Work, application: Application) -> list[Submission]:
    query = select(Submission).where(Submission.application_id == application.id)
    return list(work.session.scalars(query))


def _promises(work: Work, application: Application) -> list[Upload]:
    """What was registered in time and is still on its way; from now on its time is counted."""
    empty = {slot.kind for slot in application.slots if slot.state is SlotState.PROMISED}
    wanted = {purpose_of(application.id, kind) for kind in empty}
    uploads = work.session.scalars(uploads_for(application)).all()
    promised = [u for u in uploads if u.sha256 and u.purpose in wanted]
    own = own_deadline(work.session, work.actor, application.opportunity_id)
    ends = max(filter(None, (application.opportunity.closes_at, own)), default=None)
    for upload in promised:
        upload.expires_at = (ends or work.now) + MAY_ARRIVE_FOR
    return promised


def as_sent(key: str, document: Document) -> dict[str, Any]:
    return {
        "question": key,
        "document_id": document.id,
        "file_name": document.file.file_name,
        "media_type": document.file.media_type,
        "size": document.file.size,
        "sha256": document.file.sha256,
        **({"apart": True} if document.file.sensitivity in APART else {}),
    }


def content_of(
    application: Application, person: User, promised: Sequence[Upload] = ()
) -> dict[str, Any]:
    """Everything as it is sent. Who applies stands apart, so that a reader may be shown the rest.

    {"format": 1, "ref": …, "form_version": id, "applicant": {…}, "answers": {section: {…}},
     "preferences": [{"rank", "place_id", "host"}], "documents": [{"question", "sha256", …}]}

    A document that is still on its way is `promised`, with the size and digest that it will have.
    What is sent has beside it "eligibility": {"version", "rules", "facts", "results"}, and
    "beside": {"kind", …} where an office asks for more than the form does.
    """
    institution = person.home_institution
    return {
        "format": CONTENT_FORMAT,
        "ref": application.ref,
        "form_version": application.form_version_id,
        "applicant": {
            "passport_name": person.passport_name,
            "native_name": person.native_name,
            "reading": person.reading,
            "nationalities": sorted(n.country_code for n in person.nationalities),
            "residence": person.residence_code,
            "born_on": person.born_on.isoformat() if person.born_on else None,
            "institution": institution.name if institution else person.home_institution_text,
            "email": person.email,
        },
        "answers": {row.section: row.answers for row in application.sections},
        "preferences": [
            {"rank": p.rank, "place_id": p.place_id, "host": p.place.host.name}
            for p in application.preferences
        ],
        "documents": [
            as_sent(slot.kind, document)
            for slot in application.slots
            for document in slot.documents
            if document.removed_at is None
        ]
        + [
            {
                "question": upload.purpose.rpartition(":")[2],
                "promised": True,
                "document_id": None,
                "file_name": upload.file_name,
                "media_type": upload.declared,
                "size": upload.size,
                "sha256": upload.sha256,
            }
            for upload in promised
        ],
    }


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of the content as JSON with sorted keys and no spaces, in UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _let_it_be_found(work: Work, application: Application, person: User) -> None:
    """By the office of this call, by any of the person's names, number or institution."""
    lines = [
        person.passport_name,
        person.native_name,
        person.reading,
        person.called_name,
        application.ref,
        application.home_institution_name,
        application.headline,
    ]
    index_document(
        work,
        "application",
        application.id,
        text="\n".join(line for line in lines if line),
        audience=f"opportunity:{application.opportunity_id}",
    )


def _send_receipt(
    work: Work,
    application: Application,
    person: User,
    submission: Submission,
    nomination: Nomination | None,
) -> None:
    opportunity = application.opportunity
    received = ApplicationReceived(
        application_id=application.id,
        ref=application.ref,
        titles=titles(work, opportunity),
        office=opportunity.organisation.name,
        submitted_at=submission.submitted_at,
        closes_zone=opportunity.closes_zone,
        sha256=submission.sha256,
        by_centre=bool(offices_of(opportunity.kind)),
        documents=[
            d.file.file_name for s in application.slots for d in s.documents if d.removed_at is None
        ],
        nominator=nomination.nominator.organisation.name if nomination else "",
    )
    notify(work, recipient(person), received, once=f"submission-{submission.id}")
