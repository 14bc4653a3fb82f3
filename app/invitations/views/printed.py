"""The letter of invitation on paper, in two languages, with a way to check it."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, url_for

from app.files.states import Way
from app.foundation import languages
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.printing import pdf
from app.foundation.qr import qr_svg
from app.invitations import wording
from app.invitations.models import Invitation, InvitationAnswer, InvitationLetter
from app.invitations.operations.telling import home_of
from app.invitations.states import OVER, Side
from app.organisations.models import Organisation

# In which of our languages the offices of a country write, besides English.
WRITES = {"JP": "ja", "KH": "km", "TH": "th"}


def letter_pdf(invitation: Invitation) -> Response:
    """What was sent last, word for word; the invitation must be loaded with all.

    English first, then the language of the host's country, else of whoever reads it.
    """
    letter, host = invitation.letters[-1], invitation.host
    second = WRITES.get(host.country_code, "")
    shown = dict.fromkeys(["en", second if second in LANGUAGES else languages.reader().locale])
    check = url_for("invitations.check", code=letter.code, _external=True)
    parts = []
    for locale in shown:
        with languages.speaking(locale, host.zone):
            parts.append(_part(locale, invitation, letter))
    made = pdf(
        "invitation_letter",
        {
            "parts": parts,
            "foot": f"{host.name} · {letter.code}",
            "qr": qr_svg(check),
            "check": check,
        },
        locale="en",
        title=f"{parts[0]['heading']}: {invitation.person_name}",
        at=letter.sent_at,
    )
    headers = {
        "Content-Disposition": f'attachment; filename="invitation-{invitation.id}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(made, mimetype="application/pdf", headers=headers)


def _part(locale: str, invitation: Invitation, letter: InvitationLetter) -> dict[str, Any]:
    host, said = invitation.host, letter.contents
    day = letter.sent_at.astimezone(ZoneInfo(host.zone)).date()
    words = wording.headings()
    country = languages.country_name(said["home_country"])
    facts = [
        (_("Invited person"), said["person"]),
        *_of_account(invitation, letter),
        (_("Home institution"), f"{_in_full(said['home'], invitation.home)}, {country}"),
        (_("Host institution"), f"{_in_full(said['host_name'], host)}, {_place(invitation)}"),
        *(
            (words[name], wording.said(name, said[name], said))
            for name in ("laboratory", "received_by", "purpose_kind", "project")
            if said[name]
        ),
        (_("Days"), _days(said)),
        (words["language"], wording.said("language", said["language"], said)),
        (words["paid"], wording.said("paid", said["paid"], said)),
    ]
    return {
        "lang": locale,
        "heading": _("Letter of invitation"),
        "dated": _(
            "%(place)s, %(day)s",
            place=host.city or languages.country_name(host.country_code),
            day=languages.day(day),
        ),
        "sentence": _(
            "%(host)s invites %(person)s of %(home)s to a research stay from %(first)s to"
            " %(last)s.",
            host=said["host_name"],
            person=said["person"],
            home=said["home"],
            first=wording.said("first_on", said["first_on"], said),
            last=wording.said("last_on", said["last_on"], said),
        ),
        "purpose_heading": words["purpose"],
        "purpose": said["purpose"],
        "facts": [*facts, *_answers(invitation, letter)],
        "signature": _("Name and signature, for the host institution"),
        "check_it": _("Check this letter:"),
        "valid": _(
            "Made by Lontar from what the host institution entered there (SHA-256 %(sha256)s).",
            sha256=letter.fingerprint,
        ),
    }


def _in_full(said: str, body: Organisation | None) -> str:
    """The name that the letter says, with the one that the body bears at home."""
    return body.full_name if body is not None and body.name == said else said


def _place(invitation: Invitation) -> str:
    host = invitation.host
    return ", ".join(filter(None, (host.city, languages.country_name(host.country_code))))


def _days(said: dict[str, Any]) -> str:
    first, last = (wording.said(name, said[name], said) for name in ("first_on", "last_on"))
    return _("%(first)s to %(last)s", first=first, last=last)


def _of_account(invitation: Invitation, letter: InvitationLetter) -> list[tuple[str, str]]:
    """What the account of the person says, which an embassy compares with a passport.

    Nobody reads it here before that person has said yes.
    """
    person = invitation.person
    if person is None or not any(a.side is Side.PERSON and a.yes for a in letter.answers):
        return []
    facts = [(_("Name as in the passport"), person.passport_name)] if person.passport_name else []
    if person.born_on:
        facts.append((_("Born on"), languages.day(person.born_on)))
    return facts


def _answers(invitation: Invitation, letter: InvitationLetter) -> list[tuple[str, str]]:
    """Who has said yes to this letter, and when; a no, or an end, is said as well."""
    zone = ZoneInfo(invitation.host.zone)
    names = wording.sides()
    facts = []
    for side in (Side.PERSON, Side.HOME):
        answer = next((one for one in reversed(letter.answers) if one.side is side), None)
        facts.append((names[side], _answer(answer, home_of(invitation), zone)))
    if invitation.state in OVER:
        facts.append((_("State"), wording.states()[invitation.state]))
    return facts


def _answer(answer: InvitationAnswer | None, home: str, zone: ZoneInfo) -> str:
    if answer is None:
        return _("Not answered yet")
    day = languages.day(answer.at.astimezone(zone).date())
    said = _("Agreed on %(day)s", day=day) if answer.yes else _("Declined on %(day)s", day=day)
    how = wording.how_answered(answer, home) if answer.way is not Way.PAGE else ""
    return f"{said}. {how}" if how else said
