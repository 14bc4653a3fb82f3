"""Where private keys lie, and the address under which the world checks what they signed.

Private keys are files of a folder that only we may read, one for each key, named after it. They are
never in the database: a copy of the database signs nothing. Public keys are (`SigningKey`).
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9_-]{43}")


class KeyMissing(LookupError):
    """The private half of this key is not on this machine."""


@dataclass(frozen=True, slots=True)
class Keyring:
    folder: Path
    site: str

    def private(self, thumbprint: str) -> bytes:
        """Raises KeyMissing."""
        try:
            return self._file(thumbprint).read_bytes()
        except FileNotFoundError:
            raise KeyMissing(thumbprint) from None

    def keep(self, thumbprint: str, private: bytes) -> None:
        """Write a new key so that nobody else can read it, not even for a moment."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._file(thumbprint)
        unfinished = file.with_suffix(".part")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as opened:
            opened.write(private)
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.replace(file)

    def key_address(self, thumbprint: str) -> str:
        """The `kid`: an address that answers with the public key."""
        return f"{self.site}/verify/keys/{thumbprint}"

    def page(self, token: str) -> str:
        """Where a certificate is checked."""
        return f"{self.site}/verify/{token}"

    def issuer(self, ref: str) -> str:
        return f"{self.site}/issuers/{ref}"

    def _file(self, thumbprint: str) -> Path:
        if not _NAME.fullmatch(thumbprint):
            raise KeyMissing(thumbprint)
        return self.folder / f"{thumbprint}.pem"


_chosen: list[Keyring] = []


def keep_in(folder: Path, site: str) -> None:
    """From now on keys lie there; said once, when the application is built."""
    _chosen[:] = [Keyring(folder, site)]


def keyring() -> Keyring:
    if not _chosen:
        msg = "no keyring yet: the application says `keep_in` when it is built"
        raise RuntimeError(msg)
    return _chosen[0]
