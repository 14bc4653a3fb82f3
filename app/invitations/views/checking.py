"""Where an embassy, or anybody who holds a letter, reads whether it holds."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.web import public
from app.invitations import queries, wording
from app.invitations.operations.telling import home_of
from app.invitations.states import OVER
from app.invitations.views import bp


@bp.get("/check/<code>")
@public
def check(code: str) -> ResponseReturnValue:
    """The code is on the letter alone; it says what the letter says, and whether that holds."""
    letter = db.session.scalars(queries.letter_with_code(code[:40])).unique().one_or_none()
    newest = letter is not None and letter.number == len(letter.invitation.letters)
    return render_template(
        "invitations/check.html",
        letter=letter,
        home=home_of(letter.invitation) if letter else "",
        holds=letter is not None and newest and letter.invitation.state not in OVER,
        newest=newest,
        wording=wording,
        code=code[:40],
    ), 200 if letter else 404
