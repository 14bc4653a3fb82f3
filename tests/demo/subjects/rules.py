"""What the rule of each permission is asked about, and who sees which list."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select

from app.accounts.models import SessionRow, User
from app.accounts.queries import people_visible_to
from app.applications.models import (
    Appeal,
    Application,
    CaseNote,
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
    SavedView,
)
from app.applications.queries.appeals import appeals_visible_to
from app.applications.queries import applications_visible_to, documents_visible_to
from app.applications.queries.exceptions import exceptions_visible_to
from app.applications.queries.slots import slots_visible_to
from app.applications.queries.exports import exports_visible_to
from app.applications.queries.letters import letters_visible_to
from app.applications.queries.likeness import likenesses_visible_to
from app.applications.queries.saved_views import views_visible_to
from app.applications.queries.writing import templates_visible_to
from app.certificates.models import Certificate, CertificateBatch
from app.certificates.queries import batches_visible_to, certificates_visible_to
from app.courses.models import (
    Course,
    CourseImport,
    CourseRun,
    CourseVersion,
    Enrolment,
    Feedback,
    PostQuestion,
)
from app.courses.queries import (
    courses_visible_to,
    enrolments_visible_to,
    feedback_visible_to,
    imports_visible_to,
    posts_visible_to,
    runs_visible_to,
)
from app.dashboards.faces import Face
from app.exchanges.models import (
    AcademicTerm,
    Agreement,
    BalanceEntry,
    ExchangeContact,
    HostCourse,
    LanguageScore,
    Posting,
)
from app.exchanges.queries import (
    agreements_visible_to,
    entries_visible_to,
    postings_visible_to,
)
from app.facilities.models import Facility, FacilityGrant
from app.facilities.queries import facilities_visible_to, grants_visible_to
from app.research_stays.models import ResearchStayCall
from app.research_stays.queries import calls_visible_to as stay_calls_visible_to
from app.visits.models import VisitCall, VisitGroup, VisitPerson
from app.visits.queries import calls_visible_to as visit_calls_visible_to
from app.visits.queries import groups_visible_to as visit_groups_visible_to
from app.visits.queries import people_visible_to as named_visible_to
from app.learning.models import LearningAgreement
from app.learning.queries import agreements_visible_to as learning_visible_to
from app.mobility.models import ChoicesOfYear, ExchangeNomination, NominationList
from app.mobility.queries import choices_visible_to, lists_visible_to, nominations_visible_to
from app.invitations.models import Invitation
from app.invitations.queries import invitations_visible_to
from app.outcomes.models import Outcome
from app.outcomes.queries import outcomes_visible_to
from app.stays.models import Preparation, Stay, StayChange, StayReport
from app.stays.queries import parts_visible_to, stays_visible_to
from app.recognition.models import Recognition, Transcript
from app.recognition.queries import recognitions_visible_to, transcripts_visible_to
from app.fellowships.models import Call
from app.fellowships.queries import calls_visible_to, places_visible_to, programmes_visible_to
from app.foundation.actors import Actor
from app.foundation.database import Entity, db
from app.notifications.models import OutboxMessage
from app.notifications.queries import messages_visible_to
from app.opportunities.models import Opportunity, Place, Programme
from app.opportunities.queries import opportunities_visible_to
from app.organisations.models import Organisation
from app.placements import queries as placements
from app.placements.models import Offer, PlacementRound
from app.projects.models import Project, ProjectPartner
from app.projects.queries import projects_visible_to
from app.reviews.models import Review
from app.reviews.queries import reviews_visible_to
from app.working_groups.models import (
    GroupComment,
    GroupDocument,
    GroupMeeting,
    GroupMembership,
    WorkingGroup,
)
from app.working_groups.queries import documents_visible_to as documents_of_groups_visible_to
from app.working_groups.queries import groups_visible_to

# What the rule of each permission is asked about; None: about the person alone.
ABOUT: dict[str, type | None] = {
    "signed in": None,
    "accounts.disable": User,
    "accounts.edit_profile": None,
    "accounts.end_session": SessionRow,
    "accounts.grant_role": None,
    "accounts.see_people": None,
    "applications.answer appeal": Appeal,
    "applications.answer exception": EligibilityException,
    "applications.read exception": EligibilityException,
    "applications.appeal": Application,
    "applications.ask for changes": Application,
    "applications.ask for letters": Application,
    "applications.compare": Likeness,
    "applications.decide": Application,
    "applications.decide document": DocumentSlot,
    "applications.decide together": Opportunity,
    "applications.export": Opportunity,
    "applications.fill in": Application,
    "applications.handle export": Export,
    "applications.handle letters": Application,
    "applications.make changes": ChangeRequest,
    "applications.nominate": Nomination,
    "applications.nominate somewhere": None,
    "applications.rank nominated": Nominator,
    "applications.read as office": Application,
    "applications.read letter": Letter,
    "applications.screen": Application,
    "applications.start": Opportunity,
    "applications.track": Opportunity,
    "applications.track any": None,
    "applications.view": Application,
    "applications.withdraw": Application,
    "applications.work on case": Application,
    "applications.save view": Opportunity,
    "applications.handle view": SavedView,
    "applications.handle template": MessageTemplate,
    "applications.message together": Opportunity,
    "applications.work together": Opportunity,
    "applications.remove note": CaseNote,
    "certificates.handle batch": CertificateBatch,
    "certificates.look over": Organisation,
    "certificates.look over some": None,
    "certificates.revoke": Certificate,
    "certificates.view": Certificate,
    "courses.admit": Application,
    "courses.answer seat": Enrolment,
    "courses.begin": Organisation,
    "courses.begin some": None,
    "courses.bring in": CourseImport,
    "courses.check": CourseVersion,
    "courses.check in": Enrolment,
    "courses.close dates": CourseRun,
    "courses.decide": Enrolment,
    "courses.edit": Course,
    "courses.edit dates": CourseRun,
    "courses.view dates": CourseRun,
    "courses.enrol": CourseRun,
    "courses.enter": CourseRun,
    "courses.see office": None,
    "courses.read feedback": Feedback,
    "courses.record": CourseRun,
    "courses.see people": CourseRun,
    "courses.see posts": CourseRun,
    "courses.ask employer": Application,
    "courses.view post": PostQuestion,
    "courses.tell post": PostQuestion,
    "courses.write to group": CourseRun,
    "courses.view": Course,
    "dashboards.open": Face,
    "exchanges.answer agreement": Agreement,
    "exchanges.edit posting": Posting,
    "exchanges.keep contact": ExchangeContact,
    "exchanges.keep course": HostCourse,
    "exchanges.keep facts": Organisation,
    "exchanges.keep mailbox": Organisation,
    "exchanges.keep score": LanguageScore,
    "exchanges.keep some facts": None,
    "exchanges.keep term": AcademicTerm,
    "exchanges.post": Organisation,
    "exchanges.post some": None,
    "exchanges.propose some": None,
    "exchanges.reverse": BalanceEntry,
    "exchanges.say home dates": Posting,
    "exchanges.see agreements": None,
    "exchanges.view agreement": Agreement,
    "facilities.answer grant": FacilityGrant,
    "facilities.begin": Organisation,
    "facilities.edit": Facility,
    "facilities.end grant": FacilityGrant,
    "facilities.grant": Application,
    "facilities.report": FacilityGrant,
    "facilities.see office": None,
    "facilities.view grant": FacilityGrant,
    "facilities.withdraw grant": FacilityGrant,
    "research stays.ask": Application,
    "research stays.begin": Organisation,
    "research stays.edit": ResearchStayCall,
    "research stays.see office": None,
    "visits.award": VisitGroup,
    "visits.begin": Programme,
    "visits.call off": VisitGroup,
    "visits.edit": VisitCall,
    "visits.host group": VisitGroup,
    "visits.let through": VisitGroup,
    "visits.propose": VisitGroup,
    "visits.see groups": VisitCall,
    "visits.see office": None,
    "visits.view group": VisitGroup,
    "visits.view person": VisitPerson,
    "visits.write group": Application,
    "learning.begin": ExchangeNomination,
    "learning.give out": LearningAgreement,
    "learning.speak": LearningAgreement,
    "learning.take file": LearningAgreement,
    "learning.view": LearningAgreement,
    "mobility.bring list": NominationList,
    "mobility.forget lists": None,
    "mobility.give list": Organisation,
    "mobility.answer by link": ExchangeNomination,
    "mobility.ask partner": ExchangeNomination,
    "mobility.record answer": ExchangeNomination,
    "mobility.record correction": ExchangeNomination,
    "mobility.record nomination": Posting,
    "mobility.answer nomination": ExchangeNomination,
    "mobility.cancel nomination": ExchangeNomination,
    "mobility.correct nomination": ExchangeNomination,
    "mobility.edit choices": ChoicesOfYear,
    "mobility.nominate": ChoicesOfYear,
    "mobility.rank": Posting,
    "mobility.see office": None,
    "mobility.view choices": ChoicesOfYear,
    "mobility.view nomination": ExchangeNomination,
    "stays.add preparation": Stay,
    "stays.answer change": StayChange,
    "stays.answer report": StayReport,
    "stays.ask change": Stay,
    "stays.confirm": Stay,
    "stays.interrupt": Stay,
    "stays.move preparation": Preparation,
    "stays.plan": None,
    "stays.read report": StayReport,
    "stays.report": StayReport,
    "stays.see office": None,
    "stays.settle preparation": Preparation,
    "stays.take back change": StayChange,
    "stays.view": Stay,
    "recognition.decide": Recognition,
    "recognition.edit transcript": Transcript,
    "recognition.see office": None,
    "recognition.take file": ExchangeNomination,
    "recognition.view recognition": Recognition,
    "recognition.view stay": ExchangeNomination,
    "recognition.view transcript": Transcript,
    "recognition.write": ExchangeNomination,
    "fellowships.answer place": Place,
    "fellowships.answer question": Opportunity,
    "fellowships.appoint": Programme,
    "fellowships.ask": Opportunity,
    "fellowships.cancel": Opportunity,
    "fellowships.close": Opportunity,
    "fellowships.correct": Opportunity,
    "fellowships.edit": Opportunity,
    "fellowships.extend": Opportunity,
    "fellowships.host somewhere": None,
    "fellowships.open programme": None,
    "fellowships.prepare some": None,
    "fellowships.publish": Opportunity,
    "fellowships.save programme": Programme,
    "fellowships.see office": None,
    "fellowships.view": Opportunity,
    "fellowships.view place": Place,
    "fellowships.view questions": Opportunity,
    "fellowships.view programme": Programme,
    "notifications.read": OutboxMessage,
    "organisations.add": None,
    "organisations.keep": None,
    "placements.answer": Offer,
    "placements.approve": Offer,
    "placements.approve round": PlacementRound,
    "placements.look": Opportunity,
    "placements.open": Opportunity,
    "placements.pass over": PlacementRound,
    "placements.place person": Application,
    "placements.propose": PlacementRound,
    "placements.release": PlacementRound,
    "placements.restore": Offer,
    "placements.take back": Offer,
    "placements.view": PlacementRound,
    "placements.view offer": Offer,
    "placements.view place": Place,
    "placements.withdraw": Application,
    "projects.answer": ProjectPartner,
    "projects.begin": Organisation,
    "projects.begin some": None,
    "projects.edit": Project,
    "projects.fill": Project,
    "working_groups.answer comment": GroupComment,
    "outcomes.answer": Outcome,
    "outcomes.look after": None,
    "outcomes.tell": Outcome,
    "outcomes.view": Outcome,
    "invitations.agree": Invitation,
    "invitations.answer": Invitation,
    "invitations.begin": Organisation,
    "invitations.begin some": None,
    "invitations.end": Invitation,
    "invitations.invite": Application,
    "invitations.look after": None,
    "invitations.see office": None,
    "invitations.send": Invitation,
    "invitations.view": Invitation,
    "invitations.write": Invitation,
    "working_groups.answer for oneself": GroupMembership,
    "working_groups.ask to join": WorkingGroup,
    "working_groups.change meeting": GroupMeeting,
    "working_groups.comment": GroupDocument,
    "working_groups.conduct": WorkingGroup,
    "working_groups.convene some": None,
    "working_groups.read inside": WorkingGroup,
    "working_groups.take back": GroupComment,
    "working_groups.write": WorkingGroup,
    "working_groups.write document": GroupDocument,
    "reviews.assign": Opportunity,
    "reviews.assign to": Application,
    "reviews.name reviewer": Opportunity,
    "reviews.rank": Opportunity,
    "reviews.reopen": Review,
    "reviews.take back": Review,
    "reviews.view": Review,
    "reviews.write": Review,
}

# The lists of each office: what is in none of them is, for this person, not there.
LISTS: dict[type, Callable[[Actor], Select[Any]]] = {
    Certificate: certificates_visible_to,
    CertificateBatch: batches_visible_to,
    Agreement: agreements_visible_to,
    BalanceEntry: entries_visible_to,
    Application: applications_visible_to,
    Appeal: appeals_visible_to,
    Document: documents_visible_to,
    DocumentSlot: slots_visible_to,
    EligibilityException: exceptions_visible_to,
    Export: exports_visible_to,
    Likeness: likenesses_visible_to,
    SavedView: views_visible_to,
    MessageTemplate: templates_visible_to,
    Letter: letters_visible_to,
    Opportunity: opportunities_visible_to,
    Call: calls_visible_to,
    Course: courses_visible_to,
    CourseImport: imports_visible_to,
    CourseRun: runs_visible_to,
    Posting: postings_visible_to,
    Facility: facilities_visible_to,
    FacilityGrant: grants_visible_to,
    VisitCall: visit_calls_visible_to,
    ResearchStayCall: stay_calls_visible_to,
    VisitGroup: visit_groups_visible_to,
    VisitPerson: named_visible_to,
    ChoicesOfYear: choices_visible_to,
    ExchangeNomination: nominations_visible_to,
    NominationList: lists_visible_to,
    Invitation: invitations_visible_to,
    Outcome: outcomes_visible_to,
    Stay: stays_visible_to,
    Preparation: lambda actor: parts_visible_to(actor, Preparation),
    StayChange: lambda actor: parts_visible_to(actor, StayChange),
    StayReport: lambda actor: parts_visible_to(actor, StayReport),
    Transcript: transcripts_visible_to,
    Recognition: recognitions_visible_to,
    LearningAgreement: learning_visible_to,
    Project: projects_visible_to,
    WorkingGroup: groups_visible_to,
    GroupDocument: documents_of_groups_visible_to,
    Enrolment: enrolments_visible_to,
    Feedback: feedback_visible_to,
    PostQuestion: posts_visible_to,
    Programme: programmes_visible_to,
    Place: places_visible_to,
    PlacementRound: placements.rounds_visible_to,
    Offer: placements.offers_visible_to,
    Review: reviews_visible_to,
    OutboxMessage: messages_visible_to,
    User: people_visible_to,
}


def ids(query: Select[Any]) -> set[int]:
    entity: type[Entity] = query.column_descriptions[0]["entity"]
    return set(db.session.scalars(query.with_only_columns(entity.id).order_by(None)))
