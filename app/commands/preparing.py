"""`flask prepare`: what must be true before the first page is asked for.

Translations are compiled, the database is up to date, and an empty one is filled with the
reference lists and, where it is a demo, with the demo.
"""

from pathlib import Path

import click
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import current_app
from sqlalchemy import select

from app.accounts.models import User
from app.foundation.database import db
from app.foundation.languages import TRANSLATIONS
from app.organisations.models import Country


@click.command()
def prepare() -> None:
    """Compile translations, migrate, and fill an empty database."""
    from app.foundation import schema

    compile_translations()
    schema.bring_up_to_date(db.engine)
    if _is_empty(Country):
        click.echo("Loading countries, universities and AI centres …")
        _seed("reference")
    if current_app.config["SETTINGS"].demo and _is_empty(User):
        click.echo("Loading the demo …")
        _seed("demo")


def compile_translations(folder: Path = TRANSLATIONS) -> int:
    """Compile each catalogue that is newer than what was compiled of it; says how many."""
    compiled = 0
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        half = target.with_name(f".{target.name}.half")
        with half.open("wb") as file:
            write_mo(file, catalogue)
        half.replace(target)
        compiled += 1
    return compiled


def _is_empty(table: type[Country] | type[User]) -> bool:
    empty = db.session.scalar(select(table).limit(1)) is None
    db.session.rollback()
    return empty


def _seed(name: str) -> None:
    """Run `flask seed <name>`, as a person would."""
    group = current_app.cli.commands["seed"]
    command = group.commands.get(name) if isinstance(group, click.Group) else None
    if command is not None:
        command.main(args=[], standalone_mode=False)
