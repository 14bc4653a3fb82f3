"""Pages on which a host ends a posting, seeing first who hopes for it."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import wording as exchange_words
from app.exchanges.models import Posting
from app.exchanges.policy import EDIT_POSTING
from app.exchanges.queries import posting_to_change
from app.exchanges.states import ENDED
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing, settle
from app.foundation.web import needs
from app.mobility import queries
from app.mobility.forms import WithdrawForm
from app.mobility.operations import conclude_posting, find_posting_to_end, withdraw_posting
from app.mobility.views import bp

edit_posting: Editing[Posting] = Editing(of=posting_to_change, may=EDIT_POSTING)


@bp.get("/postings/<int:posting_id>/withdraw")
@needs(EDIT_POSTING)
def withdraw_page(posting_id: int) -> ResponseReturnValue:
    return _page(posting_id, WithdrawForm(formdata=None))


@bp.post("/postings/<int:posting_id>/withdraw")
@needs(EDIT_POSTING)
def withdraw_it(posting_id: int) -> ResponseReturnValue:
    form = WithdrawForm()
    return settle(
        form,
        find=lambda work: find_posting_to_end(work, posting_id),
        do=lambda work, posting: withdraw_posting(work, posting, reason=form.reason.data or ""),
        said=_("The posting is withdrawn."),
        to=_office(posting_id),
        again=lambda refusal: _page(posting_id, form, *([refusal] if refusal else [])),
    )


@bp.post("/postings/<int:posting_id>/filled")
@needs(EDIT_POSTING)
def fill_it(posting_id: int) -> ResponseReturnValue:
    return _conclude(posting_id, _("All its places are filled."), filled=True)


@bp.post("/postings/<int:posting_id>/conclude")
@needs(EDIT_POSTING)
def conclude_it(posting_id: int) -> ResponseReturnValue:
    said = _("The posting is closed; some places stayed free.")
    return _conclude(posting_id, said, filled=False)


def _conclude(posting_id: int, said: str, *, filled: bool) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: find_posting_to_end(work, posting_id),
        do=lambda work, posting: conclude_posting(work, posting, filled=filled),
        said=said,
        to=_office(posting_id),
    )


def _office(posting_id: int) -> str:
    return url_for("exchanges.office_posting", posting_id=posting_id)


def _page(posting_id: int, form: WithdrawForm, *refusals: str) -> str:
    posting = edit_posting.found(posting_id)
    return render_template(
        "mobility/withdraw_posting.html",
        posting=posting,
        over=posting.stage in ENDED,
        hopes=queries.hopes_on(db.session(), posting.id),
        form=form,
        refusals=refusals,
        below=True,
        wording=exchange_words,
    )
