"""Uploads that go on after the line broke: the tus protocol 1.0 (core, creation, termination).

The page's script speaks it; without one, a file is sent whole by its form (`documents.upload`).
Every answer that refuses carries its sentence as JSON, for the place beside the file.
"""

import base64
import binascii
import re

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from werkzeug.datastructures import MultiDict
from werkzeug.http import http_date

from app.applications import policy, queries
from app.applications.models import Application
from app.applications.operations.uploads import begin_document, finish_document, give_up_document
from app.files import arriving
from app.files.arriving import LARGEST_PIECE
from app.files.kinds import LARGEST
from app.files.models import Upload
from app.foundation.database import db
from app.foundation.errors import NotFound, Refusal
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work

bp = Blueprint("uploads", __name__)

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,12}")


@bp.before_request
def _speak_the_same_version() -> ResponseReturnValue | None:
    if request.headers.get("Tus-Resumable", VERSION) != VERSION:
        return Response(status=412, headers={"Tus-Version": VERSION})
    return None


@bp.after_request
def _say_the_version(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@bp.errorhandler(Refusal)
def _refuse(refusal: Refusal) -> ResponseReturnValue:
    """As every refusal, but for a script: nothing is written, and it is said why."""
    db.session.rollback()
    return jsonify(problem=str(refusal)), refusal.http_status


@bp.route(
    "/applications/<int:application_id>/files/<question_key>/pieces",
    methods=["POST", "OPTIONS"],
    provide_automatic_options=False,
)
@needs(policy.FILL_IN)
def begin(application_id: int, question_key: str) -> ResponseReturnValue:
    """Announce a file; the answer names the address that its pieces go to."""
    if request.method == "OPTIONS":
        return _what_is_spoken()
    size = _number(request.headers.get("Upload-Length"))
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    promised = told.get("sha256", "").lower()
    with unit_of_work(current_actor()) as work:
        query = queries.applications_to_fill_in(work.actor)
        application = work.find(query.where(Application.id == application_id))
        question = queries.form_of(application).question(question_key)
        if question is None or question.kind != "document":
            raise NotFound(_("There is no such page, or it is not yours to see."))
        if size is None or not _has_token():
            return jsonify(problem=_("The page had been open for too long. Load it again.")), 400
        upload = begin_document(
            work,
            application,
            question,
            file_name=told.get("filename", "") or "file",
            declared=told.get("filetype", ""),
            size=size,
            sha256=promised if _SHA256.fullmatch(promised) else "",
        )
        answer = _where(upload, 201)
        answer.headers["Location"] = url_for(".go_on", key=upload.key)
    return answer


def _what_is_spoken() -> Response:
    said = {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,expiration,termination",
        "Tus-Max-Size": str(LARGEST),
        "Allow": "POST, OPTIONS",
    }
    return Response(status=204, headers=said)


@bp.route("/uploads/<key>", methods=["HEAD", "GET"])
@needs(policy.FILL_IN)
def state(key: str) -> ResponseReturnValue:
    """How much has arrived."""
    found = one_or_404(_mine(key))
    answer = _where(found, 200)
    answer.headers["Upload-Length"] = str(found.size)
    return answer


@bp.patch("/uploads/<key>")
@needs(policy.FILL_IN)
def go_on(key: str) -> ResponseReturnValue:
    """Take the next piece; after the last one the file is checked and put into its slot.

    When the process ended between the two, an empty piece at the end has it done.
    """
    at = _number(request.headers.get("Upload-Offset"))
    if request.mimetype != PIECE or at is None:
        return jsonify(problem=_("This is no piece of a file.")), 415
    if not _has_token():
        return jsonify(problem=_("The page had been open for too long. Load it again.")), 400
    if (request.content_length or 0) > LARGEST_PIECE:
        return jsonify(problem=_("This piece is too large.")), 413
    content = request.stream.read(LARGEST_PIECE + 1)
    with unit_of_work(current_actor()) as work:
        upload = work.find(_mine(key))
        arriving.receive_piece(work, upload, at=at, content=content)
        answer = _where(upload, 204)
        whole = upload.received == upload.size
    if whole:
        finish_document(current_actor(), key)
    return answer


@bp.delete("/uploads/<key>")
@needs(policy.FILL_IN)
def stop(key: str) -> ResponseReturnValue:
    """Give the upload up."""
    if not _has_token():
        return jsonify(problem=_("The page had been open for too long. Load it again.")), 400
    with unit_of_work(current_actor()) as work:
        give_up_document(work, work.find(_mine(key)))
    return "", 204


def _mine(key: str) -> Select[Upload]:
    return arriving.uploads_of(current_actor()).where(Upload.key == key)


def _where(upload: Upload, status: int) -> Response:
    said = {"Upload-Offset": str(upload.received), "Upload-Expires": http_date(upload.expires_at)}
    return Response(status=status, headers=said)


def _has_token() -> bool:
    """The page's own token, in a header since the body is a piece of a file."""
    sent = MultiDict({"csrf_token": request.headers.get("X-CSRFToken", "")})
    return bool(Button(sent).validate())


def _number(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _metadata(text: str) -> dict[str, str]:
    """Names with base64 values; what cannot be read is left out."""
    told: dict[str, str] = {}
    for pair in text.split(",")[:20]:
        name, _space, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode().replace("\0", "")[:500]
        except (binascii.Error, UnicodeDecodeError, ValueError):
            continue
    return told
