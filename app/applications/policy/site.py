"""What only the site itself does."""

from app.applications.policy.whose import is_the_site
from app.foundation.permissions import Permission

PUT_IN_ORDER: Permission[object] = Permission(
    "applications.put_in_order", "Only the site itself puts its lists in order.", is_the_site
)
LIST_AGAIN: Permission[object] = Permission(
    "applications.list again", "Only the site itself keeps its lists afresh.", is_the_site
)
CHASE: Permission[object] = Permission(
    "applications.chase", "Reminders go out by themselves.", is_the_site
)
FIND_ALIKE: Permission[object] = Permission(
    "applications.find alike", "Only the site itself looks for who applied twice.", is_the_site
)
