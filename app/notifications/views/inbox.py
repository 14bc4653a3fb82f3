"""A person's own messages, in the language that the person reads now."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.forms import Form
from app.foundation.languages import reader
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.notifications import policy, queries
from app.notifications.models import OutboxMessage
from app.notifications.operations import read_all_messages, read_message
from app.notifications.rendering import Letter, Letterhead, letter_or_apology

bp = Blueprint("notifications", __name__)


@bp.get("/inbox")
@needs(SIGNED_IN)
def inbox() -> ResponseReturnValue:
    """The messages, newest first."""
    older_than = request.args.get("before", "")
    before = int(older_than) if older_than.isascii() and older_than.isdigit() else None
    found = db.session.scalars(queries.inbox(current_actor(), before=before)).all()
    shown = found[: queries.PAGE]
    return render_template(
        "notifications/inbox.html",
        rows=[(message, _in_words(message)) for message in shown],
        any_unread=any(message.read_at is None for message in shown),
        older=shown[-1].id if len(found) > queries.PAGE else None,
        is_first_page=before is None,
    )


@bp.get("/inbox/<int:message_id>")
@needs(policy.READ)
def message(message_id: int) -> ResponseReturnValue:
    found = one_or_404(
        queries.messages_visible_to(current_actor()).where(OutboxMessage.id == message_id)
    )
    return render_template("notifications/message.html", message=found, letter=_in_words(found))


@bp.post("/inbox/<int:message_id>")
@needs(policy.READ)
def read(message_id: int) -> ResponseReturnValue:
    """Open a message: it counts as read from now on."""
    form = Form(request.form)
    with unit_of_work(current_actor()) as work:
        found = work.find(
            queries.messages_visible_to(work.actor).where(OutboxMessage.id == message_id)
        )
        if not form.validate():
            raise RuleBroken(form.first_error())
        read_message(work, found)
    return redirect(url_for(".message", message_id=message_id), 303)


@bp.post("/inbox")
@needs(SIGNED_IN)
def read_all() -> ResponseReturnValue:
    form = Form(request.form)
    with unit_of_work(current_actor()) as work:
        if not form.validate():
            raise RuleBroken(form.first_error())
        read_all_messages(work)
    return redirect(url_for(".inbox"), 303)


def _in_words(message: OutboxMessage) -> Letter:
    """Written anew in the language and zone of this moment, not of the day it was sent."""
    settings = current_app.config["SETTINGS"]
    now = reader()
    return letter_or_apology(
        Letterhead(settings.site_name, settings.public_url),
        message.kind,
        message.values,
        now.locale,
        now.zone or message.zone,
    )
