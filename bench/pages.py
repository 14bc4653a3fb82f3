"""Measures Lontar's pages as shares of a hello-world Flask application: `make bench`.

Machines are shared and noisy, so every figure is a ratio: a page and hello are asked in turns,
round after round, under the same server (gunicorn gthread, 1 worker × 4 threads), by the same
wrk (1 thread, 8 connections), and medians are told. The first row is hello against a second
hello; where it is not within 95–105 %, the run says that it proves nothing. Beside the share of
the rate stands the share by processor time, which neighbours on the machine disturb less.
"""

import argparse
import gzip
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from bench.browser import Browser
from bench.servers import ROOT, Server, serve

CHANGING = Path(__file__).with_name("changing.lua")
PASSWORD = "lontar-demo-2027"
DOMAIN = "@demo.example.org"
STARTS = 3


@dataclass(slots=True)
class Row:
    """A page: whose it is, whether a kept page may answer, and what it did in each round."""

    name: str
    path: str
    goal: str
    cookie: str = ""
    changing: bool = False
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)  # milliseconds of processor a request
    shares: list[float] = field(default_factory=list)
    cost_shares: list[float] = field(default_factory=list)

    def told(self) -> str:
        share, cost_share = statistics.median(self.shares), statistics.median(self.cost_shares)
        spread = f"{min(self.shares):.0f}–{max(self.shares):.0f}"
        rate, cost = statistics.median(self.rates), statistics.median(self.costs)
        return (
            f"| {self.name} | **{share:.0f} %** ({spread}) | {cost_share:.0f} % "
            f"| {rate:.0f} | {cost:.2f} | {self.goal} |"
        )


def main() -> None:
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="lontar-bench-") as folder:
        env = {"ENVIRONMENT": "development", "DEMO": "1", "INSTANCE_PATH": asked.instance or folder}
        if not asked.instance:
            _flask(env, "prepare")
            _flask(env, "seed", "load", "--applications", str(asked.applications))
        ids = json.loads(_flask(env, "demo", "ids", "--json").splitlines()[-1])
        starts = [_started_once(env) for _ in range(STARTS)]
        servers = [serve("bench.hello:app", {}), serve("bench.hello:app", {})]
        try:
            hello, again = servers
            servers.append(lontar := serve("wsgi:app", env))
            time.sleep(2)
            idle = lontar.memory()
            alike = Row("hello against hello (A/A)", "/", "95–105 %")
            rows = _rows(lontar, ids)
            for row in rows:
                _ask(lontar, row, asked.seconds)
            for n in range(asked.rounds):
                turns = [(alike, again), *((row, lontar) for row in rows)]
                for row, server in turns if n % 2 == 0 else reversed(turns):
                    _turn(row, server, hello, asked.seconds)
                print(f"round {n + 1} of {asked.rounds}", file=sys.stderr, flush=True)
            print(_heading(asked))
            for row in (alike, *rows):
                print(row.told(), flush=True)
            whole, submitting = _submits(lontar, ids["call"], asked.submits)
            weight, busy = _first_visit(lontar.port), lontar.memory()
        finally:
            for server in servers:
                server.stop()
    start = statistics.median(starts)
    print(
        f"""
| what | measured | goal |
|---|---|---|
| whole applications a second on one connection, of {asked.submits} | **{whole:.1f}** | stated |
| submits alone, the last step of each | **{submitting:.1f}** | stated |
| first visit, gzipped, with all that the page loads | **{weight / 1000:.1f} kB** | ≤ 40 |
| worker at rest (PSS) | **{idle:.0f} MiB** | ≤ 130 |
| worker after the run | {busy:.0f} MiB | |
| first page after the start, median of {STARTS} | **{start:.1f} s** | ≤ 2 |"""
    )
    if not 95 <= statistics.median(alike.shares) <= 105:
        print("\n**Hello against hello is not within 95–105 %: this run proves nothing.**")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pages")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2, help="of each turn")
    parser.add_argument("--applications", type=int, default=10_000, help="beside the demo's own")
    parser.add_argument("--submits", type=int, default=20)
    parser.add_argument("--instance", help="a folder that `flask prepare` filled with the demo")
    return parser.parse_args()


def _flask(env: dict[str, str], *command: str) -> str:
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    done = subprocess.run(
        flask, cwd=ROOT, env={**os.environ, **env}, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _started_once(env: dict[str, str]) -> float:
    server = serve("wsgi:app", env)
    server.stop()
    return server.first_answer


def _rows(lontar: Server, ids: dict) -> list[Row]:
    call = f"/fellowships/{ids['call_ref']}"
    review = f"/reviews/{ids['review']['reviewer-1']}"
    manager, reviewer, applicant = (
        _cookie(lontar, who) for who in ("manager-a", "reviewer-1", "applicant-vn")
    )
    return [
        Row("catalogue, kept", "/", "≥ 65 %"),
        Row("catalogue, rendered", "/", "≥ 20 %", changing=True),
        Row("call page, kept", call, "≥ 65 %"),
        Row("call page, rendered", call, "≥ 20 %", changing=True),
        Row("office list, 25 rows", f"/tracking/{ids['call_closed']}", "≥ 12 %", manager),
        Row("review page", review, "≥ 12 %", reviewer),
        Row("dashboard of a manager", "/dashboard", "", manager),
        Row("dashboard of an applicant", "/dashboard", "", applicant),
    ]


def _cookie(lontar: Server, who: str) -> str:
    browser = Browser(lontar.port)
    browser.signs_in(who + DOMAIN, PASSWORD)
    return browser.cookie


def _turn(row: Row, server: Server, hello: Server, seconds: int) -> None:
    """The page between two turns of hello."""
    greeting = Row("hello", "/", "")
    before = _ask(hello, greeting, seconds)
    rate, cost = _ask(server, row, seconds)
    after = _ask(hello, greeting, seconds)
    row.rates.append(rate)
    row.costs.append(cost)
    row.shares.append(100 * rate / statistics.mean((before[0], after[0])))
    row.cost_shares.append(100 * statistics.mean((before[1], after[1])) / cost)


def _ask(server: Server, row: Row, seconds: int) -> tuple[float, float]:
    """Requests a second, and milliseconds of the worker's processor for each; all answer 200."""
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "--timeout", "30s"]
    command += ["-H", f"Cookie: {row.cookie}"]
    if not row.cookie:
        command = command[:-2]
    address = f"http://127.0.0.1:{server.port}{row.path}"
    if row.changing:
        command += ["-s", str(CHANGING)]
        address += f"?run={time.time_ns()}"
    before = server.cpu()
    told = subprocess.run([*command, address], capture_output=True, text=True, check=True).stdout
    spent = server.cpu() - before
    number = re.search(r"(\d+) requests in", told)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if "Non-2xx" in told or not number or not rate:
        raise SystemExit(f"{row.path} did not answer 200 each time:\n{told}")
    if number[1] == "0":
        raise SystemExit(f"{row.path} was not answered once in {seconds} s: try more --seconds.")
    return float(rate[1]), 1000 * spent / int(number[1])


def _submits(lontar: Server, call_id: int, number: int) -> tuple[float, float]:
    """Whole applications a second by people who did not apply yet, and submits a second alone."""
    took: list[float] = []
    submitting: list[float] = []
    person = 0
    while len(took) < number:
        person += 1
        browser = Browser(lontar.port)
        browser.signs_in(f"person-{person}{DOMAIN}", PASSWORD)
        if not browser.may_start(call_id):
            continue
        began = time.perf_counter()
        submitting.append(browser.applies(call_id))
        took.append(time.perf_counter() - began)
    return 1 / statistics.mean(took), 1 / statistics.mean(submitting)


def _first_visit(port: int) -> int:
    """The bytes of the catalogue, gzipped, with every style, script and picture that it loads."""

    def weigh(path: str) -> tuple[int, bytes]:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"}
        )
        with urllib.request.urlopen(asked) as answer:
            body = answer.read()
            zipped = answer.headers.get("Content-Encoding") == "gzip"
            return len(body), gzip.decompress(body) if zipped else body

    page, html = weigh("/")
    feed = '(?!link rel="alternate")'  # a browser does not load it
    asked = rf'<{feed}(?:link|script|img)[^>]+(?:href|src)="(/[^"]+)"'
    loaded = set(re.findall(asked, html.decode()))
    return page + sum(weigh(path)[0] for path in loaded)


def _heading(asked: argparse.Namespace) -> str:
    more = "" if asked.instance else f" and {asked.applications} applications beside it"
    return (
        f"The demo{more}, {asked.rounds} rounds of {asked.seconds} s a turn, "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}.\n\n"
        "| page | share of hello's rate (lowest–highest) | share by processor time "
        "| requests/s | ms of processor | goal |\n|---|---|---|---|---|---|"
    )


if __name__ == "__main__":
    main()
