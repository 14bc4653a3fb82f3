"""The list of those who come, on paper: what an embassy asks a host for."""

from typing import Any

from flask import Response

from app.foundation import languages
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.printing import pdf
from app.visits import wording
from app.visits.models import VisitGroup, VisitPerson
from app.visits.states import PersonState


def participants_pdf(group: VisitGroup, title: str) -> Response:
    """Those who confirmed, with what they said of themselves, in the reader's language."""
    name = _("Participants: %(title)s", title=title)
    made = pdf("participants", _said(group, title), locale=reader().locale, title=name)
    return Response(
        made,
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{group.application.ref}-participants.pdf"',
            "Cache-Control": "no-store",
        },
    )


def _said(group: VisitGroup, title: str) -> dict[str, Any]:
    host = group.host
    coming = [one for one in group.people if one.state is PersonState.CONFIRMED]
    place = ", ".join(filter(None, (host.city, languages.country_name(host.country_code))))
    received = ", ".join(filter(None, (group.laboratory, host.name)))
    days = _(
        "%(first)s to %(last)s",
        first=languages.day(group.first_on),
        last=languages.day(group.last_on),
    )
    return {
        "foot": f"{group.call.ref} · {group.application.ref}",
        "heading": _("List of participants"),
        "facts": [
            [_("Visit"), title],
            [_("Days"), days],
            [_("Received by"), received],
            [_("Where"), place],
            [_("Sent by"), languages.listed(group.senders)],
            [_("Paid for by"), group.call.organisation.name],
        ],
        "columns": [
            _("Name as in the passport"),
            _("Nationality"),
            _("Day of birth"),
            _("Institution and position"),
            _("Comes as"),
        ],
        "people": [_line(one) for one in coming],
        "note": _("Each person has confirmed these words. Nobody who has not confirmed is listed.")
        if coming
        else _("Nobody has confirmed yet."),
        "signature": _("Name and signature, for the host institution"),
        "day": _("Day"),
    }


def _line(person: VisitPerson) -> dict[str, str]:
    return {
        "name": person.passport_name,
        "native": person.native_name if person.native_name != person.passport_name else "",
        "nationality": languages.country_name(person.nationality or ""),
        "born": languages.day(person.born_on) if person.born_on else "",
        "institution": person.institution,
        "position": person.position,
        "part": wording.parts()[person.part],
    }
