"""`import`: what others list, brought in from files."""

import json
from pathlib import Path

import click


@click.group(name="import")
def import_() -> None:
    """Bring in what others list."""


@import_.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--centre", type=int, required=True, help="The id of the centre they are for.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
@click.option("--publish", is_flag=True, help="Publish at once what says all that it must.")
def courses(file: Path, centre: int, *, dry_run: bool, publish: bool) -> None:
    """Bring the courses of FILE (CSV, XLSX, JSON-LD or iCalendar) to a centre.

    Prints {new, changed, unchanged, refused: [{row, why}]} as JSON. A file that is refused as a
    whole ends with status 2 and its reason on standard error.
    """
    from sqlalchemy import select

    from app.courses import queries
    from app.courses.comparing import counted
    from app.courses.incoming import LARGEST, FileRefused, read_file, reason
    from app.courses.operations import bring_courses
    from app.foundation import clock
    from app.foundation.actors import Actor, Grant, Role, Scope
    from app.foundation.database import db
    from app.foundation.dry_runs import Fate
    from app.foundation.errors import Refusal
    from app.foundation.languages import speaking
    from app.foundation.work import unit_of_work
    from app.organisations.models import Organisation

    # Whoever has the console acts for the centre, and is nobody in person.
    console = Actor(
        None, frozenset({Grant(Role.CENTRE, Scope.ORGANISATION, centre)}), name="Lontar"
    )
    which = select(Organisation).where(Organisation.id == centre)
    with speaking("en"):
        try:
            with file.open("rb") as opened:
                content = opened.read(LARGEST + 1)
            incoming = read_file(content, file.name, today=clock.now().date())
            if dry_run:
                if not getattr(db.session.scalar(which), "is_centre", False):
                    raise click.UsageError(f"{centre} is no AI centre.")
                judged = queries.all_of(queries.judged(db.session(), centre, incoming))
            else:
                with unit_of_work(console) as work:
                    judged = bring_courses(work, work.find(which), incoming, publish=publish)
        except (FileRefused, Refusal, OSError) as refusal:
            click.echo(f"{file.name}: {refusal}", err=True)
            raise SystemExit(2) from None
        if incoming.unknown:
            click.echo(f"Columns that are not read: {', '.join(incoming.unknown)}", err=True)
        counts = counted(judged)
        refused = [
            {"row": one.row, "why": reason(one.why, one.said)}
            for one in judged
            if one.why is not None
        ]
        told = {fate.value: counts[fate] for fate in Fate if fate is not Fate.REFUSED}
        click.echo(json.dumps({**told, "refused": refused}, ensure_ascii=False))
