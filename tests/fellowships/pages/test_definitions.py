"""Pages of the form and of what reviewers score by."""

import json
import re

import pytest
from sqlalchemy import select

from app.foundation.database import db
from app.opportunities.models import (
    FormVersion,
    RubricVersion,
)
from tests import make
from tests.fellowships.offices import prepared
from tests.fellowships.pages.pressing import hidden, page, send


def test_a_form_is_previewed_refused_and_saved(desk, manager):
    call = prepared(desk)
    address = f"/fellowships/office/{call.id}/form"
    typed = json.dumps(make.FORM)
    preview = send(manager, address, {"definition": typed, "do": "preview"}, status=200)
    assert "Title of your plan" in preview.text
    wrong = {"sections": [{"key": "study", "title": {"en": "S"}, "questions": [{"key": "plan"}]}]}
    refused = send(manager, address, {"definition": json.dumps(wrong), "do": "save"}, status=409)
    assert "plan" in refused.text
    broken = send(manager, address, {"definition": '{\n"sections": [,]}'}, status=422)
    assert "Line 2 cannot be read" in broken.text
    send(manager, address, {"definition": typed, "do": "save"})
    kept = db.session.scalars(
        select(FormVersion).where(FormVersion.opportunity_id == call.id)
    ).one()
    assert kept.definition == make.FORM


@pytest.mark.parametrize(
    "definition",
    [
        "[]",
        "null",
        "1",
        '"x"',
        "{",
        '{"sections": NaN}',
        "[" * 60_000,
        "9" * 6000,
        '{"sections": [{"key": "a", "title": {"en": "\\u0000"}, "questions": []}]}',
        '{"sections": [{"key": "a", "title": {"en": "\\ud800"}, "questions": []}]}',
        '{"sections": [{"key": "a", "title": {"en": "x"}, "questions": [{"key": "b", '
        '"kind": "number", "label": {"en": "y"}, "min": 1e400}]}]}',
    ],
)
def test_data_that_is_no_form_is_refused(desk, manager, definition):
    call = prepared(desk)
    address = f"/fellowships/office/{call.id}/form"
    kept = hidden(page(manager, address))
    for what in ("save", "preview"):
        answer = manager.post(address, data={**kept, "definition": definition, "do": what})
        assert answer.status_code in {409, 422, 200}
        if what == "save":
            assert answer.status_code != 200


def rubric_fields(html):
    """What the rubric's page would send."""
    found = dict(hidden(html))
    for field in re.findall(r"<input[^>]*>", html):
        name, kind = re.search(r'name="(criteria-[^"]+)"', field), re.search('type="(.*?)"', field)
        value = re.search(r'value="([^"]*)"', field)
        if name and kind[1] not in {"checkbox", "hidden"}:
            found[name[1]] = value[1].replace("&#39;", "'") if value else ""
    return {**found, "scale": "1-5"}


def test_a_rubric_is_changed_in_one_language_and_keeps_the_others(desk, manager):
    call = prepared(desk)
    address = f"/fellowships/office/{call.id}/rubric?texts=en"
    fields = rubric_fields(page(manager, address))
    fields["criteria-0-title"] = "How good the plan is"
    fields["criteria-0-weight"], fields["criteria-1-weight"] = "45", "30"
    assert manager.post(address, data={**fields, "do": "save"}).status_code == 302
    kept = db.session.scalars(
        select(RubricVersion).where(RubricVersion.opportunity_id == call.id)
    ).one()
    first = kept.definition["criteria"][0]
    assert first["title"]["en"] == "How good the plan is"
    assert first["title"]["ja"] == "計画の質"
    assert first["key"] == "plan"
    assert [c["weight"] for c in kept.definition["criteria"]] == [45, 30, 25]


def test_a_rubric_grows_shrinks_and_must_add_up(desk, manager):
    call = prepared(desk)
    address = f"/fellowships/office/{call.id}/rubric?texts=en"
    fields = rubric_fields(page(manager, address))
    grown = manager.post(address, data={**fields, "do": "add"})
    assert grown.status_code == 200
    assert "criteria-3-title" in grown.text
    more = rubric_fields(grown.text)
    more |= {"criteria-3-title": "Fit to the host", "criteria-3-weight": "10"}
    more |= {f"criteria-3-anchors-{n}": f"means {n}" for n in range(5)}
    heavy = manager.post(address, data={**more, "do": "save"})
    assert heavy.status_code == 409
    assert "110" in heavy.text
    more["criteria-2-take_out"] = "y"
    more["criteria-3-weight"] = "25"
    assert manager.post(address, data={**more, "do": "save"}).status_code == 302
    kept = db.session.scalars(
        select(RubricVersion).where(RubricVersion.opportunity_id == call.id)
    ).one()
    assert [c["key"] for c in kept.definition["criteria"]] == ["plan", "person", "fit_to_the_host"]
    shorter = manager.post(
        address, data={**rubric_fields(page(manager, address)), "do": "scale", "scale": "1-4"}
    )
    assert "criteria-0-anchors-3" in shorter.text
