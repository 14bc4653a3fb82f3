"""The faces of the dashboard: one for being a participant, one for each role a person has."""

from enum import StrEnum

from app.foundation.actors import Actor, Role
from app.foundation.languages import lazy


class Face(StrEnum):
    """As it stands in the address: /dashboard/<face>."""

    PARTICIPANT = "participant"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    APPROVER = "approver"
    CENTRE = "centre"
    HOST = "host"
    UNIVERSITY = "university"
    NOMINATOR = "nominator"
    FIGURES = "figures"
    SECRETARIAT = "secretariat"


ROLE_OF = {
    Face.SECRETARIAT: Role.SECRETARIAT,
    Face.MANAGER: Role.MANAGER,
    Face.APPROVER: Role.APPROVER,
    Face.CENTRE: Role.CENTRE,
    Face.UNIVERSITY: Role.COORDINATOR,
    Face.HOST: Role.HOST,
    Face.NOMINATOR: Role.NOMINATOR,
    Face.FIGURES: Role.FOCAL_POINT,
    Face.REVIEWER: Role.REVIEWER,
}
LABELS = {
    Face.PARTICIPANT: lazy("As a participant"),
    Face.REVIEWER: lazy("As a reviewer"),
    Face.MANAGER: lazy("As a programme manager"),
    Face.APPROVER: lazy("As an approver"),
    Face.CENTRE: lazy("For our centre"),
    Face.HOST: lazy("As a host"),
    Face.UNIVERSITY: lazy("For our university"),
    Face.NOMINATOR: lazy("As a nominating office"),
    Face.FIGURES: lazy("Figures of our country"),
    Face.SECRETARIAT: lazy("As the secretariat"),
}


def faces_of(actor: Actor) -> list[Face]:
    """The person's faces, the one with the most responsibility first, a participant's last."""
    held = [face for face, role in ROLE_OF.items() if actor.is_a(role)]
    return [*held, Face.PARTICIPANT]
