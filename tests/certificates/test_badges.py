"""The badge: what the standard asks for, signed so that others verify it, and nobody alters it."""

import base64
import json
import re
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet
from jsonschema import Draft201909Validator

from app.certificates import queries
from app.certificates.credential import without_claims
from app.certificates.models import Certificate
from app.certificates.operations import revoke_certificate
from app.certificates.signing import WrongSignature, opened, verify
from app.certificates.states import CertificateKind, RevocationReason
from app.foundation.work import unit_of_work
from tests import make
from tests.certificates.scene import achievement, scene

DATA = Path(__file__).parents[1] / "data" / "openbadges"
SCHEMA = json.loads((DATA / "ob_v3p0_achievementcredential_schema.json").read_text())
KINDS = list(CertificateKind)


def faults(credential: dict) -> list[str]:
    """What the schema of Open Badges 3.0 has against it."""
    return [error.message for error in Draft201909Validator(SCHEMA).iter_errors(credential)]


def words_of_contexts() -> set[str]:
    """Every word that the two contexts explain, at whatever depth."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            found.update(node)
            for value in node.values():
                walk(value)
        if isinstance(node, list):
            for value in node:
                walk(value)

    for name in ("credentials-v2.jsonld", "context-3.0.3.json"):
        walk(json.loads((DATA / name).read_text()))
    return found


def words_used(node: object) -> set[str]:
    """Every name and every type of a credential."""
    if isinstance(node, list):
        return set().union(*map(words_used, node))
    if not isinstance(node, dict):
        return set()
    kinds = node.get("type", [])
    names = set(node) - {"@context"}
    inside = [words_used(value) for key, value in node.items() if key != "@context"]
    return names.union([kinds] if isinstance(kinds, str) else kinds, *inside)


@pytest.mark.parametrize("kind", KINDS)
def test_every_badge_is_one_by_the_schema(session, kind) -> None:
    here = scene()
    certificate = here.issue(kind=kind, result={"en": "92 of 100"})
    credential = without_claims(opened(certificate.jws)[1])
    assert faults(credential) == []
    assert re.fullmatch(r"2027-01-05T03:00:00Z", credential["validFrom"])
    assert credential["credentialSubject"]["licenseNumber"] == certificate.serial
    assert [i["identityHash"] for i in credential["credentialSubject"]["identifier"]] == [
        "SOK Sophea",
        "សុខ សុភា",
    ]


def test_a_badge_with_the_least_that_can_be_said_is_one_too(session) -> None:
    here = scene()
    bare = achievement(starts_on=None, ends_on=None, hours=None, competencies=())
    credential = without_claims(opened(here.issue(achievement=bare).jws)[1])
    assert faults(credential) == []


def test_the_schema_does_refuse(session) -> None:
    here = scene()
    credential = without_claims(opened(here.issue().jws)[1])
    assert faults({**credential, "type": ["VerifiableCredential"]})
    assert faults({k: v for k, v in credential.items() if k != "issuer"})


def test_every_word_of_a_badge_is_explained_by_the_contexts_that_it_names(session) -> None:
    here = scene()
    credential = without_claims(opened(here.issue(result={"en": "Passed"}).jws)[1])
    own = set(credential["@context"][2])
    assert words_used(credential) - words_of_contexts() - own == set()


def test_the_claims_of_the_token_say_what_the_badge_says(session) -> None:
    here = scene()
    header, payload = opened(here.issue().jws)
    assert set(header) == {"alg", "kid", "typ"}
    assert (header["alg"], header["typ"]) == ("RS256", "JWT")
    assert payload["iss"] == payload["issuer"]["id"]
    assert payload["jti"] == payload["id"]
    assert payload["sub"] == payload["credentialSubject"]["id"]
    assert payload["nbf"] == int(make.NOW.timestamp())


def test_a_badge_says_nothing_of_the_person_but_the_name(session) -> None:
    here = scene()
    text = base64.urlsafe_b64decode(here.issue().jws.split(".")[1] + "==").decode()
    assert here.holder.email not in text
    assert str(here.holder.born_on or "born") not in text


def test_one_letter_changed_and_it_is_signed_by_nobody(session) -> None:
    here = scene()
    certificate = here.issue()
    key = session.scalars(queries.key_in_use()).one()
    header, payload, signature = certificate.jws.split(".")
    changed = json.dumps({**verify(certificate.jws, key.public), "name": "Doctor of everything"})
    forged = base64.urlsafe_b64encode(changed.encode()).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for token in (
        f"{header}.{forged}.{signature}",
        f"{header}.{payload}.{signature[:-4]}AAAA",
        f"{none}.{payload}.",
        f"{none}.{payload}.{signature}",
        "a.b.c",
        "nothing",
    ):
        with pytest.raises(WrongSignature):
            verify(token, key.public)


def test_another_library_verifies_it_with_nothing_but_the_published_keys(client, session) -> None:
    """As somebody does who kept the file and the keys, and has no network."""
    here = scene()
    certificate = here.issue()
    file = client.get(f"/verify/{certificate.token}/credential.jwt")
    kept = KeySet.import_key_set(client.get("/.well-known/jwks.json").json)
    token = jwt.decode(file.text, kept, algorithms=["RS256"])
    assert token.claims["jti"] == certificate.urn
    head, _dot, signature = file.text.rpartition(".")
    with pytest.raises(BadSignatureError):
        jwt.decode(f"{head}.{'A' * len(signature)}", kept, algorithms=["RS256"])


def test_the_name_of_its_key_is_an_address_that_answers_with_the_key(client, session) -> None:
    here = scene()
    certificate = here.issue()
    kid = opened(certificate.jws)[0]["kid"]
    answer = client.get(kid.removeprefix("http://localhost"))
    assert answer.json["kid"] == kid
    assert set(answer.json) == {"kty", "n", "e", "kid", "use", "alg"}
    assert verify(certificate.jws, answer.json)["id"] == certificate.urn
    assert client.get("/verify/keys/another").status_code == 404


def test_from_the_address_in_the_square_a_machine_gets_the_proof(client, session) -> None:
    here = scene()
    certificate = here.issue()
    address = f"/verify/{certificate.token}"
    token = client.get(address, headers={"Accept": "application/vc+jwt"})
    assert token.content_type == "application/vc+jwt"
    assert token.text == certificate.jws
    assert "Accept" in token.headers["Vary"]
    document = client.get(address, headers={"Accept": "application/ld+json"})
    assert faults(document.json) == []
    assert document.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(address).content_type.startswith("text/html")


def test_what_was_taken_back_is_in_the_issuers_list_without_names(client, session) -> None:
    here = scene()
    kept, ended = here.issue(make.person()), here.issue()
    payload = opened(ended.jws)[1]
    status = payload["credentialStatus"]["id"].removeprefix("http://localhost")
    assert client.get(status).json["revokedCredentials"] == []
    with unit_of_work(make.actor(here.staff)) as work:
        row = work.find(
            queries.certificates_visible_to(work.actor).where(Certificate.id == ended.id)
        )
        revoke_certificate(work, row, reason=RevocationReason.MISCONDUCT, note="A private matter")
    answer = client.get(status)
    assert answer.json["issuer"] == payload["issuer"]["id"]
    assert answer.json["revokedCredentials"] == [
        {"id": ended.urn, "revoked": True, "revocationReason": "misconduct"}
    ]
    assert "private" not in answer.text
    assert ended.token not in answer.text
    assert kept.urn not in answer.text


def test_the_issuer_has_a_profile_and_who_never_certified_has_none(client, session) -> None:
    here, other = scene(), make.organisation("Never Certified")
    ref = other.ref
    certificate = here.issue()
    issuer = opened(certificate.jws)[1]["issuer"]
    answer = client.get(issuer["id"].removeprefix("http://localhost"))
    assert answer.json["id"] == issuer["id"]
    assert answer.json["name"] == "Khmer AI Centre"
    assert client.get(f"/issuers/{ref}").status_code == 404


def test_two_who_did_the_same_have_the_same_achievement_and_are_not_the_same(session) -> None:
    here = scene()
    one = opened(here.issue().jws)[1]["credentialSubject"]
    two = opened(here.issue(make.person()).jws)[1]["credentialSubject"]
    assert one["achievement"]["id"] == two["achievement"]["id"]
    assert one["id"] != two["id"]
