"""Where the bytes lie: a private folder, one file a random key; a bucket would have this shape."""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

HANDED_ON = 8 << 20  # bytes: what is given to the disk before the file's end
KEY = re.compile(r"[0-9a-f]{64}")


class Storage(Protocol):
    """Four methods carry everything; `stored_before` is for the sweep."""

    def put(self, content: bytes | Iterable[bytes]) -> str:
        """Keep the bytes for good, all or one after others, and return the key they are found by.

        Nothing stays of what was not given to its end.
        """

    def open(self, key: str) -> BinaryIO:
        """The bytes, to be read. Raises FileNotFoundError."""

    def exists(self, key: str) -> bool: ...

    def erase(self, key: str) -> None:
        """Take the bytes away; nothing happens when they are gone already."""

    def stored_before(self, moment: datetime) -> Iterator[str]:
        """The keys of everything older than `moment`."""


class Folder:
    """A folder that no web server serves, fanned out over two levels.

    A file appears under its key whole or not at all: it is written beside its place, flushed to
    the disk and then renamed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes | Iterable[bytes]) -> str:
        key = secrets.token_hex(32)
        place = self._path(key)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = place.with_suffix(".part")
        try:
            _write(unfinished, (content,) if isinstance(content, bytes) else content)
            unfinished.replace(place)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _sync(place.parent)
        return key

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def erase(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def stored_before(self, moment: datetime) -> Iterator[str]:
        for file in self.root.glob("??/??/*"):
            if datetime.fromtimestamp(file.stat().st_mtime, UTC) >= moment:
                continue
            if file.suffix == ".part":
                file.unlink(missing_ok=True)  # its writer died
            elif KEY.fullmatch(file.name):
                yield file.name

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            msg = f"no key of ours: {key!r}"
            raise ValueError(msg)
        return self.root / key[:2] / key[2:4] / key


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """A new file, on the disk when this returns; long ones go there while more is made."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        handed_on = 0
        for piece in pieces:
            file.write(piece)
            if file.tell() - handed_on > HANDED_ON:
                handed_on = file.tell()
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_chosen: list[Storage] = []


def keep_in(storage: Storage) -> None:
    """From now on everything is stored there; said once, when the application is built."""
    _chosen[:] = [storage]


def storage() -> Storage:
    """Where everything is stored."""
    if not _chosen:
        msg = "no storage yet: the application says `keep_in` when it is built"
        raise RuntimeError(msg)
    return _chosen[0]
