"""People who sign in, their profile, what they may do, and their sessions."""

from datetime import date, datetime
from typing import Any

from flask_security import AsaList, UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.states import LanguageLevel
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import (
    CountryCode,
    Entity,
    Locale,
    Moment,
    Name,
    UtcDateTime,
    words,
)
from app.organisations.models import Organisation


class User(Entity, UserMixin):
    """A person. Names stand as the person writes them: never split, never re-cased.

    The columns up to `us_` are those that Flask-Security keeps; the profile follows.
    """

    __tablename__ = "user"
    __table_args__ = (Index("ix__user__sort", "sort_key", "id"),)

    email: Mapped[str] = mapped_column(String(320), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    create_datetime: Mapped[Moment] = mapped_column(default=clock.now)
    update_datetime: Mapped[Moment] = mapped_column(default=clock.now, onupdate=clock.now)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    # The time step of the last code that was accepted: no code opens the door twice.
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[Any] = mapped_column(MutableList.as_mutable(AsaList()), nullable=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True
    )

    passport_name: Mapped[Name] = mapped_column(default="")
    native_name: Mapped[str] = mapped_column(String(300), default="")
    native_name_lang: Mapped[str] = mapped_column(String(20), default="")
    reading: Mapped[str] = mapped_column(String(300), default="")
    called_name: Mapped[str] = mapped_column(String(300), default="")
    certificate_name: Mapped[str] = mapped_column(String(300), default="")
    sort_name: Mapped[str] = mapped_column(String(300), default="")
    sort_key: Mapped[str] = mapped_column(String(900), default="")
    born_on: Mapped[date | None]
    # Any country, not only those of the cooperation: people study and work elsewhere.
    residence_code: Mapped[str | None] = mapped_column(String(2))
    home_institution_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    home_institution_text: Mapped[str] = mapped_column(String(300), default="")
    track: Mapped[str | None] = mapped_column(String(30))
    locale: Mapped[Locale] = mapped_column(default="en")
    zone: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int] = mapped_column(default=1)

    nationalities: Mapped[list["Nationality"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="Nationality.id"
    )
    languages: Mapped[list["LanguageSkill"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="LanguageSkill.id"
    )
    grants: Mapped[list["RoleGrant"]] = relationship(
        lazy="raise_on_sql", foreign_keys="RoleGrant.user_id", back_populates="user"
    )
    home_institution: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    webauthn: Mapped[list["PassKey"]] = relationship(  # type: ignore[assignment]
        lazy="raise_on_sql", cascade="all, delete-orphan", back_populates="user"
    )

    @property
    def shown_name(self) -> str:
        return shown_name(self)

    @property
    def full_name(self) -> str:
        return self.passport_name or self.native_name or self.email


def shown_name(person: Any) -> str:
    """What pages and mails call this person: a User, or a row with these columns of one."""
    return str(person.called_name or person.passport_name or person.native_name or person.email)


class Nationality(Entity):
    __tablename__ = "nationality"
    __table_args__ = (Index("uq__nationality", "user_id", "country_code", unique=True),)

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    country_code: Mapped[CountryCode]


class LanguageSkill(Entity):
    __tablename__ = "language_skill"
    __table_args__ = (Index("uq__language_skill", "user_id", "language", unique=True),)

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(20))
    level: Mapped[LanguageLevel] = mapped_column(words(LanguageLevel, name="level"))


class RoleGrant(Entity):
    """A person's role on one object (or on everything), for a country of it, until a day."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "(scope = 'everything') = (scope_id IS NULL)", name="an_object_unless_everything"
        ),
        Index("ix__role_grant__scope", "role", "scope", "scope_id"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(words(Role, name="role"))
    scope: Mapped[Scope] = mapped_column(words(Scope, name="scope"))
    scope_id: Mapped[int | None]
    country_code: Mapped[str | None] = mapped_column(String(2))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    granted_at: Mapped[Moment]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    user: Mapped[User] = relationship(
        lazy="raise_on_sql", foreign_keys=[user_id], back_populates="grants"
    )


class SessionRow(Entity):
    """A browser's session, kept by us so that it can be ended from here; the cookie is opaque."""

    __tablename__ = "session_row"

    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    data: Mapped[str] = mapped_column(Text)
    browser: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)


class CalendarAddress(Entity):
    """Where a person's calendar program reads what waits for them; of the secret only a hash."""

    __tablename__ = "calendar_address"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[Moment]


class PassKey(Entity):
    """A passkey, with the columns that Flask-Security's WebAuthn names."""

    __tablename__ = "pass_key"

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(1024))
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[Any] = mapped_column(MutableList.as_mutable(AsaList()), nullable=True)
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    lastuse_datetime: Mapped[datetime] = mapped_column(UtcDateTime())
    create_datetime: Mapped[datetime] = mapped_column(UtcDateTime())
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    user: Mapped[User] = relationship(lazy="raise_on_sql", back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        """How Flask-Security finds the owner of a passkey."""
        return {"id": self.user_id}
