"""What pages say about working groups, in the reader's words. Pure."""

from app.foundation.languages import gettext as _
from app.working_groups.states import (
    Audience,
    CommentKind,
    Disposition,
    DocumentState,
    GroupState,
    Joining,
    MemberRole,
    MembershipState,
)

GROUP_CHIPS = {GroupState.FORMING: "warn", GroupState.ACTIVE: "good", GroupState.CLOSED: ""}
DOCUMENT_CHIPS = {
    DocumentState.DRAFT: "now",
    DocumentState.PUBLISHED: "good",
    DocumentState.SUPERSEDED: "",
    DocumentState.WITHDRAWN: "bad",
}
DISPOSITION_CHIPS = {
    Disposition.ACCEPTED: "good",
    Disposition.PARTLY: "warn",
    Disposition.REJECTED: "bad",
}


def group_states() -> dict[GroupState, str]:
    return {
        GroupState.FORMING: _("Forming"),
        GroupState.ACTIVE: _("At work"),
        GroupState.CLOSED: _("Closed"),
    }


def joining_ways() -> dict[Joining, str]:
    return {
        Joining.REQUEST: _("Everybody may ask to join"),
        Joining.INVITATION: _("By invitation"),
    }


def roles() -> dict[MemberRole, str]:
    return {
        MemberRole.CHAIR: _("Chair"),
        MemberRole.EDITOR: _("Editor"),
        MemberRole.MEMBER: _("Member"),
        MemberRole.OBSERVER: _("Observer"),
    }


def membership_states() -> dict[MembershipState, str]:
    return {
        MembershipState.INVITED: _("Asked, not answered yet"),
        MembershipState.REQUESTED: _("Asks to join"),
        MembershipState.MEMBER: _("Belongs to the group"),
        MembershipState.DECLINED: _("Declined"),
        MembershipState.REFUSED: _("Not let in"),
        MembershipState.WITHDRAWN: _("Taken back"),
        MembershipState.LEFT: _("Left"),
        MembershipState.REMOVED: _("Taken out"),
    }


def document_states() -> dict[DocumentState, str]:
    return {
        DocumentState.DRAFT: _("Draft"),
        DocumentState.PUBLISHED: _("Published"),
        DocumentState.SUPERSEDED: _("Replaced"),
        DocumentState.WITHDRAWN: _("Withdrawn"),
    }


def audiences() -> dict[Audience, str]:
    return {
        Audience.MEMBERS: _("The members read them"),
        Audience.PUBLIC: _("Everybody reads them"),
    }


def comment_kinds() -> dict[CommentKind, str]:
    return {
        CommentKind.GENERAL: _("General"),
        CommentKind.TECHNICAL: _("About the substance"),
        CommentKind.EDITORIAL: _("About the wording"),
    }


def dispositions() -> dict[Disposition, str]:
    return {
        Disposition.ACCEPTED: _("Accepted"),
        Disposition.PARTLY: _("Accepted in part"),
        Disposition.REJECTED: _("Not accepted"),
    }
