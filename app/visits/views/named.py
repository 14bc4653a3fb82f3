"""The page of somebody who was named for a group, and who has an account."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.accounts.queries import person_with_profile
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.organisations.queries import country_codes
from app.visits import policy, queries, wording
from app.visits.eligibility import said
from app.visits.forms import NotComingForm, OneselfForm
from app.visits.models import VisitPerson
from app.visits.operations import confirm_coming, decline_coming, find_person, rules_of
from app.visits.states import STILL_COMES, PersonFlow, PersonState
from app.visits.views import bp


@bp.get("/people/<int:person_id>")
@needs(policy.VIEW_PERSON)
def person(person_id: int) -> ResponseReturnValue:
    return _page(person_id)


@bp.post("/people/<int:person_id>")
@needs(policy.VIEW_PERSON)
def confirm(person_id: int) -> ResponseReturnValue:
    form = oneself_form()
    return settle(
        form,
        find=lambda work: _found(work, person_id),
        do=lambda work, found: confirm_coming(
            work, found, form.oneself(), version=form.version.data
        ),
        said=_("Thank you. Your host sees that you come."),
        to=url_for(".person", person_id=person_id),
        again=lambda refusal: _page(person_id, confirming=form, refusal=refusal),
    )


@bp.post("/people/<int:person_id>/decline")
@needs(policy.VIEW_PERSON)
def do_not_come(person_id: int) -> ResponseReturnValue:
    form = NotComingForm()
    return settle(
        form,
        find=lambda work: _found(work, person_id),
        do=lambda work, found: decline_coming(work, found, reason=form.reason.data or ""),
        said=_("Your host is told that you do not come."),
        to=url_for(".person", person_id=person_id),
        again=lambda refusal: _page(person_id, declining=form, refusal=refusal),
    )


def _found(work: Work, person_id: int) -> VisitPerson:
    found = find_person(work, person_id)
    policy.VIEW_PERSON.require(work.actor, found)
    return found


def _page(person_id: int, **forms: Any) -> str:
    found = one_or_404(queries.person_with_all(current_actor(), person_id))
    policy.VIEW_PERSON.require(current_actor(), found)
    return person_page(
        found,
        confirm_at=url_for(".confirm", person_id=person_id),
        decline_at=url_for(".do_not_come", person_id=person_id),
        account=db.session.scalar(person_with_profile(current_actor())),
        **forms,
    )


def oneself_form(data: dict[str, Any] | None = None) -> OneselfForm:
    """The form, bound to what was sent unless it is told what to show."""
    form = OneselfForm() if data is None else OneselfForm(formdata=None, data=data)
    form.among(db.session.scalars(country_codes()).all())
    return form


def person_page(
    found: VisitPerson,
    *,
    confirm_at: str,
    decline_at: str,
    account: User | None = None,
    confirming: OneselfForm | None = None,
    declining: NotComingForm | None = None,
    refusal: str = "",
) -> str:
    """What one is asked, by the link or signed in: who one is, and whether one comes."""
    confirming = confirming or oneself_form(_said_before(found, account))
    confirming.among(db.session.scalars(country_codes()).all())
    confirming.version.data = found.version
    open_still = found.group.state in STILL_COMES
    return render_template(
        "visits/person.html",
        person=found,
        group=found.group,
        call=found.group.call,
        text=for_reader(found.group.call.texts),
        confirming=confirming,
        declining=declining or NotComingForm(formdata=None),
        confirm_at=confirm_at,
        decline_at=decline_at,
        may_confirm=open_still and found.state in PersonFlow.confirm.sources,
        rules=said(rules_of(found.group, found.part)),
        against=said(rules_of(found.group, found.part), found.unfit.split(",")),
        is_confirmed=found.state is PersonState.CONFIRMED,
        refusals=[refusal] if refusal else [],
        wording=wording,
    )


def _said_before(found: VisitPerson, account: User | None) -> dict[str, Any]:
    """What the person said here, else what the profile of the account knows."""
    if found.confirmed_at is not None:
        names = ("passport_name", "native_name", "nationality", "born_on", "position")
        return {name: getattr(found, name) for name in names}
    if account is None:
        return {"passport_name": found.name}
    held = sorted(one.country_code for one in account.nationalities)
    return {
        "passport_name": account.passport_name,
        "native_name": account.native_name,
        "nationality": held[0] if len(held) == 1 else "",
        "born_on": account.born_on,
    }
