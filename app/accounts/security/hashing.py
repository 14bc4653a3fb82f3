"""Passwords as argon2id, a few at a time: each takes memory, and a crowd must not take it all."""

import threading
from typing import Any

from passlib.context import CryptContext

AT_ONCE = 2
# OWASP's smaller recommendation: 19 MiB, two passes, one lane.
ARGON2 = {"argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1}

_room = threading.BoundedSemaphore(AT_ONCE)


class CrowdedContext(CryptContext):
    """Hashes and verifies at most `AT_ONCE` passwords at the same time; the others wait."""

    def hash(self, *args: Any, **kwargs: Any) -> Any:
        with _room:
            return super().hash(*args, **kwargs)

    def verify(self, *args: Any, **kwargs: Any) -> Any:
        with _room:
            return super().verify(*args, **kwargs)


def password_context() -> CrowdedContext:
    return CrowdedContext(schemes=["argon2"], **ARGON2)


def hash_password(plain: str) -> str:
    """A password as it is kept; for seeds and tests (sign-up and recovery hash by themselves)."""
    return str(password_context().hash(plain))
