"""A certificate as an Open Badges 3.0 credential (Verifiable Credentials 2.0); pure.

Shapes: 1EdTech Open Badges 3.0, AchievementCredential; proof: VC-JWT with RS256, whose payload is
the credential and the registered claims that repeat it. Contexts are named, never fetched.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.certificates.facts import Facts, said_in
from app.certificates.states import CertificateKind

CONTEXT: list[Any] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    # Two words that the contexts above do not explain, explained here.
    {
        name: f"https://purl.imsglobal.org/spec/{where}/v1p0/context.json#{name}"
        for name, where in (
            ("1EdTechRevocationList", "vcrl"),
            ("1EdTechJsonSchemaValidator2019", "vccs"),
        )
    },
]
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
TYPES = {
    CertificateKind.COMPLETION: "CertificateOfCompletion",
    CertificateKind.ATTENDANCE: "ext:CertificateOfAttendance",
}
NAMED = {
    CertificateKind.COMPLETION: "Certificate of completion",
    CertificateKind.ATTENDANCE: "Certificate of attendance",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the credential says besides the facts: who, which, when, and where it is checked."""

    urn: str
    kind: CertificateKind
    serial: str
    language: str
    issuer: str
    page: str
    issued_at: datetime


def profile(issuer: str, facts: Facts) -> dict[str, Any]:
    """The issuer as a profile of Open Badges."""
    said = {"id": issuer, "type": ["Profile"], "name": facts.centre.name}
    return {**said, **({"url": facts.centre.website} if facts.centre.website else {})}


def credential(facts: Facts, about: Occasion) -> dict[str, Any]:
    """The credential, without its proof. It names the holder as the certificate does."""
    achievement = facts.achievement
    title, language = said_in(achievement.titles, about.language, achievement.original)
    names = dict.fromkeys(filter(None, (facts.names.latin, facts.names.native)))
    issued = _moment(about.issued_at)
    subject = {
        "id": _urn(about.urn, "subject"),
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": name,
                "identityType": "name",
            }
            for name in names
        ],
        "licenseNumber": about.serial,
        **_days(achievement.starts_on, achievement.ends_on),
        **_result(facts, about.language),
        "achievement": _achievement(facts, about, title, language),
    }
    return {
        "@context": CONTEXT,
        "id": about.urn,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{title} ({NAMED[about.kind].lower()})",
        "issuer": profile(about.issuer, facts),
        "validFrom": issued,
        "awardedDate": issued,
        "credentialSubject": subject,
        "evidence": [{"id": about.page, "type": ["Evidence"], "name": "Where this is checked"}],
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {"id": f"{about.issuer}/revoked", "type": "1EdTechRevocationList"},
    }


def claims(credential: dict[str, Any]) -> dict[str, Any]:
    """What is signed: the credential, and the claims that say the same for readers of tokens."""
    return {
        **credential,
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": int(datetime.fromisoformat(credential["validFrom"]).timestamp()),
    }


def without_claims(payload: dict[str, Any]) -> dict[str, Any]:
    """The credential out of what was signed."""
    return {k: v for k, v in payload.items() if k not in {"iss", "jti", "sub", "nbf"}}


def revocation_list(issuer: str, revoked: list[tuple[str, str]]) -> dict[str, Any]:
    """The issuer's list of (credential, reason) that were taken back."""
    return {
        "id": f"{issuer}/revoked",
        "issuer": issuer,
        "revokedCredentials": [
            {"id": urn, "revoked": True, "revocationReason": reason} for urn, reason in revoked
        ],
    }


def _achievement(facts: Facts, about: Occasion, title: str, language: str) -> dict[str, Any]:
    achievement = facts.achievement
    criteria, _tag = said_in(achievement.criteria, about.language, achievement.original)
    described = [f"{NAMED[about.kind]}: {title}"]
    if achievement.hours:
        described.append(f"{achievement.hours:g} hours")
    aligned = [
        {
            "type": ["Alignment"],
            "targetName": said_in(c.names, about.language, achievement.original)[0],
            "targetUrl": c.url,
            **({"targetCode": c.code} if c.code else {}),
            **({"targetFramework": c.framework} if c.framework else {}),
        }
        for c in achievement.competencies
        if c.url
    ]
    tags = [
        said_in(c.names, about.language, achievement.original)[0]
        for c in achievement.competencies
        if not c.url
    ]
    return {
        "id": _urn(about.issuer, achievement.ref, about.kind.value),
        "type": ["Achievement"],
        "achievementType": TYPES[about.kind],
        "name": title,
        "description": ", ".join(described),
        "criteria": {"narrative": criteria},
        "inLanguage": language,
        **({"fieldOfStudy": achievement.field_of_study} if achievement.field_of_study else {}),
        **({"alignment": aligned} if aligned else {}),
        **({"tag": tags} if tags else {}),
    }


def _days(starts_on: date | None, ends_on: date | None) -> dict[str, str]:
    said = {"activityStartDate": starts_on, "activityEndDate": ends_on}
    return {name: f"{day.isoformat()}T00:00:00Z" for name, day in said.items() if day}


def _result(facts: Facts, language: str) -> dict[str, Any]:
    value, _tag = said_in(facts.result, language, facts.achievement.original)
    return {"result": [{"type": ["Result"], "value": value}]} if value else {}


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _urn(*parts: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(parts))}"
