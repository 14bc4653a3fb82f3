"""What addresses of facilities and group visits name."""

from app.facilities.models import FacilityGrant
from app.visits.models import VisitGroup, VisitPerson
from tests.demo.subjects.addresses.naming import Named, NamedByArguments, all_of
from tests.demo.subjects.objects import Demo

NAMED: NamedByArguments = {
    ("facilities", "call_id"): Named(Demo.facilities, lambda f: {"call_id": f.id}),
    ("facilities", "call_id", "key"): Named(
        Demo.facilities, lambda f: {"call_id": f.id, "key": "new"}
    ),
    ("facilities", "call_id", "key", "section"): Named(
        lambda demo: demo.sections_of(demo.facilities()),
        lambda s: {"call_id": s.call.id, "section": s.key, "key": "new"},
    ),
    ("facility_id",): Named(Demo.facilities, lambda f: {"facility_id": f.id}),
    ("facility_id", "locale"): Named(
        Demo.facilities, lambda f: {"facility_id": f.id, "locale": "en"}
    ),
    ("application_id", "facility_id"): Named(
        Demo.applied_for_use,
        lambda a: {"facility_id": a.opportunity_id, "application_id": a.id},
    ),
    ("facilities", "grant_id"): Named(all_of(FacilityGrant), lambda g: {"grant_id": g.id}),
    ("visits", "application_id"): Named(
        Demo.applied_for_groups, lambda a: {"application_id": a.id}
    ),
    ("visits", "call_id"): Named(Demo.visit_calls, lambda c: {"call_id": c.id}),
    ("visits", "call_id", "locale"): Named(
        Demo.visit_calls, lambda c: {"call_id": c.id, "locale": "en"}
    ),
    ("visits", "call_id", "key"): Named(
        Demo.visit_calls, lambda c: {"call_id": c.id, "key": "new"}
    ),
    ("visits", "call_id", "key", "section"): Named(
        lambda demo: demo.sections_of(demo.visit_calls()),
        lambda s: {"call_id": s.call.id, "section": s.key, "key": "new"},
    ),
    ("visits", "group_id"): Named(all_of(VisitGroup), lambda g: {"group_id": g.id}),
    ("visits", "person_id"): Named(all_of(VisitPerson), lambda p: {"person_id": p.id}),
    ("visits", "group_id", "person_id"): Named(
        Demo.groups_of_guests, lambda g: {"group_id": g.id, "person_id": g.people[0].id}
    ),
    ("visits", "ref"): Named(Demo.visit_calls, lambda c: {"ref": c.ref}),
    ("facilities", "ref"): Named(Demo.facilities, lambda f: {"ref": f.ref}),
}
