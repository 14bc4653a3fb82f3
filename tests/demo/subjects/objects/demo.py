"""The demo's objects, loaded once, and the parts of them that an address can name."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.models import RoleGrant, User
from app.applications.models import (
    Appeal,
    Application,
    CaseNote,
    CaseTask,
    ChangeRequest,
    Document,
    DocumentSlot,
    EligibilityException,
    Export,
    Letter,
    Likeness,
    MessageTemplate,
    Nomination,
    Nominator,
    ReferenceRequest,
    Route,
    SavedView,
)
from app.courses.models import (
    Course,
    CourseVersion,
    Enrolment,
    Feedback,
    Material,
    Meeting,
    SeatReserve,
    Teaching,
)
from app.fellowships.models import Enquiry
from app.files.models import Upload
from app.foundation.actors import Role
from app.foundation.database import db
from app.opportunities.models import Opportunity, Place, Programme
from app.organisations.models import Organisation
from app.placements.models import PlacementRound
from app.projects.models import Project, ProjectPartner
from app.reviews.models import Review
from app.stays.models import Preparation, Stay, StayChange, StayReport
from app.visits.models import VisitGroup, VisitPerson
from app.working_groups.models import (
    GroupComment,
    GroupDocument,
    GroupMembership,
    WorkingGroup,
)
from tests.demo.subjects.objects.composed import (
    InRound,
    OfReview,
    OfTemplate,
    Question,
    SectionOfForm,
)
from tests.demo.subjects.objects.lists import Lists
from tests.demo.subjects.objects.loading import LOADED, without_many_alike


@dataclass
class Demo(Lists):
    """Every object of the demo that a rule can be asked about, loaded once."""

    @classmethod
    def load(cls) -> "Demo":
        demo = cls()
        for model, options in LOADED:
            query = select(model).options(*options).order_by(model.id)
            rows = list(db.session.scalars(query).unique())
            demo.rows[model] = without_many_alike(rows)
            demo.by_id[model] = {row.id: row for row in demo.rows[model]}
        demo.rows[Organisation] = list(db.session.scalars(select(Organisation).limit(3)))
        staffed = {g.scope_id for g in demo.rows[RoleGrant] if g.role is Role.CENTRE}
        issuers = select(Organisation).where(Organisation.id.in_(staffed))
        demo.issuers = list(db.session.scalars(issuers.order_by(Organisation.id)))
        return demo

    def templates(self) -> list["OfTemplate"]:
        """Each message of an office, as it is opened from the list of one of its calls."""
        return [OfTemplate(self.part(t, Opportunity), t) for t in self.rows[MessageTemplate]]

    def part(self, subject: Any, kind: type) -> Any:  # noqa: C901, PLR0911 - one line a step
        """The object of this kind that the subject is, or is a part of."""
        match subject:
            case _ if kind is object or isinstance(subject, kind):
                return subject
            case InRound():
                return subject.round if kind is PlacementRound else subject.application
            case SectionOfForm():
                return subject.call
            case Question():
                return self.part(subject.application, kind)
            case OfReview():
                return self.part(subject.review, kind)
            case OfTemplate():
                return subject.template if kind is MessageTemplate else subject.call
            case VisitPerson():
                return self.by_id[VisitGroup][subject.group_id]
            case Application() if kind is Nomination:
                asked = (n for n in self.rows[Nomination] if n.application_id == subject.id)
                return next(asked, None)
            case ReferenceRequest() if kind is Letter:
                return subject.letter
            case Upload():  # its purpose is "application:12:transcript"
                return self.by_id[Application][int(subject.purpose.split(":")[1])]
            case ProjectPartner():
                return self.by_id[Project][subject.project_id]
            case GroupComment():
                return self.by_id[GroupDocument][subject.document_id]
            case GroupMembership():
                return self.by_id[WorkingGroup][subject.group_id]
            case Nominator():
                return self.part(subject.route, kind)
            case Likeness():
                return self.part(subject.first, kind)
            case CaseNote() | CaseTask():
                return self.part(subject.application, kind)
            case (
                Document()
                | DocumentSlot()
                | Review()
                | ReferenceRequest()
                | ChangeRequest()
                | Appeal()
                | EligibilityException()
            ):
                return self.part(self.by_id[Application][subject.application_id], kind)
            case (
                Application()
                | Place()
                | PlacementRound()
                | Export()
                | Enquiry()
                | Route()
                | SavedView()
            ):
                return self.by_id[Opportunity][subject.opportunity_id]
            case Preparation() | StayChange() | StayReport():
                return self.by_id[Stay][subject.stay_id]
            case Meeting() | SeatReserve() | Enrolment() | Feedback() | Material():
                return self.by_id[Opportunity][subject.run_id]
            case Teaching():
                return self.by_id[Opportunity][subject.meeting.run_id]
            case MessageTemplate():  # a call of its programme, the one of the list it is opened from
                calls = self.rows[Opportunity]
                return next(c for c in calls if c.programme_id == subject.programme_id)
            case Course():  # the version that is being written or read, if there is one
                open_ones = (v for v in self.rows[CourseVersion] if v.course_id == subject.id)
                return next((v for v in open_ones if v.state != "published"), None)
            case RoleGrant() if kind is User:
                return self.by_id[User][subject.user_id]
            case RoleGrant() if kind is Opportunity:
                return self.by_id[Opportunity][subject.scope_id]
            case RoleGrant():
                return self.by_id[Programme][subject.scope_id]
        raise LookupError(f"what of {type(subject).__name__} is the {kind.__name__}?")
