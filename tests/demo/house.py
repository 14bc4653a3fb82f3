"""The demo, made once for all tests, and people of it who browse without leaving a trace.

It is played through the operations into SQLite, once however many test processes there are;
PostgreSQL receives the same rows. Tests of one process share a house, for nothing they send stays.
"""

import fcntl
import hashlib
import io
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, json
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine, create_engine, event, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, joinedload, selectinload
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.accounts.actor import actor_of
from app.accounts.demo import DOMAIN, PEOPLE
from app.accounts.models import SessionRow, User
from app.applications.models import (
    Application,
    ApplicationTag,
    CaseNote,
    CaseTask,
    Appeal,
    ChangeRequest,
    Document,
    Export,
    Letter,
    Nominator,
    Route,
    Tag,
    UploadGrace,
)
from app.applications.queries import form_of
from app.applications.states import (
    ApplicationState,
    ChangeState,
    ExportState,
    NoteLevel,
    RouteKind,
    TagColour,
)
from app.factory import create_app
from app.fellowships.models import Call, Enquiry
from app.files.models import Sensitivity, StoredFile, Upload
from app.files.storage import storage
from app.foundation import clock, schema
from app.foundation.actors import VISITOR, Actor
from app.foundation.database import Base, db
from app.organisations.models import Organisation
from config import Settings

PAIR = {"csrf_token": "a token of this test's own session"}
# Written whatever becomes of the request: sessions, and who opened whose document.
KEPT = {"session_row", "view_entry"}
UNDONE = 299  # no answer of ours: what would have been committed was undone


def settings_of_demo(database_url: str, instance: Path) -> Settings:
    return Settings.from_environment(
        {
            "ENVIRONMENT": "development",
            "INSTANCE_PATH": str(instance),
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a secret for tests only",
            "DEMO": "1",
            "PUBLIC_URL": "http://localhost",
        }
    )


def make_demo(folder: Path) -> Path:
    """The instance folder of a played demo; whoever comes first makes it, others wait."""
    made = folder / "made"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            half = folder / "half"
            shutil.rmtree(half, ignore_errors=True)
            app = create_app(settings_of_demo(f"sqlite:///{half / 'lontar.sqlite'}", half))
            with app.app_context():
                outcome = app.test_cli_runner().invoke(args=["prepare"])
                assert outcome.exit_code == 0, outcome.output
                db.session.remove()
                with db.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                db.engine.dispose()
            half.rename(made)
    return made


def pour(source: Path, target: Engine) -> None:
    """The same rows into a migrated PostgreSQL database, triggers and foreign keys at rest."""
    origin = create_engine(f"sqlite:///{source}")
    with origin.connect() as rows, target.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            connection.execute(table.delete())
            found = [dict(row) for row in rows.execute(select(table)).mappings()]
            for start in range(0, len(found), 2000):
                connection.execute(insert(table), found[start : start + 2000])
            keys = list(table.primary_key.columns)
            if len(keys) == 1 and keys[0].name == "id":
                newest = connection.scalar(select(func.max(keys[0])))
                sequence = connection.scalar(
                    text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
                )
                if newest and sequence:
                    connection.execute(
                        text("SELECT setval(:sequence, :newest)"),
                        {"sequence": sequence, "newest": newest},
                    )
    origin.dispose()


@dataclass(frozen=True)
class Answer:
    """What was answered, and into which tables was (or would have been) written."""

    response: TestResponse
    tables: frozenset[str]
    half_written: frozenset[str] = frozenset()

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        return self.response.location or ""


class House:
    """The demo under one app: its people, their browsers, and what they would write."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.written: list[str] = []
        self.kept: list[str] = []
        self.whole: set[object] = set()  # what one person tried wholly
        self.people: dict[str, int] = {}
        self.addresses = app.url_map.bind("localhost")
        with app.app_context():
            for name, _who in PEOPLE:
                found = select(User.id).where(User.email == f"{name}@{DOMAIN}")
                self.people[name] = db.session.scalars(found).one()

    @property
    def kind(self) -> str:
        return "sqlite" if "sqlite" in self.app.config["SQLALCHEMY_DATABASE_URI"] else "postgresql"

    def actor(self, name: str | None) -> Actor:
        """As the site reads the person from the session; in an app context."""
        if name is None:
            return VISITOR
        query = select(User).where(User.id == self.people[name])
        loaded = query.options(selectinload(User.grants), selectinload(User.nationalities))
        return actor_of(db.session.scalars(loaded).one())

    def browser(self, name: str | None, **data: Any) -> FlaskClient:
        """A client signed in as this person, with a session that knows `token`."""
        client = self.app.test_client()
        key, now = secrets.token_urlsafe(32), clock.now()
        with self.app.app_context(), db.engine.begin() as connection:
            stored: dict[str, Any] = {**PAIR, **data}
            user_id = self.people.get(name or "")
            if user_id is not None:
                uniquifier = connection.scalar(select(User.fs_uniquifier).where(User.id == user_id))
                stored |= {"_user_id": uniquifier, "_fresh": True, "fs_cc": "set"}
                stored |= {"fs_paa": now.timestamp(), "identity_verified": now.timestamp()}
            connection.execute(
                insert(SessionRow).values(
                    key_hash=hashlib.sha256(key.encode()).hexdigest(),
                    user_id=user_id,
                    data=json.dumps(stored),
                    created_at=now,
                    seen_at=now,
                    expires_at=now + timedelta(hours=12),
                )
            )
        client.set_cookie("session", key, domain="localhost")
        return client

    @property
    def token(self) -> str:
        """What Flask-WTF accepts in every browser of this house."""
        signer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")
        return str(signer.dumps(PAIR["csrf_token"]))

    def ask(
        self,
        browser: FlaskClient,
        method: str,
        address: str,
        data: Any = None,
        headers: dict[str, str] | None = None,
        pressed: dict[str, str] | None = None,
        **how: Any,
    ) -> Answer:
        """One request; what writes brings the token as scripts send it, and a form's besides."""
        self.written.clear()
        self.kept.clear()
        if method == "POST" and data is None:
            data = {"csrf_token": self.token, **(pressed or {})}
        if method == "PATCH" and data is None:
            data, how = b"ten bytes.", {"content_type": "application/offset+octet-stream", **how}
        told = {"X-CSRFToken": self.token, **(headers or {})}
        response = browser.open(address, method=method, data=data, headers=told, **how)
        response.get_data()
        response.close()
        refused = response.status_code >= 400  # noqa: PLR2004
        half_written = frozenset(self.kept if refused else ())
        return Answer(response, frozenset(self.written), half_written)

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Every commit of a unit of work is noted and undone; `written` says which tables.

        Sessions go their own way (`app/accounts/sessions.py`) and are kept.
        """

        class Undone(HTTPException):
            code = UNDONE

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            words = statement.split(None, 3)
            if words[0] in {"INSERT", "DELETE", "UPDATE"}:
                table = words[1 if words[0] == "UPDATE" else 2].strip('"')
                if table not in KEPT:
                    self.written.append(table)

        def undo(session: Session) -> None:
            session.flush()
            if self.written and not session.in_nested_transaction():
                self.kept.extend(self.written)
                raise Undone(response=Response(status=UNDONE))

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        event.listen(db.session, "before_commit", undo)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", note)
            event.remove(db.session, "before_commit", undo)


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of the demo; test processes of one run share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "demo"
    folder.mkdir(exist_ok=True)
    return make_demo(folder)


def on_server(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def add_what_is_not_played(house: House) -> None:
    """An office's exports, questions about calls, files in letters and on their way."""
    now = clock.now()

    def stored(file_name: str, owner_id: int) -> StoredFile:
        kept = StoredFile(
            key=storage().put(io.BytesIO(b"%PDF-1.4")),
            owner_id=owner_id,
            file_name=file_name,
            media_type="application/pdf",
            size=8,
            sha256=hashlib.sha256(b"%PDF-1.4").hexdigest(),
            sensitivity=Sensitivity.PERSONAL,
            stored_at=now,
        )
        db.session.add(kept)
        return kept

    call = db.session.query(Call).filter(Call.programme_id.is_not(None)).first()
    for name, state in (
        ("manager-a", ExportState.WAITING),
        ("manager-b", ExportState.WAITING),
        ("secretariat", ExportState.WAITING),
        ("manager-a", ExportState.READY),
        ("manager-b", ExportState.READY),
    ):
        ready = state is ExportState.READY
        db.session.add(
            Export(
                opportunity_id=call.id,
                asked_by_id=house.people[name],
                asked_by_name=name,
                asked_at=now,
                locale="en",
                recipient="The ministry",
                purpose="A report",
                format="csv",
                state=state,
                file=stored("export.csv", house.people[name]) if ready else None,
                made_at=now if ready else None,
                rows=1 if ready else None,
            )
        )
    for call in db.session.query(Call).filter(Call.published_at.is_not(None)).order_by(Call.id):
        db.session.add(
            Enquiry(
                opportunity_id=call.id,
                asked_by_id=house.people["applicant-kh"],
                asked_at=now,
                locale="en",
                text="May I bring my family?",
            )
        )
    readable = db.session.query(Letter).filter(
        Letter.submitted_at.is_not(None), Letter.confidential.is_(False), Letter.file_id.is_(None)
    )
    for letter in readable:
        letter.file = stored("letter.pdf", house.people["applicant-vn"])
    drafts = db.session.query(Application).filter_by(state=ApplicationState.DRAFT)
    for draft in drafts.order_by(Application.id):
        db.session.add(
            Upload(
                key=f"{draft.id:064}",
                owner_id=draft.applicant_id,
                purpose=f"application:{draft.id}:cv",
                file_name="cv.pdf",
                declared="application/pdf",
                size=100,
                sha256="",
                begun_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
    for application in first_sent_of_each_call(house.people["applicant-vn"]):
        add_a_case(house, application)
        if application.applicant_id == house.people["applicant-vn"]:
            db.session.add(
                Appeal(
                    application_id=application.id,
                    against=ApplicationState.NOT_SELECTED,
                    decided_by_id=house.people["manager-a"],
                    reason="My second letter was not read.",
                    made_at=now,
                    answer_by=now + timedelta(days=9),
                )
            )
        documents = db.session.query(Document).filter_by(application_id=application.id).all()
        asked = (q for s in form_of(application).sections for q in s.questions)
        key = next((q.key for q in asked if q.kind == "document"), None)
        if key:
            # Of an application one thing at a time is asked: the demo's own request is over.
            db.session.query(ChangeRequest).filter_by(
                application_id=application.id, state=ChangeState.OPEN
            ).update({"state": ChangeState.CLOSED, "closed_at": now})
            db.session.add(
                UploadGrace(
                    application_id=application.id,
                    kind=key,
                    receipt=f"R-{application.id}",
                    asked_at=now,
                    until_at=now + timedelta(days=1),
                    zone="Asia/Tokyo",
                )
            )
            db.session.add(
                ChangeRequest(
                    application_id=application.id,
                    questions=[key],
                    reason="Part of this cannot be read.",
                    asked_by_id=house.people["manager-a"],
                    asked_at=now,
                    closes_at=now + timedelta(days=9),
                    closes_zone="Asia/Tokyo",
                    closes_wall=f"{now + timedelta(days=9):%Y-%m-%dT%H:%M}",
                    from_version=1,
                    documents={key: [d.id for d in documents]},
                )
            )
    body = db.session.query(Organisation).order_by(Organisation.id).first()
    with_ways = {route.opportunity_id for route in db.session.query(Route)}
    for call in db.session.query(Call).order_by(Call.id):
        if call.id in with_ways:
            continue
        route = Route(opportunity_id=call.id, kind=RouteKind.UNIVERSITY, quota=3)
        db.session.add(route)
        db.session.add(Nominator(route=route, organisation=body, quota=3))
    db.session.commit()


def add_a_case(house: House, application: Application) -> None:
    """What offices have in hand about an application: notes, something to do, a tag."""
    now = clock.now()
    for name in ("manager-a", "manager-b"):
        db.session.add(
            CaseNote(
                application_id=application.id,
                author_id=house.people[name],
                author_name=name,
                body="The stamp is missing.",
                level=NoteLevel.OFFICE,
                written_at=now,
            )
        )
        db.session.add(
            CaseTask(
                application_id=application.id,
                what="Ask for the stamp",
                holder_id=house.people[name],
                due_at=now + timedelta(days=3),
                set_by_id=house.people[name],
                set_at=now,
            )
        )
    call = db.session.get(Call, application.opportunity_id)
    if call is not None and call.programme_id is not None:
        word = f"Stamp {application.id}"
        tag = Tag(
            programme_id=call.programme_id,
            name=word,
            folded=word.lower(),
            colour=next(iter(TagColour)),
        )
        db.session.add(tag)
        db.session.flush()
        db.session.add(ApplicationTag(application_id=application.id, tag_id=tag.id))


def first_sent_of_each_call(whose: int) -> list[Application]:
    """And those of this person."""
    query = db.session.query(Application).options(joinedload(Application.form_version))
    sent = query.filter_by(state=ApplicationState.SUBMITTED).order_by(Application.id).all()
    first = {one.opportunity_id: one for one in reversed(sent)}
    return [
        *first.values(),
        *(a for a in sent if a.applicant_id == whose and a not in first.values()),
    ]


@contextmanager
def opened(request: pytest.FixtureRequest, instance: Path, name: str) -> Iterator[House]:
    """A copy of the demo on the database that the fixture's parameter says, gone afterwards."""
    made: Path = request.getfixturevalue("demo_made")
    ignored = shutil.ignore_patterns("lontar.sqlite*")
    shutil.copytree(made, instance, ignore=ignored, dirs_exist_ok=True)
    server, name = "", f"lontar_{name}_{os.getpid()}"
    if request.param == "sqlite":
        shutil.copy(made / "lontar.sqlite", instance)
        url = f"sqlite:///{instance / 'lontar.sqlite'}"
    else:
        server = request.getfixturevalue("postgresql_server")
        on_server(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        engine = create_engine(url)
        schema.bring_up_to_date(engine)
        pour(made / "lontar.sqlite", engine)
        engine.dispose()
    app = create_app(settings_of_demo(url, instance), TESTING=True)
    # Faults are counted by their answers, and each is in the log with its trace.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    found = House(app)
    with app.app_context():
        add_what_is_not_played(found)
        db.session.remove()
    try:
        yield found
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if server:
            on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The demo, on SQLite and on PostgreSQL in turn; its tests undo what they would write."""
    with opened(request, tmp_path_factory.mktemp("house"), "house") as found:
        yield found
