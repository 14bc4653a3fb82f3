"""Two commands about people: the first member of the secretariat, and names put in order anew."""

from sqlalchemy import select

from app.accounts.models import RoleGrant, User
from app.accounts.names import sort_key
from app.applications.models import Application
from app.applications.states import ApplicationState
from app.audit.models import AuditEntry
from app.foundation.actors import Role, Scope
from tests import make


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=arguments)


def test_the_first_secretariat_is_appointed_from_the_command_line(app, session) -> None:
    person = make.person("HENG Vichet", email="vichet@example.org")
    done = run(app, "appoint-secretariat", "Vichet@Example.org")
    assert (done.exit_code, done.output) == (0, "HENG Vichet is a member of the secretariat.\n")
    grant = session.scalars(select(RoleGrant).where(RoleGrant.user_id == person.id)).one()
    assert (grant.role, grant.scope, grant.scope_id) == (Role.SECRETARIAT, Scope.EVERYTHING, None)
    assert session.scalar(select(AuditEntry.verb).order_by(AuditEntry.id.desc())) == "role.granted"
    assert make.actor(person).holds(Role.SECRETARIAT, Scope.EVERYTHING, None)


def test_nobody_is_appointed_without_an_account_whose_address_was_confirmed(app, session) -> None:
    make.person(email="new@example.org").confirmed_at = None
    make.person(email="gone@example.org").active = False
    session.commit()
    for address in ("nobody@example.org", "new@example.org", "gone@example.org"):
        done = run(app, "appoint-secretariat", address)
        assert done.exit_code == 2
        assert address in done.output
    assert session.scalars(select(RoleGrant)).all() == []


def test_names_are_put_in_order_anew_in_people_and_applications(app, session) -> None:
    call = make.call()
    zaw = make.person("Zaw", sort_key="of an older release")
    vy = make.person("Vy", sort_key="of an older release")
    sent = make.application(call, zaw, state=ApplicationState.SUBMITTED)
    renamed = make.application(call, vy, state=ApplicationState.SUBMITTED)
    renamed.applicant_name = "Vy Nguyễn"
    session.commit()
    sent_id, renamed_id = sent.id, renamed.id

    assert run(app, "sort-names").exit_code == 0

    session.expire_all()
    keys = dict(session.execute(select(User.passport_name, User.sort_key)).all())
    assert (keys["Zaw"], keys["Vy"]) == (sort_key("Zaw", "en"), sort_key("Vy", "en"))
    assert session.get_one(Application, sent_id).sort_key == sort_key("Zaw", "en")
    assert session.get_one(Application, renamed_id).sort_key == sort_key("Vy Nguyễn", "en")
    again = run(app, "sort-names")
    assert again.output == "people: 0 moved; applications: 0 moved\n"
