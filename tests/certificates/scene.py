"""A centre with its staff, and people whom it certifies."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import inspect, select

from app.accounts.models import User
from app.certificates.facts import Achievement, Competency
from app.certificates.models import Certificate
from app.certificates.operations import issue_certificate
from app.certificates.states import CertificateKind
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from tests import make

TITLES = {"en": "Responsible AI for public services", "km": "បញ្ញាសិប្បនិម្មិតប្រកបដោយទំនួលខុសត្រូវ"}


def achievement(ref: str = "run:12", **values: Any) -> Achievement:
    told: dict[str, Any] = {
        "titles": TITLES,
        "original": "en",
        "criteria": {"en": "Attended at least 80 percent of the meetings and passed the task."},
        "starts_on": date(2027, 1, 11),
        "ends_on": date(2027, 2, 5),
        "hours": 30,
        "competencies": (
            Competency({"en": "Judges the risks of an AI system"}),
            Competency(
                {"en": "Explains a model"}, "C2", "AI competencies", "https://example.org/c2"
            ),
        ),
    }
    return Achievement(ref=ref, **(told | values))


@dataclass
class Scene:
    issuer: Organisation
    staff: User
    holder: User

    def issue(self, holder: User | None = None, **values: Any) -> Certificate:
        """Issued through the operation, by the centre's staff."""
        (to,) = inspect(holder or self.holder).identity
        told: dict[str, Any] = {
            "kind": CertificateKind.COMPLETION,
            "occasion": f"enrolment:{to}:completion",
            "achievement": achievement(),
        }
        with unit_of_work(make.actor(self.staff), now=values.pop("now", make.NOW)) as work:
            issuer = work.session.get_one(Organisation, self.issuer.id)
            person = work.session.get_one(User, to)
            made = issue_certificate(work, issuer, person, **(told | values))
        db.session.expunge_all()  # a plain value
        return made

    def again(self, certificate: Certificate) -> Certificate:
        """The row as it is now."""
        db.session.expunge_all()
        return db.session.scalars(select(Certificate).where(Certificate.id == certificate.id)).one()


def scene(name: str = "Khmer AI Centre") -> Scene:
    issuer = make.organisation(name, "KH", is_centre=True, city="Phnom Penh")
    staff = make.person("STAFF Dara")
    make.grant(staff, Role.CENTRE, Scope.ORGANISATION, issuer.id)
    holder = make.person(
        "SOK Sophea", native_name="សុខ សុភា", native_name_lang="km", email=f"{issuer.ref}@example.org"
    )
    for row in (issuer, staff, holder):
        db.session.refresh(row)
    db.session.expunge_all()  # plain values, whatever a test does with the session
    return Scene(issuer, staff, holder)
