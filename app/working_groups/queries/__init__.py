"""What working groups read: groups, members, meetings, documents with versions and comments."""

from app.working_groups.queries.bodies import bodies_named, centres_to_convene_at
from app.working_groups.queries.comments import (
    comment_of_mine,
    comment_to_answer,
    comments_of,
    comments_on,
    people_who_commented,
    unanswered,
    unanswered_in,
)
from app.working_groups.queries.documents import (
    document_with_all,
    documents_of,
    documents_visible_to,
    drafts_of,
    results_so_far,
    results_to_replace,
    runs_until,
)
from app.working_groups.queries.elsewhere import MOST_ADDRESSES, groups_at, public_refs
from app.working_groups.queries.groups import (
    MOST_SHOWN,
    PAGE,
    WRITES,
    acronym_is_taken,
    group_of_mine,
    group_to_write,
    group_with_all,
    groups_listed,
    groups_of,
    groups_visible_to,
)
from app.working_groups.queries.meetings import (
    meeting_to_change,
    meetings_of,
    meetings_of_group,
    meetings_of_groups_of,
    next_group_meeting,
)

__all__ = [
    "MOST_ADDRESSES",
    "MOST_SHOWN",
    "PAGE",
    "WRITES",
    "acronym_is_taken",
    "bodies_named",
    "centres_to_convene_at",
    "comment_of_mine",
    "comment_to_answer",
    "comments_of",
    "comments_on",
    "document_with_all",
    "documents_of",
    "documents_visible_to",
    "drafts_of",
    "group_of_mine",
    "group_to_write",
    "group_with_all",
    "groups_at",
    "groups_listed",
    "groups_of",
    "groups_visible_to",
    "meeting_to_change",
    "meetings_of",
    "meetings_of_group",
    "meetings_of_groups_of",
    "next_group_meeting",
    "people_who_commented",
    "public_refs",
    "results_so_far",
    "results_to_replace",
    "runs_until",
    "unanswered",
    "unanswered_in",
]
