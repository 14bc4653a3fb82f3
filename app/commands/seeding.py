"""Filling the database: the reference lists, and what others hang beside them."""

from pathlib import Path

import click


@click.group()
def seed() -> None:
    """Fill the database with real reference data, or with a demo."""


@seed.command()
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another folder than seeds/data.",
)
def reference(folder: Path | None) -> None:
    """Load countries, universities and AI centres; loading again changes only what changed."""
    from app.organisations.operations import Loaded
    from seeds.reference import DATA, BrokenLists, load_reference

    try:
        counts = load_reference(folder or DATA)
    except BrokenLists as broken:
        for fault in broken.faults:
            click.echo(fault, err=True)
        click.echo("Nothing was loaded.", err=True)
        raise SystemExit(2) from None
    for what, count in counts.items():
        numbers = ", ".join(f"{count[how]} {how}" for how in Loaded)
        click.echo(f"{what}: {numbers}")
