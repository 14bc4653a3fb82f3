"""Measure Lontar's pages as shares of a hello-world Flask app, under one server, in one run.

    make bench                       # wrk and gunicorn; a few minutes; writes docs/bench.md

Every figure is taken beside hello's own, in turns, on this machine and in this run: machines are
shared and noisy, ratios are not. The first row is hello against a second hello (A/A): where it
is not within 95–105 %, the run says so and its other rows prove nothing.

Server: gunicorn gthread, 1 worker × 4 threads, for all of them. Load: wrk, 1 thread,
8 connections. Database: SQLite unless DATABASE_URL says otherwise.
"""

import argparse
import http.client
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
GUNICORN = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", "1", "--threads", "4"]
CONNECTIONS = 8


@dataclass
class Row:
    """One page: where it is, with whose session, and what it did in each turn."""

    name: str
    path: str
    goal: str
    cookie: str = ""
    port: int = 0
    shares: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


def free_port() -> int:
    import socket

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def serve(target: str, port: int, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start gunicorn and wait for its first answer."""
    process = subprocess.Popen(
        [*GUNICORN, "-b", f"127.0.0.1:{port}", "--log-level", "error", target],
        cwd=ROOT,
        env={**os.environ, **env},
        stderr=subprocess.DEVNULL,
    )
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz" if "wsgi" in target else "/hello")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.02)
        else:
            return process
    msg = f"{target} did not start"
    raise SystemExit(msg)


def wrk(port: int, path: str, seconds: float, cookie: str) -> float:
    """Requests a second; stops the run when any answer was not a 200."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    out = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in out:
        msg = f"{path} answered something else than 200:\n{out}"
        raise SystemExit(msg)
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    if not found:
        raise SystemExit(out)
    return float(found.group(1))


def memory(process: subprocess.Popen[bytes]) -> float:
    """Proportional memory of the server and its worker, in MiB."""
    total = 0
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for pid in children:  # the worker; the arbiter only watches
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1))  # type: ignore[union-attr]
    return total / 1024


def turns(rows: list[Row], hello: int, again: int, rounds: int, seconds: float) -> None:
    aa = rows[0]
    aa.port = again
    for n in range(rounds):
        for row in rows if n % 2 == 0 else list(reversed(rows)):
            before = wrk(hello, "/hello", seconds, "")
            rate = wrk(row.port, row.path, seconds, row.cookie)
            after = wrk(hello, "/hello", seconds, "")
            row.rates.append(rate)
            row.shares.append(100 * rate / ((before + after) / 2))
        print(f"round {n + 1} of {rounds} done", flush=True)


def submits(port: int, ready: list[dict[str, str]]) -> tuple[float, int]:
    """Whole submits a second on one connection: each POST is one person's whole application."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    started = time.perf_counter()
    for one in ready:
        body = one["body"].encode()
        connection.request(
            "POST",
            one["path"],
            body,
            {"Cookie": one["cookie"], "Content-Type": "application/x-www-form-urlencoded"},
        )
        answer = connection.getresponse()
        answer.read()
        if answer.status not in {302, 303}:
            msg = f"a submit answered {answer.status}"
            raise SystemExit(msg)
    return len(ready) / (time.perf_counter() - started), len(ready)


def table(rows: list[Row]) -> list[str]:
    lines = [
        "| page | share of hello, median (min–max) | requests/s, median | goal |",
        "|---|---|---|---|",
    ]
    for row in rows:
        share = statistics.median(row.shares)
        lines.append(
            f"| {row.name} | **{share:.0f} %** ({min(row.shares):.0f}–{max(row.shares):.0f}) "
            f"| {statistics.median(row.rates):.0f} | {row.goal} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--applications", type=int, default=10_000)
    parser.add_argument("--submits", type=int, default=200)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "bench.md")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="lontar-bench-"))
    env = {
        "ENVIRONMENT": "development",
        "DEMO": "1",
        "INSTANCE_PATH": str(folder),
        "SECRET_KEY": "a secret for measuring only",
        "LOG_LEVEL": "WARNING",
    }
    prepared = json.loads(
        subprocess.run(
            [sys.executable, "-m", "bench.prepare", str(asked.applications), str(asked.submits)],
            cwd=ROOT,
            env={**os.environ, **env},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.splitlines()[-1]
    )
    hello, again, ours = free_port(), free_port(), free_port()
    processes = [serve("bench.hello:app", port, {}) for port in (hello, again)]
    began = time.perf_counter()
    lontar = serve("wsgi:app", ours, env)
    first_answer = time.perf_counter() - began
    time.sleep(1)
    idle = memory(lontar)
    processes.append(lontar)
    try:
        rows = [
            Row("hello against hello (A/A)", "/hello", "95–105 %"),
            *(
                Row(r["name"], r["path"], r["goal"], r.get("cookie", ""), ours)
                for r in prepared["pages"]
            ),
        ]
        for row in rows[1:]:
            wrk(ours, row.path, 1, row.cookie)  # warm
        turns(rows, hello, again, asked.rounds, asked.seconds)
        rate, number = submits(ours, prepared["submits"])
        busy = memory(lontar)
    finally:
        for process in processes:
            process.terminate()
            process.wait()
    lines = [
        "# What the pages cost",
        "",
        f"Made by `make bench` ({asked.rounds} rounds × {asked.seconds:g} s a page, in turns with "
        f"hello; {asked.applications} applications; {platform.python_implementation()} "
        f"{platform.python_version()}, gunicorn gthread 1 worker × 4 threads, wrk "
        f"{CONNECTIONS} connections).",
        "",
        *table(rows),
        "",
        f"Whole submits on one connection: **{rate:.1f} a second** ({number} applications sent, "
        "each with its answers, checks, frozen copy, receipt and audit row).",
        "",
        f"Worker memory: {idle:.0f} MiB idle (goal ≤ 130), {busy:.0f} MiB after the run. "
        f"First answer {first_answer:.1f} s after the start (goal ≤ 2).",
    ]
    aa = statistics.median(rows[0].shares)
    if not 95 <= aa <= 105:
        lines += ["", f"**The A/A row reads {aa:.0f} %: this run proves nothing.**"]
    asked.out.parent.mkdir(exist_ok=True)
    asked.out.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
