"""Pages on which an office says who answers for it, and a person keeps language scores."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.accounts.queries import person
from app.exchanges import policy, queries, wording
from app.exchanges.forms import AddScoreForm, ContactForm
from app.exchanges.levels import band_of, language_of
from app.exchanges.models import ExchangeContact
from app.exchanges.operations import add_score, remove_contact, remove_score, save_contact
from app.exchanges.views import bp
from app.files.kinds import ACCEPT
from app.files.operations import CheckedFile, check_file, open_file
from app.files.sending import sent_file
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.settling import Editing, settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.organisations.models import Organisation

edit_university: Editing[Organisation] = Editing(of=queries.own_university, may=policy.KEEP_FACTS)
edit_contact: Editing[ExchangeContact] = Editing(of=queries.own_contact, may=policy.KEEP_CONTACT)


def _sent(*, bound: bool) -> Any:
    return request.form if bound else None


# --- who answers for a university


@bp.get("/facts/<int:university_id>/contacts/new")
@needs(policy.KEEP_FACTS)
def new_contact(university_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_university(current_actor(), university_id))
    return _new_page(found, _new_form(found, bound=False))


@bp.post("/facts/<int:university_id>/contacts/new")
@needs(policy.KEEP_FACTS)
def add_contact(university_id: int) -> ResponseReturnValue:
    def save(work: Work, found: Organisation, form: ContactForm) -> None:
        save_contact(work, found, form.facts())

    return edit_university.settle(
        university_id,
        _new_form,
        save,
        _new_page,
        said=_("Partners read whom to ask."),
        to=url_for(".facts", university_id=university_id),
    )


def _new_form(_found: Organisation, *, bound: bool) -> ContactForm:
    return ContactForm(formdata=_sent(bound=bound))


def _new_page(found: Organisation, form: ContactForm, **values: Any) -> str:
    return render_template(
        "exchanges/office/contact.html", university=found, contact=None, form=form, **values
    )


@bp.get("/contacts/<int:contact_id>")
@needs(policy.KEEP_CONTACT)
def contact(contact_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_contact(current_actor(), contact_id))
    return _page(found, _form(found, bound=False))


@bp.post("/contacts/<int:contact_id>")
@needs(policy.KEEP_CONTACT)
def change_contact(contact_id: int) -> ResponseReturnValue:
    def save(work: Work, found: ExchangeContact, form: ContactForm) -> None:
        version = form.version.data
        save_contact(work, found.organisation, form.facts(), contact=found, version=version)

    found = one_or_404(queries.own_contact(current_actor(), contact_id))
    return edit_contact.settle(
        contact_id,
        _form,
        save,
        _page,
        said=_("Partners read whom to ask."),
        to=url_for(".facts", university_id=found.organisation_id),
    )


def _form(found: ExchangeContact, *, bound: bool) -> ContactForm:
    return ContactForm(formdata=_sent(bound=bound), obj=found)


def _page(found: ExchangeContact, form: ContactForm, **values: Any) -> str:
    return render_template(
        "exchanges/office/contact.html",
        university=found.organisation,
        contact=found,
        form=form,
        removing=Button(formdata=None),
        **values,
    )


@bp.post("/contacts/<int:contact_id>/remove")
@needs(policy.KEEP_CONTACT)
def drop_contact(contact_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_contact(current_actor(), contact_id))
    return settle(
        Button(),
        find=lambda work: work.find(queries.own_contact(work.actor, contact_id)),
        do=remove_contact,
        said=_("This person is off the list."),
        to=url_for(".facts", university_id=found.organisation_id),
    )


# --- language scores of one's own


@bp.get("/scores")
@needs(SIGNED_IN)
def scores() -> ResponseReturnValue:
    form = AddScoreForm(formdata=None)
    return _scores_page(form)


@bp.post("/scores")
@needs(SIGNED_IN)
def keep_score() -> ResponseReturnValue:
    form = AddScoreForm()
    form.among(band.test for band in queries.score_bands(db.session()) if language_of(band.test))

    def do(work: Work, found: User) -> None:
        file: CheckedFile | None = None
        if form.has_file:
            sent = form.file.data
            file = check_file(sent.stream, file_name=sent.filename, declared=sent.mimetype or "")
        add_score(
            work,
            found,
            test=form.test.data,
            points=form.amount,
            taken_on=form.taken_on.data,
            file=file,
        )

    return settle(
        form,
        find=lambda work: work.find(person(work.actor)),
        do=do,
        said=_("The score is kept."),
        to=url_for(".scores"),
        again=lambda refusal: _scores_page(form, refusal=refusal),
    )


@bp.post("/scores/<int:score_id>/remove")
@needs(policy.KEEP_SCORE)
def drop_score(score_id: int) -> ResponseReturnValue:
    def do(work: Work, found: User) -> None:
        remove_score(work, found, work.find(queries.own_score(work.actor, score_id)))

    one_or_404(queries.own_score(current_actor(), score_id))
    return settle(
        Button(),
        find=lambda work: work.find(person(work.actor)),
        do=do,
        said=_("The score is removed."),
        to=url_for(".scores"),
    )


@bp.get("/scores/<int:score_id>/report")
@needs(policy.KEEP_SCORE)
def report(score_id: int) -> ResponseReturnValue:
    """The report that one put beside a score of one's own."""
    found = one_or_404(queries.own_score(current_actor(), score_id))
    if found.file is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return sent_file(found.file, open_file(found.file))


def _scores_page(form: AddScoreForm, *, refusal: str = "") -> str:
    actor = current_actor()
    bands = queries.score_bands(db.session())
    form.among(band.test for band in bands if language_of(band.test))
    kept = db.session.scalars(queries.scores_of(actor.user_id or 0)).all()
    return render_template(
        "exchanges/scores.html",
        opened=queries.openings_of(db.session(), actor),
        kept=[(one, band_of(bands, one.test, one.points, one.taken_on)) for one in kept],
        form=form,
        refusals=[refusal] if refusal else [],
        wording=wording,
        language_of=language_of,
        accept=ACCEPT,
    )
