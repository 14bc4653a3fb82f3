"""Which institution of the list is meant by what was written as somebody's home."""

from flask import request

from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.organisations.queries import organisations_named
from app.organisations.states import OrganisationState
from app.research_stays.forms import HomeFields

MOST_OFFERED = 8


def offer_homes(form: HomeFields) -> None:
    """Where the button was pressed that only looks for what is written."""
    if form.home.asked(request.form) and form.home.typed:
        words = form.home.typed[:200]
        form.home.offer(organisations_named(db.session(), words, limit=MOST_OFFERED))


def chosen_home(work: Work, form: HomeFields) -> Organisation | None:
    """The institution of the list that was chosen, if one was."""
    if form.home.body is None:
        return None
    found = work.session.get(Organisation, form.home.body)
    if found is None or found.state is not OrganisationState.ACTIVE:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found
