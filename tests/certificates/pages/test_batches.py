"""Batches, and where the pages are found."""

from sqlalchemy import select

from app.certificates import queries
from app.certificates.facts import Names
from app.certificates.models import Certificate
from app.certificates.operations import (
    Wanted,
    ask_for_certificates,
    issue_batch,
    replace_certificate,
)
from app.certificates.states import CertificateKind
from app.foundation.work import unit_of_work
from app.jobs.models import Job
from app.jobs.running import Handler, run_next
from app.notifications.models import OutboxMessage
from app.organisations.models import Organisation
from tests import make
from tests.certificates.pages.pressing import sent, take_back
from tests.certificates.scene import achievement, scene

HANDLERS = {"certificates/issue": Handler(issue_batch)}


def ask(here, people: list[int], **values) -> int:
    with unit_of_work(make.actor(here.staff)) as work:
        batch = ask_for_certificates(
            work,
            work.session.get_one(Organisation, here.issuer.id),
            [
                Wanted(p, CertificateKind.COMPLETION, f"enrolment:{p}", achievement(**values))
                for p in people
            ],
            title="Responsible AI, spring",
        )
        return batch.id


def test_a_batch_is_issued_by_a_job_with_its_progress(client, session) -> None:
    here = scene()
    people = [make.person(f"Person {n}").id for n in range(45)]
    unprintable = make.person("ᬅᬓ᭄ᬱᬭ").id
    earlier = here.issue(
        session.get_one(type(here.holder), people[0]), occasion=f"enrolment:{people[0]}"
    )
    batch = ask(here, [*people, unprintable])
    make.sign_in(client, here.staff)
    page = client.get(f"/certificates/batches/{batch}").text
    assert "Certificates are being issued" in page
    while run_next(HANDLERS):
        pass
    page = client.get(f"/certificates/batches/{batch}").text
    assert "All is done" in page
    assert "45 certificates are issued." in page
    assert "1 could not be issued." in page
    session.expire_all()
    issued = session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert len(issued) == 45
    assert earlier.id in {c.id for c in issued}
    assert {c.issued_by_id for c in issued} == {here.staff.id}
    job = session.scalars(select(Job)).one()
    assert (job.done, job.total) == (46, 46)
    told = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "certificates/batch_issued")
    ).all()
    assert [(m.person_id, m.values["issued"]) for m in told] == [(here.staff.id, 45)]


def test_a_batch_that_is_called_off_issues_nothing_more(client, session) -> None:
    here = scene()
    batch = ask(here, [make.person().id for _n in range(3)])
    make.sign_in(client, here.staff)
    page = f"/certificates/batches/{batch}"
    assert sent(client, f"{page}/cancel", form_at=page).status_code == 302
    assert not run_next(HANDLERS)
    assert session.scalar(select(Certificate.id)) is None
    assert "The rest was called off" in client.get(page).text


def test_another_centre_neither_sees_nor_stops_a_batch(client, session) -> None:
    here, there = scene(), scene("Another Centre")
    batch = ask(here, [make.person().id])
    make.sign_in(client, there.staff)
    own = f"/certificates/office/{there.issuer.id}/settings"
    assert client.get(f"/certificates/batches/{batch}").status_code == 404
    assert sent(client, f"/certificates/batches/{batch}/cancel", form_at=own).status_code == 404


def test_the_menu_leads_holders_and_offices_to_their_pages(client, session) -> None:
    here = scene()
    make.sign_in(client, here.holder)
    assert 'href="/certificates"' in client.get("/certificates").text
    make.sign_in(client, here.staff)
    assert 'href="/certificates/office"' in client.get("/certificates").text


def test_the_dashboard_tells_how_many_certificates_hold(client, session) -> None:
    here = scene()
    make.sign_in(client, here.holder)
    assert "You hold" not in client.get("/dashboard").text
    here.issue()
    ended = here.issue(occasion="another", achievement=achievement("run:13"))
    take_back(here, ended)
    assert "You hold 1 certificate." in client.get("/dashboard").text


def test_a_replaced_one_does_not_lead_strangers_to_the_new_name(client, session) -> None:
    here = scene()
    certificate = here.issue()
    with unit_of_work(make.actor(here.staff)) as work:
        row = work.find(
            queries.certificates_visible_to(work.actor).where(Certificate.id == certificate.id)
        )
        instead = replace_certificate(work, row, names=Names("Quite Another"), note="x")
    page = client.get(f"/verify/{certificate.token}").text
    assert "The name was corrected" in page
    assert "Quite Another" not in page
    assert instead.token not in page
