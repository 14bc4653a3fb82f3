"""The life of a working group, of somebody's place in it, and of a document it writes."""

from enum import StrEnum

from app.foundation.states import Flow, move


class GroupState(StrEnum):
    FORMING = "forming"
    ACTIVE = "active"
    CLOSED = "closed"


class GroupFlow(Flow):
    states = GroupState

    begin = move(GroupState.FORMING, to=GroupState.ACTIVE)
    close = move(GroupState.FORMING, GroupState.ACTIVE, to=GroupState.CLOSED)


class MembershipState(StrEnum):
    INVITED = "invited"
    REQUESTED = "requested"
    MEMBER = "member"
    DECLINED = "declined"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LEFT = "left"
    REMOVED = "removed"


class MembershipFlow(Flow):
    states = MembershipState

    accept = move(MembershipState.INVITED, to=MembershipState.MEMBER)
    decline = move(MembershipState.INVITED, to=MembershipState.DECLINED)
    approve = move(MembershipState.REQUESTED, to=MembershipState.MEMBER)
    refuse = move(MembershipState.REQUESTED, to=MembershipState.REFUSED)
    withdraw = move(
        MembershipState.INVITED, MembershipState.REQUESTED, to=MembershipState.WITHDRAWN
    )
    leave = move(MembershipState.MEMBER, to=MembershipState.LEFT)
    remove = move(MembershipState.MEMBER, to=MembershipState.REMOVED)


# Of one person in one group at most one of these lives at a time.
WAITING = (MembershipState.INVITED, MembershipState.REQUESTED)
LIVING = (*WAITING, MembershipState.MEMBER)


class DocumentState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class DocumentFlow(Flow):
    states = DocumentState

    publish = move(DocumentState.DRAFT, to=DocumentState.PUBLISHED)
    supersede = move(DocumentState.PUBLISHED, to=DocumentState.SUPERSEDED)
    withdraw = move(DocumentState.PUBLISHED, to=DocumentState.WITHDRAWN)


class MemberRole(StrEnum):
    """What a member does. Observers read all and say what they think; they write nothing."""

    CHAIR = "chair"
    EDITOR = "editor"
    MEMBER = "member"
    OBSERVER = "observer"


class Joining(StrEnum):
    """How people come into a group."""

    INVITATION = "invitation"
    REQUEST = "request"


class Audience(StrEnum):
    """Who reads the minutes of a meeting."""

    MEMBERS = "members"
    PUBLIC = "public"


class CommentKind(StrEnum):
    """As in the commenting forms of ISO: general, technical, editorial."""

    GENERAL = "general"
    TECHNICAL = "technical"
    EDITORIAL = "editorial"


class Disposition(StrEnum):
    """What the group does with a comment."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"
