"""Bodies, and how the pages about them are read."""

import re

from app.foundation.actors import SYSTEM
from app.foundation.search.index import index_document
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from app.organisations.operations import sort_key
from app.organisations.states import OrganisationKind
from tests import make


def body(name: str, code: str = "JP", **values) -> Organisation:
    """A body as the lists keep it: in the order of its name, and found by it."""
    made = make.organisation(name, code, **values)
    with unit_of_work(SYSTEM) as work:
        row = work.session.get(Organisation, made.id)
        row.sort_key = sort_key(name)
        index_document(work, "organisation", made.id, text=f"{name}\n{row.local_name or ''}")
    return made


def centre(name: str, code: str = "JP", **values) -> Organisation:
    return body(name, code, is_centre=True, kind=OrganisationKind.CENTRE, **values)


def values_of(page: str) -> dict[str, str]:
    """The fields of the form as a browser would send them back."""
    import html

    form = page.split('<form method="post">')[-1]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    fields.pop("is_centre", None)
    if 'name="is_centre" type="checkbox" value="y" checked' in form or re.search(
        r'<input checked[^>]*name="is_centre"', form
    ):
        fields["is_centre"] = "y"
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', inside)
        fields[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', inside)[1]
    for name, inside in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\s?(.*?)</textarea>', form, re.S
    ):
        fields[name] = inside
    return {n: html.unescape(v) for n, v in fields.items()}
