"""`seed load`: rows for measuring."""

import click

from app.foundation import clock
from app.foundation.database import db


@click.command()
@click.option("--applications", type=click.IntRange(1, 1_000_000), required=True)
@click.option("--seed", type=int, default=1, show_default=True)
def load(applications: int, seed: int) -> None:
    """Add APPLICATIONS invented applications over eight calls, for measuring."""
    from seeds.load import load_applications

    with db.engine.execution_options(writes=True).begin() as connection:
        calls = load_applications(connection, number=applications, seed=seed, now=clock.now())
    click.echo(f"{applications} applications over the calls {', '.join(map(str, calls))}")
