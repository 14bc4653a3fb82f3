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
    """Load countries, universities, AI centres and the tables of credits, scores and grades.

    Loading again changes only what changed; a broken row stops it, and nothing is half there.
    """
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


@seed.command()
def demo() -> None:
    """Play the demo into a database that holds the reference data and nobody yet."""
    import time

    from flask import current_app
    from sqlalchemy import select

    from app.accounts.models import User
    from app.foundation import clock
    from app.foundation.database import db
    from seeds.demo import play

    if db.session.scalar(select(User.id).limit(1)) is not None:
        click.echo("People are here already: the demo goes into an empty database only.")
        raise SystemExit(2)
    db.session.remove()
    began = time.perf_counter()
    settings = current_app.config["SETTINGS"]
    play(clock.now(), settings.demo_password, say=lambda line: click.echo(f"  {line}"))
    click.echo(f"The demo is made ({time.perf_counter() - began:.0f} s).")


@seed.command()
@click.option("--applications", type=click.IntRange(1, 1_000_000), required=True)
@click.option("--seed", "seeded", type=int, default=1, show_default=True)
@click.option("--calls", type=click.IntRange(1, 1000), default=8, show_default=True)
def load(applications: int, seeded: int, calls: int) -> None:
    """Add APPLICATIONS invented applications over some calls, for measuring."""
    from app.foundation import clock
    from app.foundation.database import db
    from seeds.load import load_applications

    with db.engine.execution_options(writes=True).begin() as connection:
        made = load_applications(
            connection, number=applications, seed=seeded, now=clock.now(), over=calls
        )
    click.echo(f"{applications} applications over the calls {', '.join(map(str, made))}")
