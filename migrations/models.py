"""Every module that maps tables, so that the metadata is whole."""

from importlib import import_module
from pathlib import Path

APP = Path(__file__).parents[1] / "app"


def everything() -> None:
    """Import each room called `models`, and foundation's own tables."""
    for room in sorted(APP.glob("*/models*")):
        import_module(f"app.{room.parent.name}.models")
    import_module("app.foundation.once")
    import_module("app.foundation.search.documents")
    import_module("app.foundation.stamps")
