"""What the world reads: the AI centres by country, and the search among all organisations."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.foundation import languages
from app.foundation.database import db
from app.foundation.page_cache import cacheable
from app.foundation.web import current_actor, public
from app.organisations import policy, queries
from app.organisations.facts import FOCUS_NAMES, KIND_NAMES, doubt
from app.organisations.models import Organisation
from app.organisations.states import OrganisationKind
from app.organisations.views import bp

FIELD = re.compile(r"[a-z][a-z0-9_-]{0,120}")


@bp.get("/centres")
@public
@cacheable
def centres() -> ResponseReturnValue:
    rows = list(db.session.scalars(queries.centres()))
    subjects = Counter(subject for centre in rows for subject in _subjects(centre))
    shared = [(s, n) for s, n in subjects.most_common() if n > 1]
    focus = request.args.get("focus", "")
    chosen = focus if focus in subjects else ""
    shown = [c for c in rows if not chosen or chosen in _subjects(c)]
    return render_template(
        "organisations/centres.html",
        by_country=_by_country(shown),
        number=len(shown),
        all_together=len(rows),
        subjects=shared,
        chosen=chosen,
        focus_names=FOCUS_NAMES,
        doubt=doubt,
    )


def _subjects(centre: Organisation) -> set[str]:
    """The subjects that other centres may share: "research (IDRI)" is research."""
    return {subject.partition(" (")[0] for subject in centre.focus} & FOCUS_NAMES.keys()


def _by_country(rows: list[Organisation]) -> list[tuple[str, str, list[Organisation]]]:
    """(code, name, centres) in the order of the countries' names in the reader's language."""
    groups: dict[str, list[Organisation]] = {}
    for row in rows:
        groups.setdefault(row.country_code, []).append(row)
    return [(code, name, groups[code]) for code, name in languages.country_names(groups)]


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for among the organisations; what makes no sense is passed over."""

    words: str
    country: str
    kind: OrganisationKind | None
    after: int | None

    def address(self, path: str, *, after: int | None = None) -> str:
        said = {"q": self.words, "country": self.country, "kind": self.kind or ""}
        said |= {"after": str(after)} if after else {}
        kept = {name: value for name, value in said.items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path


def search_of_address() -> Search:
    country, kind = request.args.get("country", ""), request.args.get("kind", "")
    after = request.args.get("after", "")
    is_id = after.isascii() and after.isdigit() and int(after[:11]) <= 2_147_483_647
    return Search(
        words=tidy_words(request.args.get("q", "")),
        country=country if len(country) == 2 and country.isascii() and country.isupper() else "",
        kind=OrganisationKind(kind) if kind in set(OrganisationKind) else None,
        after=int(after[:11]) if is_id else None,
    )


def tidy_words(text: str) -> str:
    """What was typed into a search box, without what no text has."""
    printable = (" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text[:800])
    return " ".join("".join(printable).split())[:200]


@bp.get("/organisations/choices")
@public
def choices() -> ResponseReturnValue:
    """The bodies that a form offers for what is being written in one of its fields."""
    name = request.args.get("name", "")
    words = tidy_words(request.args.get("q", ""))
    if not FIELD.fullmatch(name) or not words:
        return ""
    return render_template(
        "organisations/choices.html",
        name=name,
        words=words,
        offered=queries.organisations_named(db.session(), words, limit=8),
    )


@bp.get("/organisations")
@public
@cacheable
def organisations() -> ResponseReturnValue:
    search = search_of_address()
    session = db.session()
    found = queries.organisations_found(
        search.words, country=search.country or None, kind=search.kind
    )
    rows = list(session.scalars(queries.page_after(found, search.after)))
    more = len(rows) > queries.PAGE
    rows = rows[: queries.PAGE]
    return render_template(
        "organisations/organisations.html",
        rows=rows,
        search=search,
        number=queries.how_many(session, found),
        counted_up_to=queries.COUNTED_UP_TO,
        next_page=more and search.address(request.path, after=rows[-1].id),
        first_page=search.address(request.path),
        countries=languages.country_names(session.scalars(queries.country_codes())),
        kind_names=KIND_NAMES,
        may_add=policy.ADD.allows(current_actor(), None),
    )
