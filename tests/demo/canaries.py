"""A word of its own in everything that somebody wrote for some eyes only, and whose eyes those are.

Who may read is worked out here from roles and relations alone: no permission and no query of the
product is asked, so a rule that is wrong there is found here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import Connection, Engine, text
from werkzeug.test import TestResponse

from tests.demo.house import House

JSON = {"answers", "values", "content"}
WORD = re.compile(r"zq\d{5}x")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STUB = 20  # bytes: a file that stands for one in the demo of the tests
People = frozenset[str]


@dataclass(frozen=True)
class Secret:
    """What was written where, and which people of the demo may read it."""

    what: str
    table: str
    column: str
    id: int
    readers: People
    text: str = ""
    """What stood there before the word was written."""


class Relations:
    """Who is what to whom in the demo, read from the rows themselves."""

    def __init__(self, house: House, connection: Connection) -> None:
        self.connection = connection
        self.name_of = {number: name for name, number in house.people.items()}
        self.grants: list[Any] = self.rows("SELECT user_id, role, scope_id FROM role_grant")
        self.opportunity = {
            row.id: row
            for row in self.rows(
                "SELECT id, kind, state, programme_id, organisation_id FROM opportunity"
            )
        }
        self.application = {
            row.id: row
            for row in self.rows(
                "SELECT id, state, opportunity_id, applicant_id, submitted_at FROM application"
            )
        }
        self.reads: dict[int, set[int]] = {}
        self.sent: dict[int, set[int]] = {}
        for row in self.rows("SELECT application_id, reviewer_id, state FROM review"):
            if row.state in {"assigned", "submitted"}:
                self.reads.setdefault(row.application_id, set()).add(row.reviewer_id)
            if row.state == "submitted":
                self.sent.setdefault(row.application_id, set()).add(row.reviewer_id)

    def rows(self, statement: str) -> list[Any]:
        return list(self.connection.execute(text(statement)))

    def named(self, *numbers: int | None) -> People:
        return frozenset(self.name_of[n] for n in numbers if n in self.name_of)

    def holders(self, *roles: str, of: int | None = None) -> People:
        """Who has one of these roles, on the object `of` if one is named."""
        found = [g.user_id for g in self.grants if g.role in roles and of in {None, g.scope_id}]
        return self.named(*found)

    @property
    def secretariat(self) -> People:
        return self.holders("secretariat")

    def managers(self, opportunity_id: int) -> People:
        """Who decides on those who apply: of dates and facilities the staff of their centre."""
        if self.opportunity[opportunity_id].kind == "research-stay":
            host = self.opportunity[opportunity_id].organisation_id
            return self.holders("centre", "coordinator", of=host)
        if self.opportunity[opportunity_id].kind in {"course", "facility"}:
            return self.centre(opportunity_id)
        programme = self.opportunity[opportunity_id].programme_id
        return self.holders("manager", of=programme) if programme else frozenset()

    def office(self, opportunity_id: int) -> People:
        programme = self.opportunity[opportunity_id].programme_id
        approvers = self.holders("approver", of=programme) if programme else frozenset()
        return self.managers(opportunity_id) | approvers | self.secretariat

    def office_of(self, application_id: int) -> People:
        return self.office(self.application[application_id].opportunity_id)

    def applicant(self, application_id: int) -> People:
        return self.named(self.application[application_id].applicant_id)

    def readers_of(self, application_id: int) -> People:
        return self.named(*self.reads.get(application_id, ()))

    def nominators(self, application_id: int) -> People:
        """Who answers for the body that this person wants to be nominated by."""
        asked = self.rows(
            "SELECT b.organisation_id FROM nomination n JOIN nominator b ON b.id = n.nominator_id"
            f" WHERE n.application_id = {application_id}"
        )
        roles = ("nominator", "coordinator", "centre", "host")
        found = (self.holders(*roles, of=row.organisation_id) for row in asked)
        return frozenset[str]().union(*found)

    def centre(self, run_id: int) -> People:
        """The staff of the centre whose course this is."""
        return self.holders("centre", of=self.opportunity[run_id].organisation_id)


def secrets(house: House, connection: Connection) -> Iterator[Secret]:
    """Everything that is not for everybody, row by row."""
    know = Relations(house, connection)
    yield from of_applications(know)
    yield from of_offices(know)
    yield from of_reviews_and_placements(know)
    yield from of_courses(know)
    yield from of_research_stays(know)
    for row in know.rows("SELECT id, person_id FROM outbox_message"):
        yield Secret("a message", "outbox_message", "values", row.id, know.named(row.person_id))


def of_applications(know: Relations) -> Iterator[Secret]:
    for row in know.rows("SELECT id, application_id FROM section_answers"):
        draft = know.application[row.application_id].submitted_at is None
        if draft:
            own = know.applicant(row.application_id)
            yield Secret("an answer in a draft", "section_answers", "answers", row.id, own)
    for row in know.rows("SELECT id, application_id FROM submission"):
        own, office = know.applicant(row.application_id), know.office_of(row.application_id)
        readers = own | office | know.readers_of(row.application_id)
        readers |= know.nominators(row.application_id)
        yield Secret("an answer that was sent", "submission", "content", row.id, readers)
    for row in know.rows("SELECT id, person_id FROM core_answers"):
        own = know.named(row.person_id)
        yield Secret("an answer for the next time", "core_answers", "answers", row.id, own)
    files = "SELECT d.application_id, d.file_id FROM document d"
    for row in know.rows(files):
        readers = know.applicant(row.application_id)
        if know.application[row.application_id].submitted_at is not None:
            readers |= know.office_of(row.application_id) | know.readers_of(row.application_id)
        draft = know.application[row.application_id].submitted_at is None
        what = "a draft's file name" if draft else "a file name"
        yield Secret(what, "stored_file", "file_name", row.file_id, readers)
    letters = (
        "SELECT l.id, r.application_id, l.confidential, l.submitted_at FROM letter l"
        " JOIN reference_request r ON r.id = l.request_id WHERE l.body <> ''"
    )
    for row in know.rows(letters):
        sent = row.submitted_at is not None
        readers = know.office_of(row.application_id) | know.readers_of(row.application_id)
        if not sent or know.application[row.application_id].submitted_at is None:
            readers = frozenset()
        if sent and not row.confidential:
            readers |= know.applicant(row.application_id)
        own = know.applicant(row.application_id)
        readers = readers - own if row.confidential else readers
        what = "a confidential letter" if row.confidential else "an open letter"
        yield Secret(what if sent else "a letter's draft", "letter", "body", row.id, readers)
    for table, column, what in (
        ("appeal", "reason", "an appeal"),
        ("change_request", "reason", "a request for changes"),
        ("eligibility_exception", "because", "a reason for an exception"),
    ):
        for row in know.rows(f"SELECT id, application_id FROM {table}"):
            readers = know.applicant(row.application_id) | know.office_of(row.application_id)
            yield Secret(what, table, column, row.id, readers)


def of_offices(know: Relations) -> Iterator[Secret]:
    notes = "SELECT id, application_id, author_id, level FROM case_note WHERE removed_at IS NULL"
    for row in know.rows(notes):
        readers = {
            "mine": know.named(row.author_id),
            "office": know.office_of(row.application_id),
            "reviewers": know.office_of(row.application_id) | know.readers_of(row.application_id),
        }[row.level]
        readers -= know.applicant(row.application_id)
        yield Secret(f"a note for {row.level}", "case_note", "body", row.id, readers)
    for row in know.rows("SELECT id, application_id FROM case_task"):
        readers = know.office_of(row.application_id) - know.applicant(row.application_id)
        yield Secret("something to do", "case_task", "what", row.id, readers)
    for row in know.rows("SELECT id, programme_id FROM tag"):
        office = know.holders("manager", "approver", of=row.programme_id) | know.secretariat
        yield Secret("a tag", "tag", "name", row.id, office)
    for row in know.rows("SELECT id, programme_id FROM message_template"):
        office = know.holders("manager", "approver", of=row.programme_id) | know.secretariat
        yield Secret("a message's name", "message_template", "name", row.id, office)
    for row in know.rows("SELECT id, opportunity_id, owner_id FROM saved_view WHERE NOT shared"):
        yield Secret("a view", "saved_view", "name", row.id, know.named(row.owner_id))
    for row in know.rows("SELECT id, opportunity_id FROM export"):
        office = know.office(row.opportunity_id)
        yield Secret("what an export is for", "export", "purpose", row.id, office)
    waiting = "SELECT id, opportunity_id, asked_by_id FROM enquiry WHERE state = 'waiting'"
    for row in know.rows(waiting):
        readers = know.named(row.asked_by_id) | know.office(row.opportunity_id)
        yield Secret("a question without an answer", "enquiry", "text", row.id, readers)
    drafts = (
        "SELECT t.id, t.opportunity_id FROM opportunity_text t JOIN opportunity o"
        " ON o.id = t.opportunity_id WHERE o.state = 'draft' AND o.kind = 'fellowship'"
    )
    for row in know.rows(drafts):
        hosts = know.rows(f"SELECT host_id FROM place WHERE opportunity_id = {row.opportunity_id}")
        asked = [know.holders("host", "centre", "coordinator", of=h.host_id) for h in hosts]
        readers = know.office(row.opportunity_id).union(*asked)
        yield Secret("a call in preparation", "opportunity_text", "title", row.id, readers)


def of_reviews_and_placements(know: Relations) -> Iterator[Secret]:
    for row in know.rows("SELECT id, application_id, reviewer_id, state FROM review"):
        if row.state == "submitted":
            # Who has sent an own review reads those of the others.
            done = know.named(*know.sent.get(row.application_id, ()))
            readers = know.office_of(row.application_id) | done
            yield Secret("a review", "review", "comment", row.id, readers)
        elif row.state == "assigned":
            own = know.named(row.reviewer_id)
            yield Secret("a review that is written", "review", "comment", row.id, own)
    offers = "SELECT id, application_id, closed_because FROM offer WHERE answer_note <> ''"
    for row in know.rows(offers):
        readers = know.applicant(row.application_id) | know.office_of(row.application_id)
        yield Secret("an answer to an offer", "offer", "answer_note", row.id, readers)
    for row in know.rows("SELECT id, opportunity_id FROM placement_round"):
        office = know.office(row.opportunity_id)
        yield Secret("a note on a round", "placement_round", "note", row.id, office)


def of_courses(know: Relations) -> Iterator[Secret]:
    for row in know.rows("SELECT id, run_id, person_id FROM enrolment"):
        readers = know.named(row.person_id) | know.centre(row.run_id) | know.secretariat
        yield Secret("words with a request for a seat", "enrolment", "words", row.id, readers)
    excused = (
        "SELECT a.id, e.run_id, e.person_id FROM attendance a"
        " JOIN enrolment e ON e.id = a.enrolment_id WHERE a.presence = 'excused'"
    )
    for row in know.rows(excused):
        readers = know.named(row.person_id) | know.centre(row.run_id)
        yield Secret("why somebody was excused", "attendance", "reason", row.id, readers)
    posts = (
        "SELECT q.id, e.run_id, e.person_id, e.application_id FROM post_question q"
        " JOIN enrolment e ON e.id = q.enrolment_id"
    )
    for row in know.rows(posts):
        readers = know.named(row.person_id) | know.centre(row.run_id)
        readers |= know.nominators(row.application_id)
        yield Secret("where an official works now", "post_question", "note", row.id, readers)
    for run in know.rows("SELECT id FROM course_run WHERE join_url <> ''"):
        seats = know.rows(
            f"SELECT person_id FROM enrolment WHERE run_id = {run.id} AND state = 'accepted'"
        )
        teach = know.rows(
            "SELECT t.person_id FROM teaching t JOIN meeting m ON m.id = t.meeting_id"
            f" WHERE m.run_id = {run.id}"
        )
        people = know.named(*(row.person_id for row in [*seats, *teach]))
        readers = people | know.centre(run.id) | know.secretariat
        yield Secret("a link to join", "course_run", "join_url", run.id, readers)
    drafts = (
        "SELECT t.id, c.organisation_id FROM course_text t JOIN course_version v"
        " ON v.id = t.version_id JOIN course c ON c.id = v.course_id"
        " WHERE v.state IN ('draft', 'in review')"
    )
    for row in know.rows(drafts):
        readers = know.holders("centre", of=row.organisation_id) | know.secretariat
        yield Secret("a course in preparation", "course_text", "summary", row.id, readers)


def of_research_stays(know: Relations) -> Iterator[Secret]:
    for row in know.rows("SELECT id, host_id FROM invitation WHERE state = 'draft'"):
        host = know.holders("host", "centre", "coordinator", of=row.host_id)
        yield Secret("an invitation in preparation", "invitation", "purpose", row.id, host)
    told = (
        "SELECT o.id, o.state, s.person_id, s.host_id, s.home_id FROM outcome o"
        " JOIN stay s ON s.id = o.stay_id WHERE o.state <> 'confirmed'"
    )
    for row in know.rows(told):
        readers = know.named(row.person_id)
        if row.state == "sent":
            readers |= know.holders("host", "centre", "coordinator", of=row.host_id)
            readers |= know.holders("centre", "coordinator", of=row.home_id) | know.secretariat
        yield Secret("what came of a stay", "outcome", "done", row.id, readers)


def plant(house: House, engine: Engine) -> dict[str, Secret]:
    """Write a word of its own into each, and say which word is whose."""
    planted: dict[str, Secret] = {}
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        for number, secret in enumerate(secrets(house, connection)):
            word = f"zq{number:05}x"
            stood = _write(connection, secret, word)
            if stood is not None:
                planted[word] = replace(secret, text=stood)
    return planted


def _write(connection: Connection, secret: Secret, word: str) -> str | None:
    """What stood there; None where there is no text to write a word into."""
    where = f'FROM "{secret.table}" WHERE id = :id'
    found = connection.execute(
        text(f'SELECT "{secret.column}" {where}'), {"id": secret.id}
    ).scalar_one()
    stood = found or ""
    if secret.column in JSON:
        kept = json.loads(found) if isinstance(found, str) else found
        place = _longest(kept)
        if place is None:
            return None
        inside, key = place
        stood, inside[key] = inside[key], f"{word} {inside[key]}"
        value: str = json.dumps(kept)
    elif secret.column == "join_url":
        value = f"{found}/{word}"
    elif secret.column in {"name", "what", "file_name", "title"}:
        value = f"{word} {found}"[:60]
    else:
        value = f"{found or ''} {word}"
    in_json = secret.column in JSON and connection.dialect.name == "postgresql"
    new = "CAST(:value AS JSON)" if in_json else ":value"
    connection.execute(
        text(f'UPDATE "{secret.table}" SET "{secret.column}" = {new} WHERE id = :id'),
        {"value": value, "id": secret.id},
    )
    return str(stood)


def _longest(kept: Any) -> tuple[Any, Any] | None:
    """Where in what was kept as JSON the longest text of several words stands."""
    found: list[tuple[int, Any, Any]] = []
    waiting = [kept]
    while waiting:
        inside = waiting.pop()
        items = inside.items() if isinstance(inside, dict) else enumerate(inside)
        for key, value in list(items):
            if isinstance(value, dict | list):
                waiting.append(value)
            elif isinstance(value, str) and " " in value:
                found.append((len(value), inside, key))
    return max(found, key=lambda one: one[0])[1:] if found else None


def words_in(answer: TestResponse) -> set[str]:
    """The planted words that an answer shows, whatever it is."""
    content = answer.get_data()
    if answer.mimetype == "application/pdf" and len(content) > STUB:
        pages = PdfReader(BytesIO(content)).pages
        shown = "".join(page.extract_text() for page in pages).replace("\n", "")
    elif answer.mimetype == WORKBOOK:
        book = load_workbook(BytesIO(content), read_only=True)
        cells = (cell for s in book.worksheets for row in s.values for cell in row)
        shown = " ".join(str(cell) for cell in cells)
    else:
        shown = content.decode("utf-8", "replace")
    return set(WORD.findall(shown))
