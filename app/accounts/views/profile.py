"""What a person says of themselves: one page, kept as a whole; rows and picking need no script."""

from dataclasses import dataclass, field

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts import policy, queries
from app.accounts.forms import ProfileForm, language_choices
from app.accounts.models import User
from app.accounts.operations import Profile, save_profile
from app.accounts.states import LanguageLevel
from app.accounts.views.blueprint import bp
from app.foundation import languages
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, one_or_404, safe_next
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from app.organisations.queries import organisations_named

ASKED_AGAIN = {"languages", "home_institution_id", "home_institution_text"}
YEAR = 365 * 24 * 3600
SHOWN_AT_LEAST = 1  # an empty row invites to add


@dataclass(slots=True)
class Sheet:
    """The form with what stands around it: the institutions to pick from, the saved version."""

    form: ProfileForm
    person: User
    chosen: Organisation | None = None
    offered: list[Organisation] = field(default_factory=list)
    hinted: bool = False
    meanwhile: Profile | None = None


@bp.get("/profile")
@needs(SIGNED_IN)
def profile() -> ResponseReturnValue:
    person = one_or_404(queries.person_with_profile(current_actor()))
    form = ProfileForm(formdata=None, data=_shown(person))
    return _page(_sheet(db.session(), form, person), asks=session.pop("drafts_may_differ", False))


@bp.post("/profile")
@needs(policy.EDIT_PROFILE)
def save() -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        person = work.find(queries.person_with_profile(work.actor))
        form = ProfileForm(request.form, data=_shown(person))
        wanted = request.form.get("do", "save")
        if wanted == "save" and form.institution_search.data:
            wanted = "find"  # Enter in the search field searches; it does not save
        if wanted != "save":
            _arrange(form, wanted)
            return _page(_sheet(work.session, form, person))
        sheet = _sheet(work.session, form, person)
        if not _is_valid(sheet):
            return _page(sheet), 422
        try:
            changed = save_profile(work, person, _said(sheet), version=form.version.data)
        except ChangedMeanwhile:
            return _page(_with_both(sheet)), 409
    # Drafts may say something else of these: the page asks which of them take it.
    if changed & ASKED_AGAIN:
        session["drafts_may_differ"] = True
    languages.speak(form.locale.data, form.zone.data or languages.reader().zone)
    flash(_("Your profile is saved."), "success")
    answer = redirect(safe_next(request.form.get("next")) or url_for(".profile"))
    answer.set_cookie("lang", form.locale.data, max_age=YEAR, samesite="Lax")
    return answer


def _shown(person: User) -> dict[str, object]:
    """What the form opens with."""
    plain = {name: getattr(person, name) for name in _PLAIN}
    return {
        **plain,
        "residence_code": person.residence_code or "",
        "track": person.track or "",
        "locale": person.locale if person.locale in languages.LANGUAGES else "en",
        "home_institution_id": str(person.home_institution_id or ""),
        "nationalities": [n.country_code for n in person.nationalities],
        "languages": [(s.language, s.level.value) for s in person.languages],
        "version": person.version,
    }


_PLAIN = (
    "passport_name",
    "native_name",
    "native_name_lang",
    "reading",
    "called_name",
    "certificate_name",
    "sort_name",
    "born_on",
    "home_institution_text",
    "zone",
)


def _said(sheet: Sheet) -> Profile:
    """What was written, as the operation takes it."""
    form = sheet.form
    return Profile(
        **{name: getattr(form, name).data for name in _PLAIN},
        residence_code=form.residence_code.data or None,
        track=form.track.data or None,
        locale=form.locale.data,
        home_institution_id=sheet.chosen.id if sheet.chosen else None,
        nationalities=tuple(form.nationalities.data or ()),
        languages={tag: LanguageLevel(level) for tag, level in form.languages.named},
    )


def _saved(person: User) -> Profile:
    """What stands in the database, to be shown below what was written."""
    return Profile(
        **{name: getattr(person, name) for name in _PLAIN},
        residence_code=person.residence_code,
        track=person.track,
        locale=person.locale,
        home_institution_id=person.home_institution_id,
        nationalities=tuple(n.country_code for n in person.nationalities),
        languages={s.language: s.level for s in person.languages},
    )


def _arrange(form: ProfileForm, wanted: str) -> None:
    """Add or take out a row, or look for institutions; nothing is saved by it."""
    kind, _dash, number = wanted.rpartition("-")
    if wanted == "find":
        form.institution_asked.data = form.institution_search.data
        form.institution_search.data = ""
    elif wanted == "add-language":
        form.languages.data = [*form.languages.data, ("", "")]
    elif wanted == "add-nationality":
        form.nationalities.data = [*(form.nationalities.data or ()), ""]
    elif kind == "remove-language" and number.isascii() and number.isdigit():
        rows = form.languages.data
        form.languages.data = [row for i, row in enumerate(rows) if str(i) != number]


def _sheet(session: Session, form: ProfileForm, person: User) -> Sheet:
    """With the institution that is chosen, and those that are offered."""
    chosen_id = form.institution_id
    chosen = None
    if chosen_id is not None:
        chosen = session.scalar(queries.institution(chosen_id))
    sheet = Sheet(form, person, chosen)
    asked = form.institution_asked.data or ""
    if asked:
        sheet.offered = organisations_named(session, asked, limit=12)
    elif chosen is None and not form.home_institution_text.data:
        sheet.offered = list(session.scalars(queries.institutions_of_address(person.email)))
        sheet.hinted = bool(sheet.offered)
    return sheet


def _is_valid(sheet: Sheet) -> bool:
    """The form's own checks, and that the institution is one of ours."""
    form = sheet.form
    valid = bool(form.validate())
    if form.home_institution_id.data and sheet.chosen is None:
        form.institution_search.errors = [_("Choose an institution of the list.")]
        valid = False
    return valid


def _with_both(sheet: Sheet) -> Sheet:
    """Somebody (yourself, on another page) saved meanwhile: show that beside what was written."""
    sheet.meanwhile = _saved(sheet.person)
    sheet.form.version.process_formdata([str(sheet.person.version)])
    return sheet


def _page(sheet: Sheet, *, asks: bool = False) -> str:
    rows = [*sheet.form.languages.data] or [("", "")]
    nationalities = [*(sheet.form.nationalities.data or ())] or [""]
    return render_template(
        "accounts/profile.html",
        sheet=sheet,
        form=sheet.form,
        rows=rows,
        nationalities=nationalities,
        language_choices=language_choices(languages.reader().locale),
        levels=list(LanguageLevel),
        asks=asks,
        onward=safe_next(request.values.get("next")),
    )
