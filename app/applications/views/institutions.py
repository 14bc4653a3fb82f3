"""Institutions of the list, offered beside what somebody wrote in a form."""

from collections.abc import Iterable

from flask import request
from sqlalchemy.orm import Session

from app.applications.forms.filling import AnswerField
from app.organisations.queries import names_of, organisations_named

MOST_OFFERED = 8


def looks_for_institution(fields: Iterable[AnswerField]) -> bool:
    """Whether the button was pressed that looks for what is written in one of these fields."""
    wanted = request.form.get("find", "")
    return bool(wanted) and any(cell.name == wanted for cell in _cells(fields))


def offer_institutions(session: Session, fields: Iterable[AnswerField]) -> None:
    """Put what was looked for beside its field; what was chosen stands under its name."""
    cells = list(_cells(fields))
    for cell in cells:
        if cell.name == request.form.get("find") and cell.typed.strip():
            cell.sought = True
            cell.offered = organisations_named(
                session, cell.typed.strip()[:200], limit=MOST_OFFERED
            )
    chosen = {cell.body for cell in cells if cell.body} if request.method == "POST" else set()
    names = names_of(session, chosen) if chosen else {}
    for cell in cells:
        if cell.body and chosen and not cell.sought:
            cell.typed = names.get(cell.body, cell.typed)
            cell.body = cell.body if cell.body in names else None


def _cells(fields: Iterable[AnswerField]) -> Iterable[AnswerField]:
    return (
        cell
        for field in fields
        for cell in field.every_cell
        if cell.question.kind == "organisation"
    )
