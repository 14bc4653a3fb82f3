"""What of the demo is loaded, with what of it, and what of many alike stands for all."""

from typing import Any

from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from app.accounts.models import RoleGrant, SessionRow, User
from app.applications.models import (
    Appeal,
    Application,
    ApplicationTag,
    CaseNote,
    CaseTask,
    ChangeRequest,
    Document,
    DocumentSlot,
    EligibilityException,
    Export,
    Letter,
    LetterTerms,
    Likeness,
    MessageTemplate,
    Nomination,
    Nominator,
    ReferenceRequest,
    Route,
    SavedView,
    UploadGrace,
)
from app.certificates.models import Certificate, CertificateBatch
from app.courses.models import (
    Course,
    CourseElsewhere,
    CourseImport,
    CourseRun,
    CourseVersion,
    Enrolment,
    Feedback,
    Material,
    Meeting,
    PostQuestion,
    PostTerms,
    SeatReserve,
    Teaching,
)
from app.exchanges.models import (
    AcademicTerm,
    Agreement,
    BalanceEntry,
    ExchangeContact,
    HostCourse,
    LanguageScore,
)
from app.facilities.models import FacilityGrant
from app.fellowships.models import Enquiry
from app.files.models import Upload
from app.invitations.models import Invitation, InvitationLetter
from app.learning.models import LearningAgreement
from app.mobility.models import ChoicesOfYear, ExchangeNomination, NominationList
from app.notifications.models import OutboxMessage
from app.opportunities.models import FormVersion, Opportunity, Place, Programme
from app.outcomes.models import Outcome
from app.placements.models import Offer, PlacementRound
from app.projects.models import Project, ProjectPartner
from app.recognition.models import Recognition, Transcript
from app.reviews.models import Review
from app.stays.models import Preparation, Stay, StayChange, StayReport
from app.visits.models import VisitGroup, VisitPerson
from app.working_groups.models import (
    DocumentVersion,
    GroupComment,
    GroupDocument,
    GroupMeeting,
    GroupMembership,
    WorkingGroup,
)

_OF_APPLICATION = joinedload(Application.opportunity)

LOADED: tuple[tuple[type, tuple[Any, ...]], ...] = (
    (Programme, ()),
    (
        Opportunity,
        (
            selectin_polymorphic(Opportunity, [CourseRun]),
            selectinload(CourseRun.meetings).selectinload(Meeting.teachings),
        ),
    ),
    (Application, (_OF_APPLICATION, joinedload(Application.form_version))),
    (Place, (joinedload(Place.opportunity),)),
    (PlacementRound, (joinedload(PlacementRound.opportunity),)),
    (
        Offer,
        (joinedload(Offer.application).options(_OF_APPLICATION), joinedload(Offer.round)),
    ),
    (Review, (joinedload(Review.application).options(_OF_APPLICATION),)),
    (Document, (joinedload(Document.file),)),
    (DocumentSlot, (joinedload(DocumentSlot.application).options(_OF_APPLICATION),)),
    (Export, (joinedload(Export.opportunity),)),
    (
        Likeness,
        (
            joinedload(Likeness.first).options(_OF_APPLICATION),
            joinedload(Likeness.second).options(_OF_APPLICATION),
        ),
    ),
    (FormVersion, ()),
    (LetterTerms, ()),
    (
        ReferenceRequest,
        (
            joinedload(ReferenceRequest.application).options(_OF_APPLICATION),
            joinedload(ReferenceRequest.letter).joinedload(Letter.file),
        ),
    ),
    (
        Letter,
        (
            joinedload(Letter.request)
            .joinedload(ReferenceRequest.application)
            .options(_OF_APPLICATION),
            joinedload(Letter.file),
        ),
    ),
    (Agreement, (selectinload(Agreement.sides),)),
    (BalanceEntry, ()),
    (AcademicTerm, (joinedload(AcademicTerm.organisation),)),
    (HostCourse, (joinedload(HostCourse.term),)),
    (ExchangeContact, ()),
    (LanguageScore, ()),
    (
        Project,
        (joinedload(Project.organisation), selectinload(Project.partners)),
    ),
    (ProjectPartner, ()),
    (WorkingGroup, (selectinload(WorkingGroup.memberships),)),
    (GroupMembership, ()),
    (GroupMeeting, (joinedload(GroupMeeting.group),)),
    (
        GroupDocument,
        (
            joinedload(GroupDocument.group),
            selectinload(GroupDocument.versions).joinedload(DocumentVersion.period),
        ),
    ),
    (GroupComment, (joinedload(GroupComment.document),)),
    (Upload, ()),
    (Enquiry, ()),
    (ApplicationTag, ()),
    (UploadGrace, ()),
    (CaseNote, (joinedload(CaseNote.application).options(_OF_APPLICATION),)),
    (CaseTask, (joinedload(CaseTask.application).options(_OF_APPLICATION),)),
    (ChangeRequest, (joinedload(ChangeRequest.application).options(_OF_APPLICATION),)),
    (Appeal, (joinedload(Appeal.application).options(_OF_APPLICATION),)),
    (
        EligibilityException,
        (joinedload(EligibilityException.application).options(_OF_APPLICATION),),
    ),
    (Route, ()),
    (SavedView, (joinedload(SavedView.opportunity),)),
    (MessageTemplate, (joinedload(MessageTemplate.programme),)),
    (Nominator, (joinedload(Nominator.route),)),
    (Nomination, (joinedload(Nomination.nominator).joinedload(Nominator.route),)),
    (Course, (joinedload(Course.organisation),)),
    (CourseVersion, (joinedload(CourseVersion.course),)),
    (CourseImport, ()),
    (Meeting, ()),
    (Enrolment, (joinedload(Enrolment.run),)),
    (
        Feedback,
        (
            joinedload(Feedback.run)
            .selectinload(CourseRun.meetings)
            .selectinload(Meeting.teachings),
        ),
    ),
    (
        PostQuestion,
        (
            joinedload(PostQuestion.enrolment).joinedload(Enrolment.run),
            joinedload(PostQuestion.nominator).joinedload(Nominator.route),
        ),
    ),
    (Material, ()),
    (PostTerms, ()),
    (Teaching, (joinedload(Teaching.meeting),)),
    (SeatReserve, ()),
    (User, (selectinload(User.grants),)),
    (RoleGrant, ()),
    (SessionRow, ()),
    (OutboxMessage, ()),
    (Certificate, ()),
    (CertificateBatch, ()),
    (ChoicesOfYear, (selectinload(ChoicesOfYear.choices),)),
    (ExchangeNomination, (selectinload(ExchangeNomination.letters),)),
    (NominationList, ()),
    (
        Invitation,
        (selectinload(Invitation.letters).selectinload(InvitationLetter.answers),),
    ),
    (Outcome, (joinedload(Outcome.stay),)),
    (Stay, ()),
    (Preparation, (selectinload(Preparation.stay),)),
    (StayChange, (selectinload(StayChange.stay),)),
    (StayReport, (selectinload(StayReport.stay), selectinload(StayReport.files))),
    (Transcript, (selectinload(Transcript.lines),)),
    (
        Recognition,
        (joinedload(Recognition.transcript).selectinload(Transcript.lines),),
    ),
    (FacilityGrant, (joinedload(FacilityGrant.facility),)),
    (
        VisitGroup,
        (
            joinedload(VisitGroup.call),
            joinedload(VisitGroup.application),
            selectinload(VisitGroup.people),
        ),
    ),
    (VisitPerson, ()),
    (LearningAgreement, (joinedload(LearningAgreement.nomination),)),
)


def without_many_alike(rows: list[Any]) -> list[Any]:
    """Of the hundreds of courses that a centre lists for others, the first two stand for all."""

    def is_listed(row: Any) -> bool:
        if isinstance(row, CourseVersion):
            row = row.course
        return isinstance(row, CourseElsewhere) or getattr(row, "listing_id", None) is not None

    listed = [row for row in rows if is_listed(row)]
    return [row for row in rows if row not in listed[2:]] if listed else rows
