"""A clamd of our own on the loopback, and the test virus that everybody uses."""

import socketserver
import struct
import threading

import pytest

from app.files import scanning
from app.files.scanning import Clamd
from tests.files import samples

# The test file of https://www.eicar.org: harmless, and every scanner calls it a virus.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
INFECTED = samples.PDF.replace(b"%%EOF", b"%" + EICAR + b"\n%%EOF")


class FakeClamd(socketserver.BaseRequestHandler):
    """Speaks INSTREAM as clamd does, and finds EICAR."""

    def handle(self) -> None:
        line = self.request.makefile("rb")
        assert line.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", line.read(4))[0]:
            content += line.read(length)
        if self.server.breaks:
            self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        elif EICAR in content:
            self.request.sendall(b"stream: Eicar-Test-Signature FOUND\0")
        else:
            self.request.sendall(b"stream: OK\0")


@pytest.fixture
def clamd():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), FakeClamd)
    server.breaks = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def scanned(session, clamd):
    scanning.scan_by(Clamd("clamd://127.0.0.1:%s" % clamd.server_address[1]))
    yield clamd
    scanning.scan_by(None)
