"""Who is acting: an immutable value, so no rule ever needs the User table."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person may be on an object; everyone who signs in is a participant besides."""

    REVIEWER = "reviewer"
    MANAGER = "manager"
    APPROVER = "approver"
    CENTRE = "centre"
    HOST = "host"
    COORDINATOR = "coordinator"
    NOMINATOR = "nominator"
    FOCAL_POINT = "focal point"
    SECRETARIAT = "secretariat"


class Scope(StrEnum):
    """The kind of object a grant is on."""

    EVERYTHING = "everything"
    PROGRAMME = "programme"
    OPPORTUNITY = "opportunity"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on one object, for one country of it or for all (`country=None`)."""

    role: Role
    scope: Scope = Scope.EVERYTHING
    scope_id: int | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Everything a rule or a page may ask of the person; `user_id` is None for a visitor."""

    user_id: int | None
    grants: frozenset[Grant] = field(default_factory=frozenset)
    name: str = ""
    email: str = ""
    locale: str = "en"
    zone: str | None = None
    nationalities: frozenset[str] = field(default_factory=frozenset)
    organisation_id: int | None = None
    guest_of: tuple[str, int] | None = None
    """For somebody without an account: the kind and the row of all that a signed link opens."""

    def holds(self, role: Role, scope: Scope, scope_id: int | None) -> bool:
        """Whether the actor has this role on this object; the secretariat's is on everything."""
        return any(
            g.role is role and g.scope is scope and g.scope_id == scope_id for g in self.grants
        )

    def is_a(self, role: Role) -> bool:
        return any(g.role is role for g in self.grants)

    def scopes(self, role: Role, scope: Scope) -> list[int]:
        """The ids of the objects of this kind on which the actor has this role, for queries."""
        return sorted(
            g.scope_id
            for g in self.grants
            if g.role is role and g.scope is scope and g.scope_id is not None
        )


VISITOR = Actor(None)
SYSTEM = Actor(None, name="Lontar")
