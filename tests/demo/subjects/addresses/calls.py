"""What addresses of calls name, and of all that one may sign up for."""

from app.accounts.models import RoleGrant
from app.fellowships.models import Call, Enquiry
from app.foundation.actors import Scope
from app.opportunities.models import Opportunity, Place, Programme
from tests.demo.subjects.addresses.naming import Named, NamedByArguments, all_of, way
from tests.demo.subjects.objects import Demo


def _of_programme(demo: Demo) -> list[RoleGrant]:
    return [g for g in demo.rows[RoleGrant] if g.scope is Scope.PROGRAMME]


def _of_opportunity(demo: Demo) -> list[RoleGrant]:
    return [g for g in demo.rows[RoleGrant] if g.scope is Scope.OPPORTUNITY]


NAMED: NamedByArguments = {
    ("opportunity_id",): Named(all_of(Opportunity), lambda o: {"opportunity_id": o.id}),
    ("call_id",): Named(Demo.calls, lambda c: {"call_id": c.id}),
    ("call_id", "locale"): Named(Demo.calls, lambda c: {"call_id": c.id, "locale": "en"}),
    ("call_id", "enquiry_id"): Named(
        all_of(Enquiry), lambda e: {"call_id": e.opportunity_id, "enquiry_id": e.id}
    ),
    ("call_id", "key"): Named(Demo.calls, lambda c: {"call_id": c.id, "key": "new"}),
    ("call_id", "key", "section"): Named(
        Demo.sections, lambda s: {"call_id": s.call.id, "section": s.key, "key": "new"}
    ),
    ("call_id", "place_id"): Named(
        all_of(Place), lambda p: {"call_id": p.opportunity_id, "place_id": p.id}
    ),
    ("place_id",): Named(all_of(Place), lambda p: {"place_id": p.id}),
    ("programme_id",): Named(all_of(Programme), lambda p: {"programme_id": p.id}),
    ("grant_id", "programme_id"): Named(
        _of_programme, lambda g: {"programme_id": g.scope_id, "grant_id": g.id}
    ),
    ("grant_id", "opportunity_id"): Named(
        _of_opportunity, lambda g: {"opportunity_id": g.scope_id, "grant_id": g.id}
    ),
    ("fellowships", "ref"): Named(Demo.calls, lambda c: {"ref": c.ref}),
    ("call_id", "kind"): Named(lambda demo: demo.ways(Call), way),
}
