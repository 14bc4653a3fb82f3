"""The paper form for whoever recommends without a mail: with its code, as letters and as QR."""

from typing import Any

from flask import Response, url_for

from app.applications.models import ReferenceRequest
from app.applications.queries import title_in
from app.foundation import languages
from app.foundation.languages import gettext as _
from app.foundation.printing import pdf
from app.foundation.qr import qr_svg


def letter_form(request: ReferenceRequest, code: str, until: Any) -> Response:
    """The form in the language of the person who is asked; `until` is their deadline."""
    with languages.speaking(request.locale):
        title = _("Letter of recommendation")
        made = pdf("letter_form", _said(request, code, until), locale=request.locale, title=title)
    return Response(
        made,
        mimetype="application/pdf",
        headers={
            "Content-Disposition": 'attachment; filename="letter-of-recommendation.pdf"',
            "Cache-Control": "no-store",
        },
    )


def _said(request: ReferenceRequest, code: str, until: Any) -> dict[str, Any]:
    application = request.application
    opportunity = application.opportunity
    zone = opportunity.closes_zone or "UTC"
    office = opportunity.organisation
    address = url_for("recommending.code", code=code, _external=True)
    facts = [
        (_("For the applicant"), application.applicant_name),
        (_("Applies for"), title_in(opportunity, request.locale)[0]),
        (_("To be written by"), ", ".join(filter(None, (request.name, request.institution)))),
        (_("How you know each other"), request.corrected or request.known_as),
    ]
    if until is not None:
        moment = _(
            "%(moment)s in %(place)s",
            moment=languages.moment(until, zone),
            place=languages.city(zone),
        )
        facts.append((_("Must be here by"), moment))
    contact = getattr(opportunity, "contact", "")
    return {
        "foot": f"{application.ref} · {office.name}",
        "facts": facts,
        "qr": qr_svg(address),
        "qr_says": _("The address below, to be scanned"),
        "online": _("On a phone or computer"),
        "online_how": _("Scan the square, or open this address and type the code:"),
        "address": url_for("recommending.code", _external=True),
        "code": code,
        "code_once": _("The code is good once. It opens this letter and nothing else."),
        "by_post": _("Or by post"),
        "by_post_how": "\n".join(
            [
                _("Write below or on your own paper, sign it, and send it in an envelope to:"),
                ", ".join(
                    filter(
                        None,
                        (office.name, office.city, languages.country_name(office.country_code)),
                    )
                ),
                contact,
            ]
        ).strip(),
        "letter": _("The letter"),
        "may_read": _("The applicant may read this letter"),
        "name_and_signature": _("Name and signature"),
        "day": _("Day"),
    }
