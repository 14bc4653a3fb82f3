"""Who may open which face of the dashboard."""

from app.dashboards.faces import Face, faces_of
from app.foundation.actors import Actor
from app.foundation.permissions import Permission, Rule


@Rule
def has_face(actor: Actor, face: Face) -> bool:
    return actor.user_id is not None and face in faces_of(actor)


OPEN = Permission("dashboards.open", "Your roles do not include this dashboard.", has_face)
