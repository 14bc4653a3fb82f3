"""Keeping what certificates are made with: the issuer's settings, in versions, and the keys."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select

from app.audit.record import record
from app.certificates import policy, queries, signing
from app.certificates.keyring import KeyMissing, keyring
from app.certificates.models import IssuerSettings, PatternHolder, SigningKey
from app.certificates.numbering import WrongPattern, check_pattern, family
from app.files.operations import CheckedFile, keep_checked_file
from app.files.states import Sensitivity
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.printing import undrawable
from app.foundation.work import Work
from app.organisations.models import Organisation

MOST_SIGNATORIES = 3
MOST_LOGOS = 4


@dataclass(frozen=True, slots=True)
class SignatoryWanted:
    """Who signs; `picture` is a new one, `file_id` one that is kept from the version before."""

    name: str
    function: str
    native_name: str = ""
    file_id: int | None = None
    picture: CheckedFile | None = None


@dataclass(frozen=True, slots=True)
class LogoWanted:
    name: str
    file_id: int | None = None
    picture: CheckedFile | None = None


def save_settings(
    work: Work,
    issuer: Organisation,
    *,
    pattern: str,
    signatories: Sequence[SignatoryWanted] = (),
    logos: Sequence[LogoWanted] = (),
    version: int | None = None,
) -> IssuerSettings:
    """Say how certificates are numbered and who signs them from now on."""
    policy.LOOK_OVER.require(work.actor, issuer)
    before = _settings_locked(work, issuer)
    number = before.number if before else 0
    if version is not None and version != number:
        raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
    try:
        check_pattern(pattern)
    except WrongPattern as wrong:
        raise RuleBroken(str(wrong)) from wrong
    _insist_it_can_be_printed(signatories)
    claim_pattern(work, issuer, pattern)
    saved = IssuerSettings(
        issuer_id=issuer.id,
        number=number + 1,
        pattern=pattern,
        signatories=[_kept(work, s, before) for s in signatories[:MOST_SIGNATORIES]],
        logos=[_kept(work, logo, before) for logo in logos[:MOST_LOGOS]],
        saved_at=work.now,
        saved_by_id=work.actor.user_id,
    )
    work.session.add(saved)

    record(work, "certificates.settings saved", saved, name=issuer.name, number=number + 1)
    return saved


def settings_for(work: Work, issuer: Organisation) -> IssuerSettings:
    """What is in use; an issuer that never said anything counts under its own short name."""
    found = work.session.scalar(queries.settings_in_use(issuer.id))
    if found is not None:
        return found
    pattern = default_pattern(issuer)
    claim_pattern(work, issuer, pattern)
    first = IssuerSettings(
        issuer_id=issuer.id,
        number=1,
        pattern=pattern,
        signatories=[],
        logos=[],
        saved_at=work.now,
    )
    work.session.add(first)
    work.session.flush()
    return first


def default_pattern(issuer: Organisation) -> str:
    """By the public name, which no two bodies share: AIC-01-{year}-{number:04}."""
    return f"{issuer.ref.upper()}-{{year}}-{{number:04}}"


def claim_pattern(work: Work, issuer: Organisation, pattern: str) -> None:
    """Nobody else's certificates have been, or will be, numbered like this."""
    shape = family(pattern)
    query = select(PatternHolder).where(PatternHolder.family == shape).with_for_update()
    holder = work.session.scalar(query)
    if holder is None:
        work.session.add(PatternHolder(family=shape, issuer_id=issuer.id))
        work.session.flush()
    elif holder.issuer_id != issuer.id:
        raise RuleBroken(
            _("Another centre numbers its certificates like this. Use letters of your own.")
        )


def _insist_it_can_be_printed(signatories: Sequence[SignatoryWanted]) -> None:
    missing = undrawable(
        text for s in signatories for text in (s.name, s.native_name, s.function) if text
    )
    if missing:
        raise RuleBroken(
            _(
                "There is no letter for %(characters)s among our fonts. Write it in another way.",
                characters=" ".join(missing[:10]),
            )
        )


def _settings_locked(work: Work, issuer: Organisation) -> IssuerSettings | None:
    return work.session.scalar(queries.settings_in_use(issuer.id).with_for_update())


def _kept(
    work: Work, wanted: SignatoryWanted | LogoWanted, before: IssuerSettings | None
) -> dict[str, object]:
    """As it is kept: a new picture is stored, an old one only if it was this issuer's."""
    kept = asdict(wanted)
    kept.pop("picture")
    if wanted.picture is not None:
        file = keep_checked_file(
            work,
            wanted.picture,
            owner_id=work.actor.user_id or 0,
            sensitivity=Sensitivity.ORDINARY,
        )
        work.session.flush()
        kept["file_id"] = file.id
    elif wanted.file_id not in _pictures_of(before):
        kept["file_id"] = None
    return kept


def _pictures_of(settings: IssuerSettings | None) -> set[int]:
    if settings is None:
        return set()
    return {p["file_id"] for p in [*settings.signatories, *settings.logos] if p.get("file_id")}


def rotate_key(work: Work) -> SigningKey:
    """Sign with a new key from now on; what older keys signed is still checked with them."""
    policy.KEEP_KEYS.require(work.actor, None)
    for key in work.session.scalars(queries.key_in_use().limit(None).with_for_update()):
        key.retired_at = work.now
    return _new_key(work)


def key_to_sign_with(work: Work) -> tuple[SigningKey, bytes]:
    """The key in use, made now when there was none ever."""
    key = work.session.scalar(queries.key_in_use()) or _new_key(work)
    try:
        return key, keyring().private(key.thumbprint)
    except KeyMissing as missing:
        raise RuleBroken(
            _(
                "Certificates cannot be signed on this server: its signing key is missing. "
                "Tell the people who run this site."
            )
        ) from missing


def _new_key(work: Work) -> SigningKey:
    made = signing.make_key()
    keyring().keep(made.thumbprint, made.private)
    key = SigningKey(thumbprint=made.thumbprint, public=made.public, made_at=work.now)
    work.session.add(key)

    record(work, "certificates.key made", key, name=made.thumbprint)
    return key
