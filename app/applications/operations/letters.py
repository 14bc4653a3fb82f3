"""Letters of recommendation, for the applicant: asked for, asked again, taken back, replaced."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import User
from app.applications import policy
from app.applications.deadlines import letters_count_until
from app.applications.messages import LetterAsked, LetterNotNeeded
from app.applications.models import Application, LetterTerms, ReferenceRequest
from app.applications.operations.applying import titles
from app.applications.operations.keys import end_keys, make_code, make_link
from app.applications.queries import letters as queries
from app.applications.states import (
    AWAITED,
    ApplicationState,
    KeyKind,
    ReferenceFlow,
    ReferenceState,
)
from app.audit.record import record
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.once import earlier_result, remember_result
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.notify import Message, Recipient, notify
from app.opportunities.deadlines import accepts, accepts_until
from app.opportunities.models import Opportunity
from app.opportunities.states import OpportunityState

ASK = "applications.ask for letter"
# Nobody asks more people than this for one application: an address book is not for mailing.
MOST_EVER = 15


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asked: by name and address, how the applicant knows them, in which language."""

    name: str
    email: str
    known_as: str
    institution: str = ""
    note: str = ""
    locale: str = "en"


def set_letters(
    work: Work,
    opportunity: Opportunity,
    *,
    least: int,
    most: int,
    letters_by: datetime | None,
    version: int | None = None,
) -> None:
    """Say how many letters a call asks for, and until when; `most` 0 for none at all.

    While people apply, no more may be asked of them and no day may come sooner.
    """
    policy.SET_LETTERS.require(work.actor, opportunity)
    terms = work.session.scalar(queries.terms_of(opportunity.id).with_for_update())
    if version is not None and version != (terms.version if terms else 0):
        raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
    _refuse_odd(opportunity, least=least, most=most, letters_by=letters_by)
    if opportunity.state is not OpportunityState.DRAFT:
        _refuse_harder(opportunity, terms, least=least, most=most, letters_by=letters_by)

    if most == 0:
        if terms is not None:
            work.session.delete(terms)
    elif terms is None:
        work.session.add(
            LetterTerms(
                opportunity_id=opportunity.id, least=least, most=most, letters_by=letters_by
            )
        )
    else:
        terms.least, terms.most, terms.letters_by = least, most, letters_by
        terms.version += 1
    if opportunity.published_at is not None:
        stamp_catalogue(work)

    record(work, "call.letters_saved", opportunity, least=least, most=most)


def take_over_letters(work: Work, opportunity: Opportunity, like: Opportunity) -> None:
    """A call that is begun like an earlier one asks for as many letters; never until its day."""
    terms = work.session.scalar(queries.terms_of(like.id))
    if terms is not None:
        work.session.add(
            LetterTerms(opportunity_id=opportunity.id, least=terms.least, most=terms.most)
        )


def _refuse_odd(
    opportunity: Opportunity, *, least: int, most: int, letters_by: datetime | None
) -> None:
    if not 0 <= least <= most <= 5:
        raise RuleBroken(_("At most five letters; and not more needed than may be asked for."))
    closes_at = opportunity.closes_at
    if letters_by is not None and closes_at is not None and letters_by < closes_at:
        raise RuleBroken(_("Letters may come until the deadline of the call at least."))


def _refuse_harder(
    opportunity: Opportunity,
    terms: LetterTerms | None,
    *,
    least: int,
    most: int,
    letters_by: datetime | None,
) -> None:
    had = (terms.least, terms.most, terms.letters_by) if terms else (0, 0, None)
    sooner = letters_count_until(letters_by, opportunity.closes_at)
    before = letters_count_until(had[2], opportunity.closes_at)
    if least > had[0] or most < had[1] or (sooner and before and sooner < before):
        raise RuleBroken(
            _(
                "People are applying already: more letters may be allowed and more time given, "
                "but no more letters needed, fewer allowed, or less time given."
            )
        )


def ask_for_letter(
    work: Work, application: Application, person: Person, *, key: str = ""
) -> ReferenceRequest:
    """Ask somebody for a letter; they get a link by mail and need no account."""
    policy.ASK_FOR_LETTERS.require(work.actor, application)
    earlier = earlier_result(work, ASK, key)
    if earlier is not None:
        return work.session.get_one(ReferenceRequest, earlier)
    # Two that are asked at once wait for each other here, so that neither goes uncounted.
    work.session.execute(
        select(Application.id).where(Application.id == application.id).with_for_update()
    )
    terms = _terms(work, application)
    person = replace(person, email=person.email.strip().lower())
    asked = list(work.session.scalars(queries.requests_of([application.id])))
    live = [r for r in asked if r.state in queries.LIVE]
    if len(live) >= terms.most or len(asked) >= MOST_EVER:
        raise RuleBroken(
            ngettext(
                "You may ask %(num)s person at a time. Take a request back first.",
                "You may ask %(num)s people at a time. Take a request back first.",
                terms.most,
            )
        )
    _refuse_oneself(work, application, person)
    if person.email and any(r.email == person.email for r in live):
        raise RuleBroken(_("You have asked this person already."))

    request = _ask(work, application, person)
    record(
        work,
        "letter.asked",
        request,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        person=person.name,
    )
    remember_result(work, ASK, key, request.id)
    return request


def _terms(work: Work, application: Application, open_until: datetime | None = None) -> LetterTerms:
    """What the call asks for. Raises RuleBroken when letters are not taken any more."""
    terms = work.session.scalar(queries.terms_of(application.opportunity_id))
    if terms is None:
        raise RuleBroken(_("This call asks for no letters of recommendation."))
    refuse_unless_wanted(work.now, application, terms, open_until)
    return terms


def refuse_unless_wanted(
    now: datetime,
    application: Application,
    terms: LetterTerms | None,
    open_until: datetime | None = None,
) -> None:
    """A letter counts while its application does, and until its own deadline and its grace.

    `open_until` is until when this one may come anew, whatever the deadline.
    """
    if application.state not in queries.COUNTING:
        raise RuleBroken(_("Letters for this application are not needed any more."))
    opportunity = application.opportunity
    if opportunity.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This call was cancelled; no letter is needed any more."))
    is_draft = application.state is ApplicationState.DRAFT
    if is_draft and not accepts(opportunity, now):
        raise RuleBroken(_("The call is closed and this application was not sent."))
    until = letters_count_until(
        terms.letters_by if terms else None, opportunity.closes_at, open_until
    )
    if until is not None and now > accepts_until(until, opportunity.grace_minutes):
        raise RuleBroken(_("The deadline for letters has passed."))


def _refuse_oneself(work: Work, application: Application, person: Person) -> None:
    if not person.email:
        return
    own = select(func.lower(User.email)).where(User.id == application.applicant_id)
    if work.session.scalar(own) == person.email:
        raise RuleBroken(_("This is your own address. Write that of the person you ask."))


def _ask(work: Work, application: Application, person: Person, **values: Any) -> ReferenceRequest:
    request = ReferenceRequest(
        application_id=application.id,
        name=person.name,
        email=person.email,
        institution=person.institution,
        known_as=person.known_as,
        note=person.note,
        locale=person.locale,
        asked_at=work.now,
        **values,
    )
    request.application = application
    work.session.add(request)
    work.session.flush()
    send_link(work, request)
    return request


def send_link(work: Work, request: ReferenceRequest, *, again: bool = False, **way: Any) -> None:
    """Send a link of its own to whoever is asked, if they have an address."""
    if not request.email:
        return
    path = make_link(work, request, **way)
    tell_recommender(
        work,
        request,
        LetterAsked(
            **about(work, request),
            known_as=request.known_as,
            note=request.note,
            **until(work, request),
            path=path,
            again=again,
        ),
    )


def about(work: Work, request: ReferenceRequest) -> dict[str, Any]:
    """What every letter to a recommender says: to whom it is, about whom, for what."""
    return {
        "name": request.name,
        "applicant": request.application.applicant_name,
        "titles": titles(work, request.application.opportunity),
    }


def until(work: Work, request: ReferenceRequest) -> dict[str, Any]:
    """Until when the letter counts, and on whose clock that was announced."""
    opportunity = request.application.opportunity
    terms = work.session.scalar(queries.terms_of(opportunity.id))
    moment = letters_count_until(
        terms.letters_by if terms else None, opportunity.closes_at, request.open_until
    )
    return {"letter_by": moment, "zone": opportunity.closes_zone or "UTC"}


def tell_recommender(
    work: Work, request: ReferenceRequest, message: Message, *, once: str = ""
) -> None:
    """By mail, in the language that the applicant chose for them; nobody without an address."""
    if request.email:
        occasion = once or f"{request.id}:{work.now.isoformat()}"
        notify(work, Recipient(request.email, request.locale), message, once=occasion)


def _require_awaited(request: ReferenceRequest) -> None:
    if request.state not in AWAITED:
        raise RuleBroken(_("This person has answered already, or is not asked any more."))


def resend_link(work: Work, request: ReferenceRequest) -> None:
    """Send a new link; every link that was sent before is dead."""
    policy.ASK_FOR_LETTERS.require(work.actor, request.application)
    renew_link(work, request)


def renew_link(work: Work, request: ReferenceRequest) -> None:
    """The same for applicant and office, whose permission was asked for already."""
    _require_awaited(request)
    if not request.email:
        raise RuleBroken(_("There is no e-mail address. Print the form instead."))
    _terms(work, request.application, request.open_until)
    end_keys(work, request, KeyKind.LINK)
    send_link(work, request, again=True)
    _record(work, "letter.link sent again", request, person=request.name)


def print_code(work: Work, request: ReferenceRequest) -> str:
    """The code for the printed form; a form that was printed before is dead."""
    policy.ASK_FOR_LETTERS.require(work.actor, request.application)
    return renew_code(work, request)


def renew_code(work: Work, request: ReferenceRequest) -> str:
    _require_awaited(request)
    _terms(work, request.application, request.open_until)
    code = make_code(work, request)
    _record(work, "letter.form printed", request, person=request.name)
    return code


def take_back_request(work: Work, request: ReferenceRequest) -> None:
    """Ask this person no longer; they are told, and what they wrote is gone for the applicant."""
    policy.ASK_FOR_LETTERS.require(work.actor, request.application)
    _require_awaited(request)
    ReferenceFlow.take_back(request)
    _let_go(work, request)
    _record(work, "letter.taken back", request, person=request.name)


def replace_request(
    work: Work, request: ReferenceRequest, person: Person, *, key: str = ""
) -> ReferenceRequest:
    """Ask somebody else instead of this person."""
    policy.ASK_FOR_LETTERS.require(work.actor, request.application)
    earlier = earlier_result(work, ASK, key)
    if earlier is not None:
        return work.session.get_one(ReferenceRequest, earlier)
    if request.state not in {*AWAITED, ReferenceState.DECLINED}:
        raise RuleBroken(_("This person has answered already, or is not asked any more."))
    was_awaited = request.state in AWAITED
    ReferenceFlow.replace(request)
    if was_awaited:
        _let_go(work, request)
    work.session.flush()
    instead = ask_for_letter(work, request.application, person, key=key)
    instead.replaces_id = request.id
    _record(work, "letter.replaced", request, person=request.name, instead=person.name)
    return instead


def _let_go(work: Work, request: ReferenceRequest) -> None:
    end_keys(work, request)
    tell_recommender(work, request, LetterNotNeeded(**about(work, request)))


def _record(work: Work, verb: str, request: ReferenceRequest, **details: Any) -> None:
    application = request.application
    record(
        work,
        verb,
        request,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        **details,
    )
