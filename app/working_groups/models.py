"""A working group with its charter and members; meetings; documents, versions and comments."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.foundation.database import (
    Entity,
    Locale,
    Moment,
    Name,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
    words,
)
from app.foundation.languages import lazy
from app.organisations.models import Organisation
from app.working_groups.states import (
    Audience,
    CommentKind,
    Disposition,
    DocumentFlow,
    DocumentState,
    GroupFlow,
    GroupState,
    Joining,
    MemberRole,
    MembershipFlow,
    MembershipState,
)


class WorkingGroup(Entity):
    """A group that a centre convenes, or the secretariat at a centre. Its acronym names results."""

    __tablename__ = "working_group"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint(
            "(state <> 'forming' OR begun_at IS NULL)"
            " AND (state <> 'active' OR begun_at IS NOT NULL)",
            name="begun_at_some_moment",
        ),
        Index("ix__working_group__names", "sort_key", "id"),
        Index("ix__working_group__centre", "organisation_id", "sort_key", "id"),
    )

    ref: Mapped[str] = mapped_column(String(80), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    by_secretariat: Mapped[bool] = mapped_column(default=False)
    acronym: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[GroupState] = state_column(GroupState, start=GroupState.FORMING)
    joining: Mapped[Joining] = mapped_column(words(Joining, name="joining"))
    sort_key: Mapped[str] = mapped_column(String(500), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    # From this moment on the world reads of it.
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    texts: Mapped[list["WorkingGroupText"]] = relationship(
        lazy="raise_on_sql", back_populates="group", order_by="WorkingGroupText.id"
    )
    memberships: Mapped[list["GroupMembership"]] = relationship(
        lazy="raise_on_sql", back_populates="group", order_by="GroupMembership.id"
    )


class WorkingGroupText(Entity):
    """Its title and mandate in one language; one row of each group is the original."""

    __tablename__ = "working_group_text"
    __table_args__ = (
        Index("uq__working_group_text", "group_id", "locale", unique=True),
        Index(
            "uq__working_group_text__original",
            "group_id",
            unique=True,
            sqlite_where=text("is_original"),
            postgresql_where=text("is_original"),
        ),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(WorkingGroup.id, ondelete="CASCADE"))
    locale: Mapped[Locale]
    is_original: Mapped[bool]
    name: Mapped[Name]
    mandate: Mapped[str] = mapped_column(Text, default="")

    group: Mapped[WorkingGroup] = relationship(lazy="raise_on_sql", back_populates="texts")


class GroupMembership(Entity):
    """Somebody's place in a group, from the first question to the day it ended.

    Who speaks for no body speaks in their own name.
    """

    __tablename__ = "group_membership"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('invited', 'requested')) = (answered_at IS NULL)",
            name="answered_at_some_moment",
        ),
        CheckConstraint(
            "(state IN ('left', 'removed')) = (ended_at IS NOT NULL)", name="ended_at_some_moment"
        ),
        Index(
            "uq__group_membership__living",
            "group_id",
            "person_id",
            unique=True,
            sqlite_where=text("state IN ('invited', 'requested', 'member')"),
            postgresql_where=text("state IN ('invited', 'requested', 'member')"),
        ),
        Index("ix__group_membership__person", "person_id", "state"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(WorkingGroup.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    role: Mapped[MemberRole] = mapped_column(words(MemberRole, name="role"))
    state: Mapped[MembershipState] = state_column(MembershipState, start=MembershipState.INVITED)
    note: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[Moment]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    group: Mapped[WorkingGroup] = relationship(lazy="raise_on_sql", back_populates="memberships")
    person: Mapped[User] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")


class GroupMeeting(Entity):
    """When a group meets. `sequence` grows with each change that calendars have to hear of."""

    __tablename__ = "group_meeting"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("minutes_for IS NULL OR minutes <> ''", name="minutes_say_something"),
        Index("ix__group_meeting__group", "group_id", "starts_at"),
        Index("ix__group_meeting__ahead", "ends_at"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(WorkingGroup.id))
    locale: Mapped[Locale]
    title: Mapped[Name]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    zone: Mapped[str] = mapped_column(String(60))
    venue: Mapped[str] = mapped_column(String(500), default="")
    join_url: Mapped[str] = mapped_column(String(500), default="")
    agenda: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    minutes_for: Mapped[Audience | None] = mapped_column(words(Audience, name="minutes_for"))
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Moment]
    changed_because: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[WorkingGroup] = relationship(lazy="raise_on_sql")


class GroupDocument(Entity):
    """What a group writes: `text` is the draft of the moment, `versions` what was put forward."""

    __tablename__ = "group_document"
    __table_args__ = (
        CheckConstraint(
            "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (published_at IS NULL)"
            " AND (state = 'draft') = (published_version IS NULL)",
            name="published_with_number_and_day",
        ),
        CheckConstraint(
            "(state IN ('draft', 'published')) = (ended_at IS NULL)"
            " AND (state IN ('draft', 'published') OR ended_because <> '')",
            name="ended_with_words",
        ),
        CheckConstraint("superseded_by_id <> id", name="does_not_replace_itself"),
        Index("ix__group_document__group", "group_id", "state"),
    )

    ref: Mapped[str] = mapped_column(String(80), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey(WorkingGroup.id))
    locale: Mapped[Locale]
    state: Mapped[DocumentState] = state_column(DocumentState, start=DocumentState.DRAFT)
    title: Mapped[Name]
    text: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    published_version: Mapped[int | None]
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_because: Mapped[str] = mapped_column(Text, default="")
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("group_document.id"))
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[WorkingGroup] = relationship(lazy="raise_on_sql")
    versions: Mapped[list["DocumentVersion"]] = relationship(
        lazy="raise_on_sql", back_populates="document", order_by="DocumentVersion.number"
    )
    superseded_by: Mapped["GroupDocument | None"] = relationship(
        lazy="raise_on_sql", remote_side="GroupDocument.id"
    )


class DocumentVersion(Entity):
    """A draft as it was put forward. Nothing of it ever changes, and it is never deleted."""

    __tablename__ = "group_document_version"
    __table_args__ = (Index("uq__group_document_version", "document_id", "number", unique=True),)

    document_id: Mapped[int] = mapped_column(ForeignKey(GroupDocument.id))
    number: Mapped[int]
    title: Mapped[Name]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    changes: Mapped[str] = mapped_column(Text, default="")
    put_forward_at: Mapped[Moment]
    put_forward_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    document: Mapped[GroupDocument] = relationship(lazy="raise_on_sql", back_populates="versions")
    period: Mapped["CommentPeriod | None"] = relationship(
        lazy="raise_on_sql", back_populates="of_version", uselist=False
    )


class CommentPeriod(Entity):
    """From when until when everybody may comment on one version; it may be made longer."""

    __tablename__ = "comment_period"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="closes_after_it_opens"),)

    version_id: Mapped[int] = mapped_column(ForeignKey(DocumentVersion.id), unique=True)
    opens_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    zone: Mapped[str] = mapped_column(String(60))

    of_version: Mapped[DocumentVersion] = relationship(lazy="raise_on_sql", back_populates="period")


class GroupComment(Entity):
    """What somebody says about a paragraph of a version (0: the whole), and the group's answer."""

    __tablename__ = "group_comment"
    __table_args__ = (
        CheckConstraint(
            "(disposition IS NULL) = (answered_at IS NULL)", name="answered_at_some_moment"
        ),
        CheckConstraint(
            "disposition IS NULL OR disposition = 'accepted' OR answer <> ''",
            name="not_taken_with_words",
        ),
        CheckConstraint("clause >= 0", name="at_a_paragraph"),
        Index("ix__group_comment__document", "document_id", "version_id", "clause", "id"),
        Index(
            "ix__group_comment__to_answer",
            "document_id",
            sqlite_where=text("disposition IS NULL AND taken_back_at IS NULL"),
            postgresql_where=text("disposition IS NULL AND taken_back_at IS NULL"),
        ),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey(GroupDocument.id))
    version_id: Mapped[int] = mapped_column(ForeignKey(DocumentVersion.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    locale: Mapped[Locale]
    clause: Mapped[int]
    kind: Mapped[CommentKind] = mapped_column(words(CommentKind, name="kind"))
    comment: Mapped[str] = mapped_column(Text)
    proposal: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[Moment]
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    disposition: Mapped[Disposition | None] = mapped_column(words(Disposition, name="disposition"))
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_locale: Mapped[Locale] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    document: Mapped[GroupDocument] = relationship(lazy="raise_on_sql")
    of_version: Mapped[DocumentVersion] = relationship(lazy="raise_on_sql")
    person: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")


guard(WorkingGroup.state, GroupFlow)
guard(GroupMembership.state, MembershipFlow)
guard(GroupDocument.state, DocumentFlow)

# The words that the triggers of this office's migration refuse with.
say_when_refused("group_needs_a_chair", lazy("A running group needs somebody who chairs it."))
say_when_refused("versions_never_change", lazy("What was put forward never changes."))
say_when_refused("results_never_change", lazy("What was published never changes."))
say_when_refused(
    "comments_without_an_answer", lazy("Answer every comment before the document is published.")
)
say_when_refused("not_open_for_comment", lazy("This document is not open for comment."))
