"""Pages of notifications: a person's messages, and the demo's mailbox."""

from app.notifications.views.demo_mailbox import bp as demo_mailbox
from app.notifications.views.inbox import bp as inbox

blueprints = (inbox, demo_mailbox)
