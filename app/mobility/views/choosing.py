"""Pages on which students rank places, and on which their office reads what they sent."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import queries as exchanges
from app.exchanges import wording as exchange_words
from app.exchanges.levels import Against
from app.exchanges.states import ENDED
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN, Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.mobility import policy, queries, wording
from app.mobility.forms import ChoicesForm, NominateForm
from app.mobility.models import Choice, ChoicesOfYear
from app.mobility.operations import (
    drop_choice,
    nominate,
    raise_choice,
    rank_posting,
    save_choices,
    send_choices,
    take_back_choices,
    withdraw_choices,
)
from app.mobility.states import LIVING, ChoicesState, all_called_off
from app.mobility.views import bp


@bp.get("/choices")
@needs(SIGNED_IN)
def mine() -> ResponseReturnValue:
    choices = db.session.scalars(queries.own_choices(current_actor())).all()
    return render_template(
        "mobility/mine.html", every=choices, wording=wording, exchange_words=exchange_words
    )


@bp.get("/postings/<int:posting_id>/rank")
@needs(policy.RANK)
def rank(posting_id: int) -> ResponseReturnValue:
    posting = one_or_404(exchanges.posting_with_all(current_actor(), posting_id=posting_id))
    policy.RANK.require(current_actor(), posting)
    return render_template(
        "mobility/rank.html", posting=posting, exchange_words=exchange_words, form=Button()
    )


@bp.post("/postings/<int:posting_id>/rank")
@needs(policy.RANK)
def rank_it(posting_id: int) -> ResponseReturnValue:
    """Leads to the choices, where the next step is done; a refusal is read there as well."""
    return settle(
        Button(),
        find=lambda work: work.find(exchanges.posting_with_all(work.actor, posting_id=posting_id)),
        do=rank_posting,
        said=_("It is among your choices. Put them in order, then send them to your office."),
        to=url_for(".mine"),
    )


@bp.get("/choices/<int:choices_id>")
@needs(policy.VIEW_CHOICES)
def choices(choices_id: int) -> ResponseReturnValue:
    return _page(choices_id)


@bp.post("/choices/<int:choices_id>")
@needs(policy.EDIT_CHOICES)
def save(choices_id: int) -> ResponseReturnValue:
    form = ChoicesForm(request.form)
    return settle(
        form,
        find=lambda work: _found(work, choices_id, policy.EDIT_CHOICES),
        do=lambda work, found: save_choices(
            work,
            found,
            study_level=int(form.study_level.data),
            field=form.field.data or "",
            statement=form.statement.data or "",
            version=form.version.data,
        ),
        said=_("Saved."),
        to=_page_of(choices_id),
        again=lambda refusal: _page(choices_id, form=form, refusal=refusal),
    )


@bp.post("/choices/<int:choices_id>/<int:posting_id>/raise")
@needs(policy.EDIT_CHOICES)
def like_better(choices_id: int, posting_id: int) -> ResponseReturnValue:
    return _press(
        choices_id,
        lambda work, found: raise_choice(work, found, posting_id),
        _("The order is changed."),
    )


@bp.post("/choices/<int:choices_id>/<int:posting_id>/drop")
@needs(policy.EDIT_CHOICES)
def drop(choices_id: int, posting_id: int) -> ResponseReturnValue:
    return _press(
        choices_id,
        lambda work, found: drop_choice(work, found, posting_id),
        _("The place is taken out."),
    )


@bp.post("/choices/<int:choices_id>/send")
@needs(policy.EDIT_CHOICES)
def send(choices_id: int) -> ResponseReturnValue:
    return _press(choices_id, send_choices, _("Your international office has your choices now."))


@bp.post("/choices/<int:choices_id>/take-back")
@needs(policy.EDIT_CHOICES)
def take_back(choices_id: int) -> ResponseReturnValue:
    return _press(choices_id, take_back_choices, _("You can change your choices again."))


@bp.post("/choices/<int:choices_id>/withdraw")
@needs(policy.EDIT_CHOICES)
def withdraw(choices_id: int) -> ResponseReturnValue:
    return _press(choices_id, withdraw_choices, _("Your choices are withdrawn."))


@bp.post("/choices/<int:choices_id>/nominate")
@needs(policy.NOMINATE)
def nominate_student(choices_id: int) -> ResponseReturnValue:
    form = NominateForm()
    found = one_or_404(queries.choices_with_all(current_actor(), choices_id))
    form.among(_left(found))
    return settle(
        form,
        find=lambda work: _found(work, choices_id, policy.NOMINATE),
        do=lambda work, found: nominate(
            work, found, int(form.posting.data), note=form.note.data or ""
        ),
        said=_("The nomination is with the host."),
        to=_page_of(choices_id),
        again=lambda refusal: _page(choices_id, nominating=form, refusal=refusal),
    )


def _found(work: Work, choices_id: int, may: Permission[ChoicesOfYear]) -> ChoicesOfYear:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = work.find(queries.choices_with_all(work.actor, choices_id))
    may.require(work.actor, found)
    return found


def _left(found: ChoicesOfYear) -> list[Choice]:
    """The places that have not ended."""
    return [one for one in found.choices if one.posting.stage not in ENDED]


def _page_of(choices_id: int) -> str:
    return url_for(".choices", choices_id=choices_id)


def _press(
    choices_id: int, do: Callable[[Work, ChoicesOfYear], object], said: str
) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: _found(work, choices_id, policy.EDIT_CHOICES),
        do=do,
        said=said,
        to=_page_of(choices_id),
    )


def _page(
    choices_id: int,
    *,
    form: ChoicesForm | None = None,
    nominating: NominateForm | None = None,
    refusal: str = "",
) -> str:
    actor = current_actor()
    found = one_or_404(queries.choices_with_all(actor, choices_id))
    policy.VIEW_CHOICES.require(actor, found)
    own = policy.EDIT_CHOICES.allows(actor, found)
    ids = [choice.posting_id for choice in found.choices]
    if form is None:
        form = ChoicesForm(
            formdata=None,
            data={
                "study_level": str(found.study_level),
                "field": found.field,
                "statement": found.statement,
                "version": found.version,
            },
        )
    # What clashed with another tab may be sent again: it is now a choice between the two.
    form.version.data = found.version
    if nominating is None:
        nominating = NominateForm(formdata=None)
        nominating.among(_left(found))
    return render_template(
        "mobility/choices.html",
        found=found,
        own=own,
        of_exchanges=policy.SEE_OFFICE.allows(current_actor(), None),
        form=form,
        nominating=nominating,
        refusals=[refusal] if refusal else [],
        may_change=own and found.state is ChoicesState.DRAFT,
        may_nominate=policy.NOMINATE.allows(actor, found)
        and found.state is ChoicesState.SENT
        and not any(one.state in LIVING for one in found.nominations)
        and bool(_left(found)),
        may_take_back=all_called_off(found.nominations),
        held=queries.places_held(db.session(), ids),
        reached=_reached(found),
        wording=wording,
        exchange_words=exchange_words,
    )


def _reached(found: ChoicesOfYear) -> dict[int, Against | None]:
    """How the student's scores stand to the language that each place asks for."""
    places = [choice.posting for choice in found.choices]
    asked = [(place.language, place.language_level) for place in places]
    said = exchanges.levels_reached(db.session(), found.person_id, asked)
    return {place.id: one for place, one in zip(places, said, strict=True)}
