"""The servers that are measured, and what the system knows of them: time, memory."""

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
GUNICORN = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", "1", "--threads", "4"]
TICK = os.sysconf("SC_CLK_TCK")
SLOWEST_START = 60
# A server keeps what Python compiled, whatever the shell that measures it says.
_OURS = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Server:
    """One gunicorn with one worker of four threads on a port of its own."""

    process: subprocess.Popen[bytes]
    port: int
    first_answer: float  # seconds from the start to the first whole page

    @property
    def worker(self) -> int:
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def cpu(self) -> float:
        """The seconds of processor that the worker has used so far."""
        after_name = Path(f"/proc/{self.worker}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / TICK

    def memory(self) -> float:
        """The worker's proportional share of memory, in MiB."""
        lines = Path(f"/proc/{self.worker}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def serve(target: str, env: dict[str, str]) -> Server:
    """Start it on loopback and wait for its first whole page."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [*GUNICORN, "-b", f"127.0.0.1:{port}", "--log-level", "error", target],
        cwd=ROOT,
        env={**_OURS, **env},
        stderr=subprocess.DEVNULL,
    )
    while time.perf_counter() - began < SLOWEST_START:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
                connection.request("GET", "/")
                connection.getresponse().read()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.005)
        else:
            return Server(process, port, time.perf_counter() - began)
    process.kill()
    raise SystemExit(f"{target} did not start.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
