"""What addresses of courses, their dates and their participants name."""

from app.courses.models import (
    Course,
    CourseImport,
    CourseRun,
    Enrolment,
    Feedback,
    Material,
    Meeting,
    PostQuestion,
    SeatReserve,
    Teaching,
)
from tests.demo.subjects.addresses.naming import (
    Named,
    NamedByArguments,
    all_of,
    nominator,
    way,
)
from tests.demo.subjects.objects import Demo

NAMED: NamedByArguments = {
    ("courses", "call_id"): Named(Demo.selective, lambda c: {"call_id": c.id}),
    ("courses", "call_id", "key"): Named(Demo.selective, lambda c: {"call_id": c.id, "key": "new"}),
    ("courses", "call_id", "key", "section"): Named(
        lambda demo: demo.sections_of(demo.selective()),
        lambda s: {"call_id": s.call.id, "section": s.key, "key": "new"},
    ),
    ("courses", "application_id", "run_id"): Named(
        Demo.applied_for_dates, lambda a: {"run_id": a.opportunity_id, "application_id": a.id}
    ),
    ("course_id",): Named(all_of(Course), lambda c: {"course_id": c.id}),
    ("import_id",): Named(all_of(CourseImport), lambda i: {"import_id": i.id}),
    ("courses", "kind"): Named(lambda _demo: [None], lambda _one: {"kind": "csv"}),
    ("course_id", "locale"): Named(all_of(Course), lambda c: {"course_id": c.id, "locale": "en"}),
    ("run_id",): Named(Demo.runs, lambda r: {"run_id": r.id}),
    ("feedback_id",): Named(all_of(Feedback), lambda f: {"feedback_id": f.id}),
    ("material_id",): Named(all_of(Material), lambda m: {"material_id": m.id}),
    ("material_id", "run_id"): Named(
        all_of(Material), lambda m: {"run_id": m.run_id, "material_id": m.id}
    ),
    ("courses", "application_id"): Named(
        Demo.applied_with_employers, lambda a: {"application_id": a.id}
    ),
    ("question_id",): Named(all_of(PostQuestion), lambda q: {"question_id": q.id}),
    ("enrolment_id",): Named(all_of(Enrolment), lambda e: {"enrolment_id": e.id}),
    ("enrolment_id", "run_id"): Named(
        all_of(Enrolment), lambda e: {"run_id": e.run_id, "enrolment_id": e.id}
    ),
    ("meeting_id", "run_id"): Named(
        all_of(Meeting), lambda m: {"run_id": m.run_id, "meeting_id": m.id}
    ),
    ("run_id", "teaching_id"): Named(
        all_of(Teaching), lambda t: {"run_id": t.meeting.run_id, "teaching_id": t.id}
    ),
    ("reserve_id", "run_id"): Named(
        all_of(SeatReserve), lambda r: {"run_id": r.run_id, "reserve_id": r.id}
    ),
    ("courses", "ref"): Named(Demo.runs, lambda r: {"ref": r.ref}),
    ("centre", "code"): Named(
        all_of(Course), lambda c: {"centre": c.organisation.ref, "code": c.code}
    ),
    ("centre_id",): Named(Demo.centres, lambda o: {"centre_id": o.id}),
    ("courses", "call_id", "kind"): Named(lambda demo: demo.ways(CourseRun), way),
    ("courses", "call_id", "nominator_id"): Named(
        lambda demo: demo.nominators(CourseRun), nominator
    ),
}
