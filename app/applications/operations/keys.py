"""The ways in for people without an account: made, found again, ended. Only hashes are kept."""

import secrets
from typing import NoReturn

from app.applications.models import ReferenceKey, ReferenceRequest
from app.applications.queries import letters as queries
from app.applications.states import KeyKind, LetterWay
from app.foundation import keys
from app.foundation.actors import Actor
from app.foundation.errors import NoLonger, NotFound
from app.foundation.languages import gettext as _
from app.foundation.work import Work

# Without 0 O 1 I L and vowels: read from paper, typed on a phone, and no word by accident.
LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
GROUPS, IN_A_GROUP = 4, 4


def guest(request: ReferenceRequest) -> Actor:
    """Whoever recommends, for as long as the link is in hand; it opens this request alone."""
    opens = (request.__tablename__, request.id)
    return keys.guest(opens, name=request.name, email=request.email)


def make_link(work: Work, request: ReferenceRequest, *, way: LetterWay = LetterWay.LINK) -> str:
    """A new link to this letter, as a path; those that were sent before go on working."""
    token = keys.new_secret()
    _keep(work, request, KeyKind.LINK, token, way)
    return f"/letters/{token}?lang={request.locale}"


def make_code(work: Work, request: ReferenceRequest) -> str:
    """A new code for the printed form; one that was printed before is dead."""
    end_keys(work, request, KeyKind.CODE)
    code = "".join(secrets.choice(LETTERS) for _n in range(GROUPS * IN_A_GROUP))
    _keep(work, request, KeyKind.CODE, code, LetterWay.CODE)
    return "-".join(code[i : i + IN_A_GROUP] for i in range(0, len(code), IN_A_GROUP))


def end_keys(work: Work, request: ReferenceRequest, *kinds: KeyKind) -> None:
    """Nothing that was sent or printed opens this letter any more."""
    work.session.flush()
    for kind in kinds or KeyKind:
        for key in work.session.scalars(queries.keys_of(request.id, kind).with_for_update()):
            key.ended_at = work.now


def take_up(work: Work, secret: str, kind: KeyKind) -> tuple[ReferenceRequest, ReferenceKey]:
    """Find what this secret opens, locked. Raises NotFound, and NoLonger for a dead link.

    The key is read after the lock: a link that was replaced while this page waited is dead.
    """
    key_hash = hash_of(secret, kind)
    try:
        request = work.find(queries.request_opened_with(key_hash, kind))
    except NotFound:
        refuse_unknown(kind)
    key = work.session.scalars(
        queries.key_with(key_hash, kind).execution_options(populate_existing=True)
    ).one()
    if key.ended_at is not None or key.used_at is not None:
        refuse_dead(kind)
    return request, key


def hash_of(secret: str, kind: KeyKind) -> str:
    """What is kept of a secret. A code is read without its dashes, in small letters too."""
    if kind is KeyKind.CODE:
        secret = "".join(c for c in secret.upper() if c.isalnum())
    return keys.hash_of(secret, kind)


def refuse_unknown(kind: KeyKind) -> NoReturn:
    if kind is KeyKind.CODE:
        refuse_dead(kind)
    raise NotFound(
        _(
            "This link opens nothing. Perhaps a piece of it is missing: copy the whole line from "
            "the mail, or ask the applicant to send you the link again."
        )
    )


def refuse_dead(kind: KeyKind) -> NoReturn:
    if kind is KeyKind.CODE:  # the same whatever is wrong: nobody learns by trying
        raise NotFound(_("This code opens nothing. Look at it again: each is good once."))
    raise NoLonger(
        _(
            "This link was replaced by a newer one, or the letter is not needed any more. Please "
            "use the link in the newest mail that you got."
        )
    )


def _keep(
    work: Work, request: ReferenceRequest, kind: KeyKind, secret: str, way: LetterWay
) -> None:
    work.session.flush()
    work.session.add(
        ReferenceKey(
            request_id=request.id,
            kind=kind,
            key_hash=hash_of(secret, kind),
            way=way,
            made_at=work.now,
        )
    )
