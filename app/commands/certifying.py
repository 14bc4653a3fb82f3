"""`flask certificates`: the keys that sign certificates."""

import click
from flask.cli import with_appcontext

from app.certificates import queries
from app.certificates.operations import rotate_key
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work


@click.group("certificates")
def certificates() -> None:
    """The keys that sign certificates."""


@certificates.command("rotate-key")
@with_appcontext
def rotate() -> None:
    """Sign with a new key from now on; certificates of older keys stay good."""
    with unit_of_work(SYSTEM) as work:
        made = rotate_key(work)
        click.echo(f"Certificates are signed with {made.thumbprint} from now on.")


@certificates.command("keys")
@with_appcontext
def keys() -> None:
    """List every key, the newest first; their public halves are kept for ever."""
    for key in db.session.scalars(queries.every_key()):
        until = f"until {key.retired_at:%Y-%m-%d}" if key.retired_at else "in use"
        click.echo(f"{key.thumbprint}  from {key.made_at:%Y-%m-%d}  {until}")
