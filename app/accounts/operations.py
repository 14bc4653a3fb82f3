"""What happens to people, their profiles, roles and sessions."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, select

from app.accounts import policy, queries
from app.accounts.messages import OfficeEmpty, RoleGiven
from app.accounts.models import (
    CalendarAddress,
    LanguageSkill,
    Nationality,
    RoleGrant,
    SessionRow,
    User,
)
from app.accounts.names import name_to_sort_by, sort_key
from app.accounts.queries import FOUND_BY, SEARCHED_AS, digest, recipient
from app.accounts.states import LanguageLevel
from app.audit.record import record
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.search.index import index_document
from app.foundation.work import Work
from app.ledger.models import ConsentEntry
from app.notifications.notify import notify, notify_each

# The text that people agree to when they open an account (templates/accounts/privacy.html).
PRIVACY_NOTICE = "2027-01"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person says of themselves. Names stand as they were written."""

    passport_name: str
    native_name: str = ""
    native_name_lang: str = ""
    reading: str = ""
    called_name: str = ""
    certificate_name: str = ""
    sort_name: str = ""
    born_on: date | None = None
    nationalities: Sequence[str] = ()
    residence_code: str | None = None
    home_institution_id: int | None = None
    home_institution_text: str = ""
    track: str | None = None
    locale: str = "en"
    zone: str = ""
    languages: dict[str, LanguageLevel] = field(default_factory=dict)


PLAIN = [
    "passport_name",
    "native_name",
    "native_name_lang",
    "reading",
    "called_name",
    "certificate_name",
    "sort_name",
    "born_on",
    "residence_code",
    "home_institution_id",
    "home_institution_text",
    "track",
    "locale",
    "zone",
]


def register_person(
    work: Work,
    *,
    email: str,
    passport_name: str,
    password_hash: str | None = None,
    confirmed: bool = False,
    locale: str = "en",
    zone: str = "",
    uniquifier: str = "",
    agreed: bool = False,
    profile: Profile | None = None,
) -> User:
    """Open an account. `profile`, when given, stands instead of the passport name alone.

    `password_hash` comes from `security.hash_password`; `agreed` enters the consent to the
    privacy notice of today into the ledger.
    """
    policy.REGISTER.require(work.actor, None)
    address = email.strip().lower()
    if work.session.scalar(select(User.id).where(User.email == address)) is not None:
        raise RuleBroken(_("This address has an account already."))

    user = User(
        email=address,
        password=password_hash,
        fs_uniquifier=uniquifier or secrets.token_hex(16),
        confirmed_at=work.now if confirmed else None,
        active=True,
        nationalities=[],
        languages=[],
        create_datetime=work.now,
        update_datetime=work.now,
    )
    known = profile or Profile(passport_name=passport_name, locale=locale, zone=zone)
    _write_profile(user, known)
    work.session.add(user)
    work.session.flush()
    let_be_found(work, user)
    if agreed:
        work.session.add(
            ConsentEntry(
                person_id=user.id,
                purpose="privacy notice",
                given=True,
                text_version=PRIVACY_NOTICE,
                locale=user.locale,
                subject_kind=None,
                subject_id=None,
                at=work.now,
            )
        )

    record(work, "user.registered", user)
    return user


def save_profile(work: Work, user: User, profile: Profile, *, version: int | None) -> set[str]:
    """Keep what a person says of themselves; answers with what changed.

    Needs nationalities and languages loaded.
    """
    policy.EDIT_PROFILE.require(work.actor, user)
    work.edit(user, version)

    changed = _write_profile(user, profile)

    let_be_found(work, user)
    record(work, "user.profile_saved", user, changed=sorted(changed))
    return changed


def let_be_found(work: Work, user: User) -> None:
    """The secretariat finds a person by any name, in any script, and by the address."""
    names = (user.passport_name, user.native_name, user.reading, user.called_name)
    words = dict.fromkeys((*names, user.sort_name, user.email))
    index_document(
        work,
        SEARCHED_AS,
        user.id,
        text="\n".join(filter(None, words)),
        audience=FOUND_BY,
    )


def put_in_order(work: Work, user: User) -> bool:
    """Write anew by what a person is listed, after the order itself has changed."""
    policy.PUT_IN_ORDER.require(work.actor, user)
    before, user.sort_key = user.sort_key, _place_in_lists(user)
    return user.sort_key != before


def _place_in_lists(user: User) -> str:
    shown = name_to_sort_by(
        sort_name=user.sort_name,
        passport_name=user.passport_name,
        native_name=user.native_name,
        reading=user.reading,
    )
    return sort_key(shown, user.native_name_lang or user.locale)


def _write_profile(user: User, profile: Profile) -> set[str]:
    """Set what differs; answers with the names of what changed."""
    changed = {name for name in PLAIN if getattr(user, name) != getattr(profile, name)}
    for name in changed:
        setattr(user, name, getattr(profile, name))
    user.sort_key = _place_in_lists(user)
    wanted = list(dict.fromkeys(profile.nationalities))
    if {n.country_code for n in user.nationalities} != set(wanted):
        changed.add("nationalities")
        kept = {n.country_code: n for n in user.nationalities}
        user.nationalities = [kept.get(c) or Nationality(country_code=c) for c in wanted]
    if {s.language: s.level for s in user.languages} != profile.languages:
        changed.add("languages")
        skills = {s.language: s for s in user.languages}
        for language, level in profile.languages.items():
            skills.setdefault(language, LanguageSkill(language=language)).level = level
        user.languages = [skills[language] for language in profile.languages]
    return changed


def grant_role(
    work: Work,
    user: User,
    role: Role,
    scope: Scope,
    scope_id: int | None,
    *,
    country: str | None = None,
    until: datetime | None = None,
    on: str = "",
) -> RoleGrant:
    """Give a person a role on one object (or on everything); a role they have goes on as it is.

    `on` names the object in the letter that tells them.
    """
    policy.GRANT_ROLE.require(work.actor, user)
    return put_in_role(work, user, role, scope, scope_id, country=country, until=until, on=on)


def put_in_role(
    work: Work,
    user: User,
    role: Role,
    scope: Scope,
    scope_id: int | None,
    *,
    country: str | None = None,
    until: datetime | None = None,
    on: str = "",
) -> RoleGrant:
    """As `grant_role`, where the floor above has said who may."""
    if (scope is Scope.EVERYTHING) != (scope_id is None):
        raise RuleBroken(_("Say on which object this role is."))
    if until is not None and until <= work.now:
        raise RuleBroken(_("The last day of a role lies ahead."))

    held = select(RoleGrant).where(
        RoleGrant.user_id == user.id,
        RoleGrant.role == role,
        RoleGrant.scope == scope,
        RoleGrant.scope_id.is_(None) if scope_id is None else RoleGrant.scope_id == scope_id,
        RoleGrant.country_code.is_(None) if country is None else RoleGrant.country_code == country,
    )
    grant = work.session.scalars(held.order_by(RoleGrant.id)).first()
    new = grant is None or (grant.until is not None and grant.until <= work.now)
    if grant is None:
        grant = RoleGrant(
            user_id=user.id,
            role=role,
            scope=scope,
            scope_id=scope_id,
            country_code=country,
            granted_at=work.now,
            granted_by_id=work.actor.user_id,
        )
        work.session.add(grant)
    grant.until = until
    work.session.flush()

    record(work, "role.granted", user, role=role.value, scope=scope.value, scope_id=scope_id)
    if new:
        notify(
            work,
            recipient(user),
            RoleGiven(name=user.shown_name, role=role.value, on=on),
            once=f"{grant.id}:{work.now.isoformat()}",
        )
    return grant


def end_role(work: Work, user: User, grant: RoleGrant) -> None:
    """A role ends now; what was done with it stays."""
    policy.GRANT_ROLE.require(work.actor, user)
    take_out_of_role(work, user, grant)


def take_out_of_role(work: Work, user: User, grant: RoleGrant) -> None:
    """As `end_role`, where the floor above has said who may."""
    if grant.user_id != user.id:
        raise RuleBroken(_("This role belongs to somebody else."))
    if grant.until is not None and grant.until <= work.now:
        return
    if grant.role is Role.SECRETARIAT and user.id == work.actor.user_id:
        raise RuleBroken(_("Another member of the secretariat ends your own role."))

    grant.until = work.now

    record(
        work,
        "role.ended",
        user,
        role=grant.role.value,
        scope=grant.scope.value,
        scope_id=grant.scope_id,
    )
    if grant.role is Role.COORDINATOR:
        _tell_of_empty_offices(work)


def disable_account(work: Work, user: User) -> None:
    """Close an account: every session of it ends with this very moment."""
    policy.DISABLE.require(work.actor, user)

    user.active = False
    work.session.execute(delete(SessionRow).where(SessionRow.user_id == user.id))

    record(work, "user.disabled", user)
    _tell_of_empty_offices(work)


def tell_of_empty_offices(work: Work) -> int:
    """Tell the secretariat where nobody is any more because a last day has passed; each once."""
    policy.LOOK_AFTER.require(work.actor, None)
    return _tell_of_empty_offices(work)


def _tell_of_empty_offices(work: Work) -> int:
    """Tasks are an office's; where nobody is left in it the secretariat sees them."""
    work.session.flush()
    empty = queries.empty_offices(work.session, work.now)
    if not empty:
        return 0
    secretariat = work.session.scalars(
        queries.people_with(Role.SECRETARIAT, Scope.EVERYTHING, None)
    ).all()
    for office in empty:
        ended = office.ended_at.isoformat() if office.ended_at else "closed"
        said = OfficeEmpty(university=office.name, tasks=office.tasks)
        letters = [(recipient(person), said) for person in secretariat]
        notify_each(work, letters, once=f"{office.id}:{office.grant_id}:{ended}")
    return len(empty)


def enable_account(work: Work, user: User) -> None:
    """Open a closed account again."""
    policy.DISABLE.require(work.actor, user)

    user.active = True

    record(work, "user.enabled", user)


def end_session(work: Work, user: User, row: SessionRow) -> None:
    """Sign one browser of one's own out."""
    policy.END_SESSION.require(work.actor, row)

    work.session.delete(row)

    record(work, "user.session_ended", user)


def make_calendar_address(work: Work, user: User) -> str:
    """A secret by which a calendar program reads one's own calendar; an older one is dead."""
    policy.EDIT_PROFILE.require(work.actor, user)

    secret = secrets.token_urlsafe(32)
    kept = work.session.scalar(queries.calendar_address(work.actor).with_for_update())
    if kept is None:
        kept = CalendarAddress(user_id=user.id)
        work.session.add(kept)
    kept.secret_hash, kept.made_at = digest(secret), work.now
    work.session.flush()

    record(work, "user.calendar_made", user)
    return secret


def end_calendar_address(work: Work, user: User) -> None:
    """Nothing opens one's calendar from outside any more."""
    policy.EDIT_PROFILE.require(work.actor, user)
    kept = work.session.scalar(queries.calendar_address(work.actor).with_for_update())
    if kept is None:
        raise RuleBroken(_("There is no address of your calendar."))

    work.session.delete(kept)

    record(work, "user.calendar_ended", user)


def end_other_sessions(work: Work, user: User, *, keep: str) -> int:
    """Sign every browser of one's own out but the one whose key hashes to `keep`."""
    policy.EDIT_PROFILE.require(work.actor, user)

    others = work.session.scalars(
        select(SessionRow).where(SessionRow.user_id == user.id, SessionRow.key_hash != keep)
    ).all()
    for row in others:
        work.session.delete(row)

    record(work, "user.other_sessions_ended", user, number=len(others))
    return len(others)
