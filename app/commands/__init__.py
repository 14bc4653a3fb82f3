"""The `flask` command line: each command is a few lines over the offices' own operations."""

import json

import click
from flask import Flask, current_app
from flask.cli import with_appcontext


def register(app: Flask) -> None:
    """Hang every command on the application's command line."""
    from app.commands.bringing import import_
    from app.commands.certifying import certificates
    from app.commands.demonstration import demo
    from app.commands.people import appoint_secretariat, compare_sent, list_answers, sort_names
    from app.commands.preparing import prepare
    from app.commands.searching import search_check
    from app.commands.seeding import seed
    from app.commands.worker import work

    app.cli.add_command(appoint_secretariat)
    app.cli.add_command(certificates)
    app.cli.add_command(compare_sent)
    app.cli.add_command(demo)
    app.cli.add_command(import_)
    app.cli.add_command(migrate)
    app.cli.add_command(prepare)
    app.cli.add_command(routes)
    app.cli.add_command(search_check)
    app.cli.add_command(seed)
    app.cli.add_command(sort_names)
    app.cli.add_command(list_answers)
    app.cli.add_command(work)


@click.command()
def migrate() -> None:
    """Bring the database up to date."""
    from app.foundation import schema
    from app.foundation.database import db

    with current_app.app_context():
        schema.bring_up_to_date(db.engine)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON list.")
@with_appcontext
def routes(as_json: bool) -> None:
    """List every route with who may use it."""
    rows = []
    for rule in current_app.url_map.iter_rules():
        view = current_app.view_functions[rule.endpoint]
        rows.append(
            {
                "rule": rule.rule,
                "endpoint": rule.endpoint,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "public": rule.endpoint == "static" or bool(getattr(view, "is_public", False)),
                "permission": [p.name for p in getattr(view, "permissions", ())],
            }
        )
    rows.sort(key=lambda row: (str(row["rule"]), str(row["methods"])))
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        who = "public" if row["public"] else ", ".join(row["permission"])
        click.echo(f"{','.join(row['methods']):10} {row['rule']:50} {who}")
