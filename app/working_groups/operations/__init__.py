"""What working groups do: convening, joining, meeting, drafting, commenting, publishing."""

from app.working_groups.operations.commenting import (
    answer_comment,
    make_comment,
    take_comment_back,
)
from app.working_groups.operations.convening import (
    begin_group,
    close_group,
    convene_group,
    plan_group,
    write_group,
)
from app.working_groups.operations.drafting import (
    begin_document,
    give_comments_time,
    open_for_comment,
    publish_document,
    put_forward,
    withdraw_document,
    write_document,
)
from app.working_groups.operations.joining import (
    answer_invitation,
    answer_request,
    ask_to_join,
    give_role,
    invite_person,
    leave_group,
    remove_member,
    take_invitation_back,
    take_request_back,
)
from app.working_groups.operations.meeting import (
    MeetingTerms,
    cancel_group_meeting,
    change_group_meeting,
    plan_group_meeting,
    write_minutes,
)

__all__ = [
    "MeetingTerms",
    "answer_comment",
    "answer_invitation",
    "answer_request",
    "ask_to_join",
    "begin_document",
    "begin_group",
    "cancel_group_meeting",
    "change_group_meeting",
    "close_group",
    "convene_group",
    "give_comments_time",
    "give_role",
    "invite_person",
    "leave_group",
    "make_comment",
    "open_for_comment",
    "plan_group",
    "plan_group_meeting",
    "publish_document",
    "put_forward",
    "remove_member",
    "take_comment_back",
    "take_invitation_back",
    "take_request_back",
    "withdraw_document",
    "write_document",
    "write_group",
    "write_minutes",
]
