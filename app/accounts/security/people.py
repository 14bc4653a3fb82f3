"""Where Flask-Security finds people and passkeys: copies, whose changes `visit` writes down."""

import secrets
from typing import Any

from flask_security import UserDatastore
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from app.accounts.models import PassKey, User
from app.accounts.security.visit import visit
from app.foundation import clock, languages
from app.foundation.database import db


class People(UserDatastore):
    """The datastore: it reads; `commit` is nothing, because the end of the request settles."""

    def __init__(self) -> None:
        super().__init__(User, None, PassKey)  # type: ignore[arg-type]

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Any:
        ((attribute, value),) = wanted.items()
        if attribute == "email":
            value = str(value).lower()
        query = select(User).where(getattr(User, attribute) == value)
        return self._copy(query.options(selectinload(User.webauthn)))

    def find_webauthn(self, credential_id: bytes) -> Any:
        return self._copy(select(PassKey).where(PassKey.credential_id == credential_id))

    def _copy(self, query: Select[Any]) -> Any:
        """The row, let go by the session: nothing of it is written behind our back."""
        session = db.session()
        found = session.execute(query).unique().scalar_one_or_none()
        if found is None:
            return None
        session.expunge(found)
        if isinstance(found, User):
            for key in found.webauthn:
                visit().saw(key)
        visit().saw(found)
        return found

    def put(self, model: Any) -> Any:
        return model

    def commit(self) -> None:
        """Nothing: `visit.settle` writes everything at once."""

    def reload(self, model: Any) -> None:
        """Nothing: a copy is as new as the request."""

    def delete(self, model: Any) -> None:
        visit().lost_keys.append(model)

    def create_user(self, **values: Any) -> User:
        """A person who has not been written yet; `settle` registers them."""
        user = User(
            email=values["email"].lower(),
            password=values["password"],
            passport_name=values["passport_name"],
            fs_uniquifier=secrets.token_hex(16),
            confirmed_at=None,
            active=True,
        )
        visit().applicant = (
            user,
            {
                "email": user.email,
                "passport_name": user.passport_name,
                "password_hash": user.password,
                "uniquifier": user.fs_uniquifier,
                "locale": languages.reader().locale,
                "zone": languages.reader().zone or "",
                "agreed": True,
            },
        )
        return user

    def create_webauthn(self, user: User, **values: Any) -> None:  # type: ignore[override]
        now = clock.now()
        visit().new_keys.append(
            PassKey(user_id=user.id, lastuse_datetime=now, create_datetime=now, **values)
        )
