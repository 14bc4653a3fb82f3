"""What addresses of research stays name."""

from typing import Any

from app.invitations.models import Invitation
from app.outcomes.models import Outcome
from tests.demo.subjects.addresses.naming import Named, NamedByArguments, all_of
from tests.demo.subjects.objects import Demo


def _answered(demo: Demo) -> list[Invitation]:
    return [one for one in demo.rows[Invitation] if _answers(one)]


def _answers(one: Invitation) -> list[Any]:
    """Those that came by letter first: they have a scan."""
    found = [answer for letter in one.letters for answer in letter.answers]
    return sorted(found, key=lambda answer: answer.file_id is None)


NAMED: NamedByArguments = {
    ("invitations", "invitation_id"): Named(
        all_of(Invitation), lambda one: {"invitation_id": one.id}
    ),
    ("answer_id", "invitation_id"): Named(
        _answered, lambda one: {"invitation_id": one.id, "answer_id": _answers(one)[0].id}
    ),
    ("invitations", "code"): Named(
        lambda demo: [one for one in demo.rows[Invitation] if one.letters],
        lambda one: {"code": one.letters[-1].code},
    ),
    ("research_stays", "call_id"): Named(Demo.stay_calls, lambda c: {"call_id": c.id}),
    ("research_stays", "call_id", "locale"): Named(
        Demo.stay_calls, lambda c: {"call_id": c.id, "locale": "en"}
    ),
    ("research_stays", "call_id", "key"): Named(
        Demo.stay_calls, lambda c: {"call_id": c.id, "key": "new"}
    ),
    ("research_stays", "call_id", "key", "section"): Named(
        lambda demo: demo.sections_of(demo.stay_calls()),
        lambda s: {"call_id": s.call.id, "section": s.key, "key": "new"},
    ),
    ("research_stays", "host_id"): Named(lambda demo: demo.issuers, lambda o: {"host_id": o.id}),
    ("research_stays", "ref"): Named(Demo.stay_calls, lambda c: {"ref": c.ref}),
    ("research_stays", "application_id"): Named(
        Demo.applied_for_stays, lambda a: {"application_id": a.id}
    ),
    ("outcome_id",): Named(all_of(Outcome), lambda one: {"outcome_id": one.id}),
    ("invited", "token"): Named(all_of(Invitation), lambda _one: {"token": "none"}),
}
