"""Whether a certificate holds: for whoever scans it, types it, or has a machine check it.

A certificate is found by the token of its paper, or by number and code together; no page lists
any, and a wrong code and an unknown number are answered alike.
"""

from typing import Any

from flask import (
    Blueprint,
    Response,
    json,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts import throttle
from app.certificates import queries
from app.certificates.credential import revocation_list, without_claims
from app.certificates.facts import Facts, competencies_in, said_in
from app.certificates.forms import REASONS, CheckForm
from app.certificates.keyring import keyring
from app.certificates.models import Certificate, SigningKey
from app.certificates.operations.issuing import centre_of
from app.certificates.signing import WrongSignature, opened, verify
from app.certificates.views.printed import heading, hours, issued_on, place_of, revoked_on
from app.foundation import languages
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.web import one_or_404, public

bp = Blueprint("verify", __name__)
JWT = "application/vc+jwt"
TOKENS = (JWT, "application/jwt", "application/vc-ld+jwt")
DOCUMENTS = ("application/vc", "application/ld+json", "application/vc+ld+json", "application/json")
HOUR = 3600


@bp.after_request
def _not_listed(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/verify")
@public
def form() -> ResponseReturnValue:
    return _form(CheckForm(formdata=None))


def _look() -> ResponseReturnValue:
    """Number and code as they were typed; who tries many is asked to wait."""
    form = CheckForm()
    if not form.validate():
        return _form(form), 422
    query = queries.certificate_by_serial(form.serial.data or "", form.code.data or "")
    found = db.session.scalar(query)
    if found is None:
        return _form(form, unknown=True), 404
    return redirect(url_for(".certificate", token=found.token))


def _wait(seconds: int) -> ResponseReturnValue:
    minutes = max(1, round(seconds / 60))
    said = ngettext(
        "Too many tries from here. Try again in %(num)s minute, or scan the square on the paper.",
        "Too many tries from here. Try again in %(num)s minutes, or scan the square on the paper.",
        minutes,
    )
    return make_response(_form(CheckForm(formdata=None), said=said), 429, {"Retry-After": seconds})


look = throttle.tries(
    "verify", _look, refuse=_wait, of=(throttle.network,), counted=lambda r: r.status_code == 404
)
bp.add_url_rule("/verify", "look", public(look), methods=["POST"])


def _form(form: CheckForm, *, unknown: bool = False, said: str = "") -> str:
    return render_template("certificates/check.html", form=form, unknown=unknown, said=said)


@bp.get("/verify/<token>")
@public
def certificate(token: str) -> ResponseReturnValue:
    """The page behind the square on the paper; machines are answered with the credential."""
    found = db.session.scalar(queries.certificate_with_token(token))
    if found is None:
        page = render_template("certificates/checked.html", certificate=None, holds=False)
        return page, 404
    wanted = request.accept_mimetypes.best_match(["text/html", *TOKENS, *DOCUMENTS], "text/html")
    if wanted in TOKENS:
        answer = _signed(found)
    elif wanted in DOCUMENTS:
        answer = _document(found)
    else:
        answer = make_response(_page(found))
    answer.headers.add("Vary", "Accept")
    return answer


@bp.get("/verify/<token>/credential.jwt")
@public
def signed(token: str) -> ResponseReturnValue:
    """The badge as a file: what one keeps, and what is checked without asking us."""
    return _as_file(_signed(_found(token)), _found(token), "jwt")


@bp.get("/verify/<token>/credential.json")
@public
def document(token: str) -> ResponseReturnValue:
    """The same in readable form, without its signature."""
    return _as_file(_document(_found(token)), _found(token), "json")


@bp.get("/verify/keys/<thumbprint>")
@public
def key(thumbprint: str) -> ResponseReturnValue:
    """The public key that a badge names as its `kid`."""
    found = one_or_404(select(SigningKey).where(SigningKey.thumbprint == thumbprint))
    return _open_to_machines(_json(_jwk(found), "application/jwk+json"), HOUR)


@bp.get("/.well-known/jwks.json")
@public
def keys() -> ResponseReturnValue:
    """Every key that ever signed here, so that old badges are checked for ever."""
    found = [_jwk(key) for key in db.session.scalars(queries.every_key())]
    return _open_to_machines(_json({"keys": found}, "application/jwk-set+json"), HOUR)


@bp.get("/issuers/<ref>")
@public
def issuer(ref: str) -> ResponseReturnValue:
    """The issuer's profile of Open Badges."""
    found = one_or_404(queries.issuer_named_by(ref))
    centre = centre_of(found)
    said = {"id": keyring().issuer(ref), "type": ["Profile"], "name": centre.name}
    said |= {"url": centre.website} if centre.website else {}
    return _open_to_machines(_json(said, "application/ld+json"), HOUR)


@bp.get("/issuers/<ref>/revoked")
@public
def revoked(ref: str) -> ResponseReturnValue:
    """What the issuer took back, by the names of badges: no person, no address of a page."""
    found = one_or_404(queries.issuer_named_by(ref))
    rows = db.session.execute(queries.revoked_by_issuer(found.id))
    said = revocation_list(keyring().issuer(ref), [(urn, str(why)) for urn, why in rows])
    return _open_to_machines(_json(said, "application/json"), 0)


def _found(token: str) -> Certificate:
    found = one_or_404(queries.certificate_with_token(token))
    if not found.jws:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


def _page(found: Certificate) -> str:
    facts, locale = found.facts, languages.reader().locale
    achievement = facts.achievement
    title, title_lang = said_in(achievement.titles, locale, achievement.original)
    criteria, criteria_lang = said_in(achievement.criteria, locale, achievement.original)
    result, result_lang = said_in(facts.result, locale, achievement.original)
    return render_template(
        "certificates/checked.html",
        certificate=found,
        facts=facts,
        achievement=achievement,
        holds=found.revoked_at is None and found.erased_at is None,
        genuine=found.erased_at is not None or _is_genuine(found),
        heading=heading(found.kind),
        title=title,
        title_lang=title_lang,
        criteria=criteria,
        criteria_lang=criteria_lang,
        result=result,
        result_lang=result_lang,
        competencies=competencies_in(achievement, locale),
        issued_on=issued_on(found),
        revoked_on=revoked_on(found),
        place=place_of(facts.centre),
        hours=hours,
        reasons=REASONS,
        key=keyring().key_address(found.key.thumbprint),
    )


def _is_genuine(found: Certificate) -> bool:
    """Whether what we show is what was signed: a row that somebody altered shows here."""
    try:
        payload = verify(found.jws, found.key.public)
    except WrongSignature:
        return False
    subject = payload["credentialSubject"]
    named = {entry["identityHash"] for entry in subject["identifier"]}
    facts: Facts = found.facts
    return subject["licenseNumber"] == found.serial and named == set(
        filter(None, (facts.names.latin, facts.names.native))
    )


def _signed(found: Certificate) -> Response:
    return _open_to_machines(Response(found.jws, content_type=JWT), 0)


def _document(found: Certificate) -> Response:
    said = without_claims(opened(found.jws)[1]) if found.jws else {}
    return _open_to_machines(_json(said, "application/ld+json"), 0)


def _as_file(response: Response, found: Certificate, suffix: str) -> Response:
    name = f"{found.serial.replace('/', '-')}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _jwk(key: SigningKey) -> dict[str, Any]:
    kid = keyring().key_address(key.thumbprint)
    return {**key.public, "kid": kid, "use": "sig", "alg": "RS256"}


def _json(said: Any, media_type: str) -> Response:
    return Response(json.dumps(said, ensure_ascii=False, indent=1), content_type=media_type)


def _open_to_machines(response: Response, seconds: int) -> Response:
    """Pages of other sites may read it: a wallet in a browser checks badges so."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={seconds}" if seconds else "no-cache"
    return response
