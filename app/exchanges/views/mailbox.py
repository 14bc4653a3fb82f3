"""Pages on which an office says where answers to its mail go, and on which that is confirmed."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import policy, queries
from app.exchanges.forms import MailboxForm
from app.exchanges.models import OfficeMailbox
from app.exchanges.operations import ask_for_mailbox, confirm_mailbox, drop_mailbox
from app.exchanges.queries.mailbox import LINKS_HOLD
from app.exchanges.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing, settle
from app.foundation.web import current_actor, needs, one_or_404, public
from app.foundation.work import Work
from app.organisations.models import Organisation

edit_mailbox: Editing[Organisation] = Editing(
    of=queries.university_with_mailbox, may=policy.KEEP_MAILBOX
)


@bp.get("/facts/<int:university_id>/mailbox")
@needs(policy.KEEP_MAILBOX)
def mailbox(university_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.university_with_mailbox(current_actor(), university_id))
    return _page(found, _form(found, bound=False))


@bp.post("/facts/<int:university_id>/mailbox")
@needs(policy.KEEP_MAILBOX)
def ask_mailbox(university_id: int) -> ResponseReturnValue:
    def save(work: Work, found: Organisation, form: MailboxForm) -> None:
        ask_for_mailbox(
            work,
            found,
            form.address.data or "",
            locale=form.locale.data or "",
            version=form.version.data,
        )

    return edit_mailbox.settle(
        university_id,
        _form,
        save,
        _page,
        said=_("A link was mailed to this address. Answers go there once it is followed."),
        to=url_for(".mailbox", university_id=university_id),
    )


@bp.post("/facts/<int:university_id>/mailbox/remove")
@needs(policy.KEEP_MAILBOX)
def remove_mailbox(university_id: int) -> ResponseReturnValue:
    def find(work: Work) -> Organisation:
        return work.find(queries.university_with_mailbox(work.actor, university_id))

    return settle(
        Button(),
        find=find,
        do=drop_mailbox,
        said=_("Answers go to this site again."),
        to=url_for(".mailbox", university_id=university_id),
    )


@bp.get("/mailboxes/<secret>")
@public
def confirming(secret: str) -> ResponseReturnValue:
    """Following a link does nothing by itself: programs that read mail follow links too."""
    found = one_or_404(queries.mailbox_by_key(secret, clock.now()))
    return render_template("exchanges/mailbox.html", found=found, form=Button(formdata=None))


@bp.post("/mailboxes/<secret>")
@public
def confirm_it(secret: str) -> ResponseReturnValue:
    found = one_or_404(queries.mailbox_by_key(secret, clock.now()))
    name = found.organisation.name
    return settle(
        Button(),
        find=lambda work: work.find(queries.mailbox_by_key(secret, work.now)),
        do=confirm_mailbox,
        said=_("Answers to %(name)s come to this address now.", name=name),
        to=url_for("public.organisation", ref=found.organisation.ref),
    )


def _kept(found: Organisation) -> OfficeMailbox | None:
    return db.session.scalar(queries.mailbox_of(found.id))


def _form(found: Organisation, *, bound: bool) -> MailboxForm:
    form = MailboxForm(formdata=request.form if bound else None, obj=_kept(found))
    if not bound and form.version.data is None:
        form.version.data = 0
    return form


def _page(found: Organisation, form: MailboxForm, **values: Any) -> str:
    kept = _kept(found)
    asked_at = kept.asked_at if kept else None
    return render_template(
        "exchanges/office/mailbox.html",
        university=found,
        kept=kept,
        is_late=asked_at is not None and asked_at + LINKS_HOLD <= clock.now(),
        form=form,
        removing=Button(formdata=None),
        may_keep_facts=policy.KEEP_FACTS.allows(current_actor(), found),
        **values,
    )
