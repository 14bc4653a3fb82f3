"""Answering a request with a stored file."""

from typing import BinaryIO

from flask import Response, send_file

from app.files.models import StoredFile


def sent_file(file: StoredFile, stream: BinaryIO) -> Response:
    """A file as a download: never shown inside this site, never kept by anything on its way."""
    response = send_file(
        stream,
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.file_name,
        conditional=False,
        etag=False,
    )
    response.content_length = file.size
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
