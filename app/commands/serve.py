"""`python -m app.commands.serve`, which `make run` calls: the web server and the worker together.

Prepares the database, starts both, says where they are, and keeps them: a worker that dies is
started again; when the web server ends, or on SIGINT or SIGTERM, both are stopped.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from config import Settings, WrongSetting

PATIENCE = 15.0
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
WEB = [sys.executable, "-m", "gunicorn", "--config", "python:app.commands.web_server", "wsgi:app"]
PEOPLE = (
    ("applicant-kh", "an applicant with a draft"),
    ("applicant-vn", "an applicant who has submitted"),
    ("applicant-offer", "an applicant who holds an offer"),
    ("reviewer-1", "a reviewer (and reviewer-2)"),
    ("manager-a", "a programme manager (and manager-b of another programme)"),
    ("approver-a", "who approves what manager-a proposes"),
    ("centre-jp", "staff of an AI centre (and centre-sg)"),
    ("host-jp", "a supervisor at a host institution"),
    ("nominator-la", "an officer of a ministry that nominates"),
    ("focal-kh", "a country's focal point"),
    ("coordinator-jp", "a university's international office (and coordinator-th)"),
    ("secretariat", "the regional secretariat"),
)


def main() -> int:
    os.environ.setdefault("ENVIRONMENT", "development")
    if os.environ["ENVIRONMENT"] == "development":
        os.environ.setdefault("DEMO", "1")
    settings = Settings.from_environment()
    if not _is_free(settings.port):
        raise WrongSetting(
            "PORT", f"{settings.port} is in use; write, say, PORT={settings.port + 1} make run"
        )
    _die_with(os.getppid())
    prepared = subprocess.run([*FLASK, "prepare"], check=False)
    if prepared.returncode:
        return prepared.returncode
    return Both(settings).run()


class Both:
    """The two programs, and what is done about them until one is asked to stop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.asked_to_stop = False

    def run(self) -> int:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._ask_to_stop)
        web = _start(WEB)
        worker = _start([*FLASK, "work"])
        began, told = time.monotonic(), False
        try:
            while not self.asked_to_stop and web.poll() is None:
                if not told and _answers(self.settings.port):
                    told = True
                    print(_welcome(self.settings), flush=True)
                if worker.poll() is not None and time.monotonic() - began > 1:
                    print("The worker ended; it is started again.", file=sys.stderr, flush=True)
                    began, worker = time.monotonic(), _start([*FLASK, "work"])
                time.sleep(0.2)
            ended_by_itself = web.poll() is not None and not self.asked_to_stop
        finally:
            _stop(web, worker)
        return 1 if ended_by_itself else 0

    def _ask_to_stop(self, *_signal: object) -> None:
        self.asked_to_stop = True


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """A program that stops when we tell it to, not when a key is pressed; or when we are gone."""
    here = os.getpid()
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: _die_with(here),  # noqa: PLW1509 - we have no threads
    )


def _stop(*programs: subprocess.Popen[bytes]) -> None:
    """Ask all to end, wait for them together, and end what has not ended by then."""
    for program in programs:
        if program.poll() is None:
            program.terminate()
    until = time.monotonic() + PATIENCE
    for program in programs:
        try:
            program.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()


def _die_with(parent: int) -> None:
    """Be told to end when the parent is gone, however it went (Linux only)."""
    prctl: Callable[..., int] | None = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(1, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _welcome(settings: Settings) -> str:
    lines = ["", f"{settings.site_name} is open:  {settings.public_url}"]
    if settings.demo:
        lines += [
            f"Demo mailbox:    {settings.public_url}/dev/mail",
            "",
            f"Sign in as one of these @demo.example.org; password {settings.demo_password}",
            *(f"  {name:16} {who}" for name, who in PEOPLE),
        ]
    return "\n".join([*lines, "", "Ctrl-C stops it.", ""])


if __name__ == "__main__":
    sys.exit(main())
