"""What addresses of projects and working groups name."""

from app.projects.models import Project, ProjectPartner
from app.working_groups.models import (
    GroupComment,
    GroupDocument,
    GroupMeeting,
    GroupMembership,
    WorkingGroup,
)
from tests.demo.subjects.addresses.naming import Named, NamedByArguments, all_of
from tests.demo.subjects.objects import Demo

NAMED: NamedByArguments = {
    ("projects", "ref"): Named(all_of(Project), lambda p: {"ref": p.ref}),
    ("project_id",): Named(all_of(Project), lambda p: {"project_id": p.id}),
    ("locale", "project_id"): Named(
        all_of(Project), lambda p: {"project_id": p.id, "locale": "en"}
    ),
    ("body_id",): Named(Demo.leaders, lambda o: {"body_id": o.id}),
    ("partner_id",): Named(all_of(ProjectPartner), lambda p: {"partner_id": p.id}),
    ("partner_id", "project_id"): Named(
        all_of(ProjectPartner), lambda p: {"project_id": p.project_id, "partner_id": p.id}
    ),
    ("working_groups", "ref"): Named(all_of(WorkingGroup), lambda g: {"ref": g.ref}),
    ("group_id",): Named(all_of(WorkingGroup), lambda g: {"group_id": g.id}),
    ("group_id", "locale"): Named(
        all_of(WorkingGroup), lambda g: {"group_id": g.id, "locale": "en"}
    ),
    ("membership_id",): Named(all_of(GroupMembership), lambda m: {"membership_id": m.id}),
    ("group_id", "membership_id"): Named(
        all_of(GroupMembership), lambda m: {"group_id": m.group_id, "membership_id": m.id}
    ),
    ("working_groups", "meeting_id"): Named(all_of(GroupMeeting), lambda m: {"meeting_id": m.id}),
    ("working_groups", "document_id"): Named(
        all_of(GroupDocument), lambda d: {"document_id": d.id}
    ),
    ("document_ref",): Named(all_of(GroupDocument), lambda d: {"document_ref": d.ref}),
    ("document_ref", "number"): Named(
        all_of(GroupDocument), lambda d: {"document_ref": d.ref, "number": 1}
    ),
    ("comment_id",): Named(all_of(GroupComment), lambda c: {"comment_id": c.id}),
}
