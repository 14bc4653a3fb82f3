"""Stylesheets, scripts and pictures under names that change with their content, kept for a year.

At the start each file of `app/static` is written once as `look.3f2a91c0.css`, with its compressed
forms beside it, and WhiteNoise serves them before the application is asked.
"""

import gzip
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import brotli
from flask import Flask
from whitenoise import WhiteNoise

_SMALLER = {".css", ".js", ".svg", ".json", ".txt", ".webmanifest"}
_COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda content: gzip.compress(content, compresslevel=9, mtime=0),
    ".br": brotli.compress,
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, and the name under which it is served: the name tells the content."""

    name: str
    served_as: str
    content: bytes

    @property
    def endings(self) -> tuple[str, ...]:
        return ("", *_COMPRESSED) if Path(self.name).suffix in _SMALLER else ("",)


@lru_cache
def assets_of(folder: Path) -> tuple[Asset, ...]:
    """Every file of the folder, read once a process."""
    return tuple(_asset(folder, file) for file in sorted(folder.rglob("*")) if file.is_file())


def _asset(folder: Path, file: Path) -> Asset:
    name, content = file.relative_to(folder), file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:10]
    served_as = name.with_name(f"{file.stem}.{digest}{file.suffix}")
    return Asset(name.as_posix(), served_as.as_posix(), content)


@lru_cache
def _form(asset: Asset, ending: str) -> bytes:
    """The bytes that stand under the file's name with this ending."""
    return _COMPRESSED[ending](asset.content) if ending else asset.content


def serve_assets(app: Flask, source: Path, target: Path) -> None:
    """Serve the files of `source` through `target`; templates ask `asset(name)` for an address."""
    assets = assets_of(source)
    for asset in assets:
        for ending in asset.endings:
            _write_once(target, asset, ending)
    addresses = {asset.name: f"/static/{asset.served_as}" for asset in assets}
    app.jinja_env.globals["asset"] = addresses.__getitem__
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(target),
        prefix="static/",
        allow_all_origins=False,
        add_headers_function=_add_headers,
        immutable_file_test=lambda _path, _url: True,
    )


def _write_once(target: Path, asset: Asset, ending: str) -> None:
    """Several processes start together: each file appears whole or not at all."""
    file = target / (asset.served_as + ending)
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.parents[1] / f".{file.name}.{os.getpid()}"
    part.write_bytes(_form(asset, ending))
    part.replace(file)


def _add_headers(headers: Any, _path: str, _url: str) -> None:
    for name, value in _HEADERS.items():
        headers[name] = value
