"""One's own certificates; the page and the paper of one, which its issuer's staff see too."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.certificates import policy, queries
from app.certificates.facts import said_in
from app.certificates.forms import REASONS
from app.certificates.keyring import keyring
from app.certificates.models import Certificate
from app.certificates.numbering import printed_code
from app.certificates.views.printed import certificate_pdf, heading, hours, issued_on, when
from app.foundation import languages
from app.foundation.database import db
from app.foundation.errors import NoLonger
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, one_or_404

bp = Blueprint("certificates", __name__, url_prefix="/certificates")


@bp.get("")
@needs(SIGNED_IN)
def mine() -> ResponseReturnValue:
    rows = db.session.scalars(queries.certificates_of_holder(current_actor(), before_asked())).all()
    return render_template(
        "certificates/mine.html", **listed(rows), address=keyring().page, when=when
    )


@bp.get("/<int:certificate_id>")
@needs(policy.VIEW)
def certificate(certificate_id: int) -> ResponseReturnValue:
    """What it says, where it is checked, and for its issuer what can be done."""
    actor = current_actor()
    found = one_or_404(queries.certificate_with_all(actor, certificate_id))
    achievement, locale = found.facts.achievement, languages.reader().locale
    title, title_lang = said_in(achievement.titles, locale, achievement.original)
    criteria, criteria_lang = said_in(achievement.criteria, locale, achievement.original)
    return render_template(
        "certificates/certificate.html",
        certificate=found,
        facts=found.facts,
        heading=heading(found.kind),
        title=title,
        title_lang=title_lang,
        criteria=criteria,
        criteria_lang=criteria_lang,
        result=said_in(found.facts.result, locale, achievement.original)[0],
        when=when(found),
        hours=hours,
        issued_on=issued_on(found),
        code=printed_code(found.code),
        address=keyring().page(found.token),
        reasons=REASONS,
        own=policy.is_holder.holds(actor, found),
        looks_over=policy.works_for_issuer.holds(actor, found),
        may_revoke=policy.REVOKE.allows(actor, found) and found.revoked_at is None,
    )


@bp.get("/<int:certificate_id>/paper")
@needs(policy.VIEW)
def paper(certificate_id: int) -> ResponseReturnValue:
    """The sheet, as it was printed from the first day on; none is given out of what was revoked."""
    found = one_or_404(queries.certificate_with_all(current_actor(), certificate_id))
    if found.revoked_at is not None or found.erased_at is not None:
        raise NoLonger(_("This certificate was taken back, so it is not printed any more."))
    name = f"{found.serial.replace('/', '-')}.pdf"
    return Response(
        certificate_pdf(db.session(), found),
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def before_asked() -> int | None:
    """Where the page before ended, as its address says."""
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def listed(rows: object) -> dict[str, object]:
    """A page of certificates with their titles in the reader's language, and where it goes on."""
    found: list[Certificate] = list(rows)  # type: ignore[call-overload]
    locale, page = languages.reader().locale, found[: queries.PAGE]
    shown = []
    for one in page:
        facts = one.facts
        title, lang = said_in(facts.achievement.titles, locale, facts.achievement.original)
        shown.append((one, facts, title, lang))
    more = page[-1].id if len(found) > queries.PAGE else None
    return {"shown": shown, "more": more, "kinds": heading, "issued_on": issued_on}
