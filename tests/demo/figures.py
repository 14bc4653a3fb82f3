"""The closing lines of `make badinput`: a row a database for docs/campaigns.md."""

from collections import Counter

import pytest

TOLD = ("forms", "fields", "values", "bodies", "addresses", "requests", "refused")
WRONG = ("5xx", "half-written")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    found: dict[str, Counter[str]] = {}
    for kind in ("passed", "failed"):
        for report in terminalreporter.stats.get(kind, []):
            told = dict(report.user_properties).get("bad_input")
            if told and report.when == "call":
                counted = found.setdefault(told.pop("database"), Counter())
                counted.update(told)
                counted.update({"people": 1, f"people {kind}": 1})
    if not found:
        return
    columns = ("people", "pages", *TOLD, *WRONG)
    terminalreporter.section("what was typed that nobody should type")
    terminalreporter.write_line(f"| database | {' | '.join(columns)} |")
    terminalreporter.write_line("|---" * (len(columns) + 1) + "|")
    for database, counted in sorted(found.items()):
        row = " | ".join(f"{counted[name]:,}" for name in columns)
        terminalreporter.write_line(f"| {database} | {row} |")
