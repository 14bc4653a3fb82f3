"""A mail server for tests: keeps what it is given, and answers as it is told to."""

import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager
from email.message import EmailMessage


class MailServerForTests:
    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}  # first word of a command, or its address → answer
        self.hang_up_after_data = False
        outer = self

        class Conversation(socketserver.StreamRequestHandler):
            def say(self, line: str) -> None:
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self) -> None:
                self.say("220 tests")
                while line := self.rfile.readline():
                    command = line.decode().strip()
                    word = command.split(" ")[0].split(":")[0].upper()
                    refusal = next(
                        (a for k, a in outer.answers.items() if k in command.lower()), None
                    )
                    if refusal:
                        self.say(refusal)
                    elif word == "EHLO":
                        self.say("250-tests")
                        self.say("250 8BITMIME")
                    elif word == "DATA":
                        self.say("354 go on")
                        lines = []
                        while (data := self.rfile.readline()) not in (b".\r\n", b""):
                            lines.append(data)
                        outer.mails.append(
                            email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                        )
                        if outer.hang_up_after_data:
                            return
                        self.say("250 kept")
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def mail_server():
    server = MailServerForTests()
    thread = threading.Thread(target=server.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.server.shutdown()
        server.server.server_close()
        thread.join()
