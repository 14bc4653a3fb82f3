"""Pages on which an international office posts places at its university."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import policy, queries, readiness, wording
from app.exchanges.forms import (
    NewPostingForm,
    PostingForm,
    PostingTextForm,
)
from app.exchanges.models import Posting
from app.exchanges.operations import (
    begin_posting,
    close_nominations,
    open_posting,
    reopen_nominations,
    save_posting,
    save_posting_text,
)
from app.exchanges.states import ENDED, PostingStage
from app.exchanges.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing
from app.foundation.text_pages import TextPage
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.deadlines import closing_day
from app.organisations.models import Organisation

begin_at: Editing[Organisation] = Editing(of=queries.own_university, may=policy.POST)
edit_posting: Editing[Posting] = Editing(of=queries.posting_to_change, may=policy.EDIT_POSTING)
SHOWN = ("capacity", "language", "documents", "papers_by", "contact", "languages", "version")


@bp.get("/office")
@needs(policy.POST_SOME)
def office() -> ResponseReturnValue:
    actor = current_actor()
    policy.POST_SOME.require(actor, None)
    return render_template(
        "exchanges/office/postings.html",
        postings=db.session.scalars(queries.postings_of_office(actor)).all(),
        own=db.session.scalars(queries.own_universities(actor)).all(),
        wording=wording,
    )


@bp.get("/office/new/<int:university_id>")
@needs(policy.POST)
def new_posting(university_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_university(current_actor(), university_id))
    return _new_page(found, _new_form(found, bound=False))


@bp.post("/office/new/<int:university_id>")
@needs(policy.POST)
def post_places(university_id: int) -> ResponseReturnValue:
    def begin(work: Work, host: Organisation, form: NewPostingForm) -> int:
        key = form.request_key.data or ""
        return begin_posting(work, host, form.terms(), form.text(), request_key=key).id

    return begin_at.settle(
        university_id,
        _new_form,
        begin,
        _new_page,
        said=_("Only your office sees it until you open it."),
        to=lambda made: url_for(".office_posting", posting_id=made),
    )


def _new_form(host: Organisation, *, bound: bool) -> NewPostingForm:
    form = NewPostingForm(formdata=request.form if bound else None)
    _between(form, host.id)
    return form


def _between(form: PostingForm, host_id: int) -> None:
    session = db.session()
    terms = session.scalars(queries.terms_of_university(host_id)).all()
    form.between(terms, queries.senders_to(session, host_id))


def _new_page(host: Organisation, form: NewPostingForm, **values: Any) -> str:
    return render_template(
        "exchanges/office/new_posting.html", university=host, form=form, **values
    )


@bp.get("/office/<int:posting_id>")
@needs(policy.EDIT_POSTING)
def office_posting(posting_id: int) -> ResponseReturnValue:
    return _shown("posting", edit_posting.found(posting_id))


def _shown(template: str, posting: Posting, **values: Any) -> str:
    at = clock.now()
    checks = readiness.check(queries.preparation_of(db.session(), posting), at)
    return render_template(
        f"exchanges/office/{template}.html",
        posting=posting,
        checks=checks if posting.stage is PostingStage.DRAFT else [],
        ready=not readiness.preventing(checks),
        over=posting.stage in ENDED,
        wording=wording,
        all_languages=LANGUAGES,
        **values,
    )


@bp.get("/office/<int:posting_id>/terms")
@needs(policy.EDIT_POSTING)
def posting_terms(posting_id: int) -> ResponseReturnValue:
    posting = edit_posting.found(posting_id)
    return _terms_page(posting, _terms_form(posting, bound=False))


@bp.post("/office/<int:posting_id>/terms")
@needs(policy.EDIT_POSTING)
def save_posting_terms(posting_id: int) -> ResponseReturnValue:
    def save(work: Work, posting: Posting, form: PostingForm) -> None:
        save_posting(work, posting, form.terms(), version=form.version.data)

    return edit_posting.settle(
        posting_id,
        _terms_form,
        save,
        _terms_page,
        said=_("What you offer is saved."),
        to=url_for(".office_posting", posting_id=posting_id),
    )


def _terms_form(posting: Posting, *, bound: bool) -> PostingForm:
    under = posting.agreement_id
    level = posting.language_level
    shown = {name: getattr(posting, name) for name in SHOWN} | {
        "term": str(posting.term_id),
        "agreement": f"{under}-{posting.origin_id}" if under else "",
        "levels": [str(one) for one in posting.levels],
        "fields": ", ".join(posting.fields),
        "language_level": level.value if level else "",
        "tuition": posting.tuition.value,
        "housing": posting.housing.value,
        "nominate_by": closing_day(posting.closes_at, posting.closes_zone),
    }
    form = PostingForm(formdata=request.form if bound else None, data=shown)
    _between(form, posting.organisation_id)
    form.keep(shown["agreement"], posting.origin.name if posting.origin else "")
    return form


def _terms_page(posting: Posting, form: PostingForm, **values: Any) -> str:
    return _shown("posting_terms", posting, form=form, **values)


class _TextPage(TextPage[Posting, PostingTextForm]):
    """What a posting says in one language."""

    edit, asks = edit_posting, PostingTextForm

    def save(self, work: Work, posting: Posting, form: PostingTextForm) -> None:
        version = form.version.data
        save_posting_text(work, posting, form.text(), locale=self.locale, version=version)

    def page(self, posting: Posting, form: PostingTextForm, **values: Any) -> str:
        return _shown("posting_text", posting, form=form, **self.beside(posting), **values)


@bp.get("/office/<int:posting_id>/texts/<locale>")
@needs(policy.EDIT_POSTING)
def posting_text(posting_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).show(posting_id)


@bp.post("/office/<int:posting_id>/texts/<locale>")
@needs(policy.EDIT_POSTING)
def write_posting_text(posting_id: int, locale: str) -> ResponseReturnValue:
    to = url_for(".office_posting", posting_id=posting_id)
    return _TextPage(locale).write(posting_id, to=to)


@bp.post("/office/<int:posting_id>/open")
@needs(policy.EDIT_POSTING)
def open_it(posting_id: int) -> ResponseReturnValue:
    return _press(posting_id, open_posting, _("Everybody sees it now, and partners may nominate."))


@bp.post("/office/<int:posting_id>/close-nominations")
@needs(policy.EDIT_POSTING)
def close_it(posting_id: int) -> ResponseReturnValue:
    return _press(posting_id, close_nominations, _("Nominations are closed."))


@bp.post("/office/<int:posting_id>/reopen")
@needs(policy.EDIT_POSTING)
def reopen_it(posting_id: int) -> ResponseReturnValue:
    return _press(posting_id, reopen_nominations, _("Nominations are open again."))


def _press(
    posting_id: int, do: Callable[[Work, Posting], object], said: str
) -> ResponseReturnValue:
    to = url_for(".office_posting", posting_id=posting_id)
    return edit_posting.press(posting_id, do, said=said, to=to)
