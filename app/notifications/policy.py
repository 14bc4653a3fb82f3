"""Who may do what with messages."""

from app.foundation.actors import Actor
from app.foundation.permissions import Permission, Rule
from app.notifications.models import OutboxMessage


@Rule
def was_told(actor: Actor, message: OutboxMessage) -> bool:
    return actor.user_id is not None and message.person_id == actor.user_id


READ = Permission("notifications.read", "This message was sent to somebody else.", was_told)
