"""The demo's mailbox: every mail that was sent or waits. Elsewhere there is no such page."""

import base64
import hashlib
import re

from flask import Blueprint, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.web import one_or_404, public
from app.notifications import queries
from app.notifications.models import OutboxMessage
from app.notifications.rendering import Letter, Letterhead, letter_or_apology

bp = Blueprint("demo_mailbox", __name__, url_prefix="/dev")
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
LINK = re.compile(r"https?://[^\s<>\"']+")
MOST_IN_JSON = 5000


@bp.before_request
def _only_in_a_demo() -> None:
    if not current_app.config["SETTINGS"].demo:
        raise NotFound(_("There is no such page, or it is not yours to see."))


@bp.get("/mail")
@public
def mail() -> ResponseReturnValue:
    """All mails, newest first; `to` keeps those of one address."""
    older_than = request.args.get("before", "")
    before = int(older_than) if older_than.isascii() and older_than.isdigit() else None
    query = queries.every_mail(to=_address(), before=before)
    found = db.session.scalars(query.limit(queries.PAGE + 1)).all()
    shown = found[: queries.PAGE]
    return render_template(
        "notifications/demo_mailbox.html",
        rows=[(message, _as_sent(message)) for message in shown],
        older=shown[-1].id if len(found) > queries.PAGE else None,
        to=_address(),
    )


@bp.get("/mail.json")
@public
def mail_json() -> ResponseReturnValue:
    """The same for programs: [{to, subject, text, links, queued_at, sent_at}], newest first."""
    found = db.session.scalars(queries.every_mail(to=_address()).limit(MOST_IN_JSON))
    return jsonify([_as_json(message) for message in found])


@bp.get("/mail/<int:message_id>")
@public
def one_mail(message_id: int) -> ResponseReturnValue:
    message = one_or_404(queries.every_mail().where(OutboxMessage.id == message_id))
    return render_template(
        "notifications/demo_mail.html", message=message, letter=_as_sent(message)
    )


@bp.get("/mail/<int:message_id>/page")
@public
def page(message_id: int) -> ResponseReturnValue:
    """The mail's own page, shut in: it may style itself and link, and nothing else."""
    message = one_or_404(queries.every_mail().where(OutboxMessage.id == message_id))
    html = _as_sent(message).html
    if not html:
        raise NotFound(_("This mail is text only."))
    styles = " ".join(f"'sha256-{_digest(style)}'" for style in STYLE.findall(html))
    response = make_response(html)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {styles or chr(39) + 'none' + chr(39)}; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    return response


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _address() -> str:
    return request.args.get("to", "").replace("\0", "")[:320].strip()


def _as_json(message: OutboxMessage) -> dict[str, object]:
    letter = _as_sent(message)
    return {
        "to": message.address,
        "subject": letter.subject,
        "text": letter.text,
        "links": [link.rstrip(".,;:)") for link in LINK.findall(letter.text)],
        "queued_at": message.queued_at.isoformat(),
        "sent_at": None if message.sent_at is None else message.sent_at.isoformat(),
        "kind": message.kind,
    }


def _as_sent(message: OutboxMessage) -> Letter:
    """In the language and zone of whom it was sent to; a mail never changes, so it is kept."""
    kept: dict[str, Letter] = current_app.extensions.setdefault("demo_mailbox", {})
    if message.message_id not in kept:
        settings = current_app.config["SETTINGS"]
        kept[message.message_id] = letter_or_apology(
            Letterhead(settings.site_name, settings.public_url),
            message.kind,
            message.values,
            message.locale,
            message.zone,
        )
    return kept[message.message_id]
