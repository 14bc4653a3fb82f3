"""Asking ClamAV whether bytes carry a virus: its own protocol, INSTREAM, over a socket.

https://linux.die.net/man/8/clamd describes it: a command that ends with a zero byte, pieces with
their length before them (four bytes, the highest first), and an empty piece at the end.
"""

import socket
import struct
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

PIECE = 64 * 1024
SECONDS = 30


class ScannerDown(Exception):
    """The scanner cannot be asked now, or did not answer the question: ask again later."""


class Scanner(Protocol):
    def virus_in(self, content: BinaryIO) -> str:
        """The name of the virus that was found; "" for none. Raises ScannerDown."""


class Clamd:
    """A clamd that listens on a TCP port (clamd://host:port)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.address = (parts.hostname or "localhost", parts.port or 3310)

    def virus_in(self, content: BinaryIO) -> str:
        try:
            with socket.create_connection(self.address, timeout=SECONDS) as line:
                line.sendall(b"zINSTREAM\0")
                while piece := content.read(PIECE):
                    line.sendall(struct.pack(">I", len(piece)) + piece)
                line.sendall(struct.pack(">I", 0))
                answer = _answer(line)
        except OSError as error:
            raise ScannerDown(str(error)) from error
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return ""
        if said.endswith(" FOUND"):
            return said.removesuffix(" FOUND")[:200]
        raise ScannerDown(answer[:200] or "no answer")


def _answer(line: socket.socket) -> str:
    """Everything up to the zero byte, and no more than such an answer can have."""
    told = b""
    while b"\0" not in told and len(told) < 1000:
        more = line.recv(1000)
        if not more:
            break
        told += more
    return told.partition(b"\0")[0].decode("utf-8", "replace").strip()


_chosen: list[Scanner | None] = []


def scan_by(scanner: Scanner | None) -> None:
    """From now on what is uploaded waits for this scanner; said once, with None for no scanner."""
    _chosen[:] = [scanner]


def scanner() -> Scanner | None:
    return _chosen[0] if _chosen else None
