"""The life of an application, from draft to placed, and of a document asked for in it."""

from enum import StrEnum

from app.foundation.languages import lazy
from app.foundation.states import Flow, move


class ApplicationState(StrEnum):
    DRAFT = "draft"
    AWAITING_NOMINATION = "awaiting nomination"
    NOT_NOMINATED = "not nominated"
    SUBMITTED = "submitted"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    IN_REVIEW = "in review"
    SHORTLISTED = "shortlisted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_SELECTED = "not selected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


S = ApplicationState
IN_PROGRESS = frozenset({S.SUBMITTED, S.ELIGIBLE, S.IN_REVIEW, S.SHORTLISTED})
# In these nobody reads an application any more; in all others its documents are of use.
STILL_READ = frozenset(S) - {
    S.INELIGIBLE,
    S.DECLINED,
    S.NOT_SELECTED,
    S.WITHDRAWN,
    S.LAPSED,
}
# Here it is decided, once and for all as far as the rules go.
OVER = frozenset({*(frozenset(S) - STILL_READ), S.ACCEPTED})
# What no office has received.
BEFORE_THE_OFFICE = frozenset({S.DRAFT, S.AWAITING_NOMINATION, S.NOT_NOMINATED})
# In these somebody still hopes: it is with the office, or on its way there.
UNDECIDED = IN_PROGRESS | BEFORE_THE_OFFICE
# The tracking board's stages, in the order in which an application passes them.
FUNNEL = (
    S.DRAFT,
    S.SUBMITTED,
    S.ELIGIBLE,
    S.IN_REVIEW,
    S.SHORTLISTED,
    S.OFFERED,
    S.ACCEPTED,
)
# How every page of the office calls a state.
STATE_NAMES = {
    S.DRAFT: lazy("Draft"),
    S.AWAITING_NOMINATION: lazy("Waits for nomination"),
    S.NOT_NOMINATED: lazy("Not nominated"),
    S.SUBMITTED: lazy("Submitted"),
    S.ELIGIBLE: lazy("Eligible"),
    S.INELIGIBLE: lazy("Not eligible"),
    S.IN_REVIEW: lazy("In review"),
    S.SHORTLISTED: lazy("Shortlisted"),
    S.OFFERED: lazy("Offered"),
    S.ACCEPTED: lazy("Accepted"),
    S.DECLINED: lazy("Declined"),
    S.NOT_SELECTED: lazy("Not selected"),
    S.WITHDRAWN: lazy("Withdrawn"),
    S.LAPSED: lazy("Lapsed"),
}


class ApplicationFlow(Flow):
    states = ApplicationState

    submit = move(S.DRAFT, to=S.SUBMITTED)
    submit_to_nominator = move(S.DRAFT, to=S.AWAITING_NOMINATION)
    nominate = move(S.AWAITING_NOMINATION, S.NOT_NOMINATED, to=S.SUBMITTED)
    not_nominate = move(S.AWAITING_NOMINATION, to=S.NOT_NOMINATED)
    take_back_nomination = move(S.SUBMITTED, to=S.AWAITING_NOMINATION)
    pass_screening = move(S.SUBMITTED, S.INELIGIBLE, to=S.ELIGIBLE)
    fail_screening = move(S.SUBMITTED, S.ELIGIBLE, to=S.INELIGIBLE)
    open_review = move(S.ELIGIBLE, to=S.IN_REVIEW)
    shortlist = move(S.ELIGIBLE, S.IN_REVIEW, to=S.SHORTLISTED)
    unlist = move(S.SHORTLISTED, to=S.IN_REVIEW)
    offer = move(S.IN_REVIEW, S.SHORTLISTED, S.NOT_SELECTED, to=S.OFFERED)
    take_back_offer = move(S.OFFERED, S.ACCEPTED, to=S.SHORTLISTED)
    accept = move(S.OFFERED, to=S.ACCEPTED)
    decline = move(S.OFFERED, to=S.DECLINED)
    lapse = move(S.OFFERED, to=S.LAPSED)
    restore_offer = move(S.LAPSED, to=S.OFFERED)
    pass_over = move(S.ELIGIBLE, S.IN_REVIEW, S.SHORTLISTED, to=S.NOT_SELECTED)
    hear_again = move(S.NOT_SELECTED, to=S.SHORTLISTED)
    withdraw = move(
        S.DRAFT,
        S.AWAITING_NOMINATION,
        S.NOT_NOMINATED,
        S.SUBMITTED,
        S.ELIGIBLE,
        S.INELIGIBLE,
        S.IN_REVIEW,
        S.SHORTLISTED,
        S.OFFERED,
        S.ACCEPTED,
        to=S.WITHDRAWN,
    )
    come_back_as_draft = move(S.WITHDRAWN, to=S.DRAFT)
    come_back_awaiting_nomination = move(S.WITHDRAWN, to=S.AWAITING_NOMINATION)
    come_back_not_nominated = move(S.WITHDRAWN, to=S.NOT_NOMINATED)
    come_back_submitted = move(S.WITHDRAWN, to=S.SUBMITTED)
    come_back_eligible = move(S.WITHDRAWN, to=S.ELIGIBLE)
    come_back_ineligible = move(S.WITHDRAWN, to=S.INELIGIBLE)
    come_back_in_review = move(S.WITHDRAWN, to=S.IN_REVIEW)
    come_back_shortlisted = move(S.WITHDRAWN, to=S.SHORTLISTED)
    come_back_offered = move(S.WITHDRAWN, to=S.OFFERED)


# A withdrawal may be undone for a short time: the move that leads back to each state.
COME_BACK = {
    m.target: m for name, m in ApplicationFlow.moves().items() if name.startswith("come_back")
}


class Waiting(StrEnum):
    """What an applicant waits for, as the applicant sees it, whatever the office does meanwhile."""

    CHECKING = "checking"
    READING = "reading"


# Being on the shortlist is being read: nothing is decided before results are out.
WAITING_FOR = {
    S.SUBMITTED: Waiting.CHECKING,
    S.ELIGIBLE: Waiting.READING,
    S.IN_REVIEW: Waiting.READING,
    S.SHORTLISTED: Waiting.READING,
}


class ScreeningReason(StrEnum):
    """Why an application is not eligible: one of a list, so that like cases are told alike."""

    NATIONALITY = "nationality"
    AUDIENCE = "audience"
    DEGREE = "degree"
    LANGUAGE = "language"
    DATES = "dates"
    DOCUMENTS = "documents"
    TWICE = "twice"
    OTHER = "other"


# What the office picks from, and what the applicant reads, in the same words.
REASONS = {
    ScreeningReason.NATIONALITY: lazy("This call is for nationals of other countries."),
    ScreeningReason.AUDIENCE: lazy("This call is for another group of people."),
    ScreeningReason.DEGREE: lazy("The degree or experience that this call asks for is not shown."),
    ScreeningReason.LANGUAGE: lazy("The language level that this call asks for is not shown."),
    ScreeningReason.DATES: lazy("The dates of this call cannot be kept."),
    ScreeningReason.DOCUMENTS: lazy("A document that this call asks for is missing or unreadable."),
    ScreeningReason.TWICE: lazy("There is another application by the same person for this call."),
    ScreeningReason.OTHER: lazy("There is another reason, written below."),
}


class SlotState(StrEnum):
    """A document slot: what one call asks for, and what has come of it."""

    TO_DO = "to do"
    PROMISED = "promised"  # its digest is registered, its bytes are on their way
    GIVEN_TIME = "given time"  # its upload failed before the deadline: it may follow, for a day
    UPLOADED = "uploaded"
    ACCEPTED = "accepted"
    WAIVED = "waived"


class SlotFlow(Flow):
    states = SlotState

    promise = move(SlotState.TO_DO, to=SlotState.PROMISED)
    break_promise = move(SlotState.PROMISED, to=SlotState.TO_DO)
    give_time = move(SlotState.TO_DO, to=SlotState.GIVEN_TIME)
    run_out = move(SlotState.GIVEN_TIME, to=SlotState.TO_DO)
    upload = move(
        SlotState.TO_DO,
        SlotState.PROMISED,
        SlotState.GIVEN_TIME,
        SlotState.UPLOADED,
        SlotState.ACCEPTED,
        SlotState.WAIVED,
        to=SlotState.UPLOADED,
    )
    take_back = move(SlotState.UPLOADED, SlotState.ACCEPTED, to=SlotState.TO_DO)
    accept = move(SlotState.UPLOADED, to=SlotState.ACCEPTED)
    look_again = move(SlotState.ACCEPTED, to=SlotState.UPLOADED)
    waive = move(SlotState.TO_DO, SlotState.PROMISED, SlotState.GIVEN_TIME, to=SlotState.WAIVED)
    ask_after_all = move(SlotState.WAIVED, to=SlotState.TO_DO)


class ExportFormat(StrEnum):
    """What an export of applications is written as."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


class ExportState(StrEnum):
    """The life of an export: made by itself, and gone after some days."""

    WAITING = "waiting"
    READY = "ready"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ExportFlow(Flow):
    states = ExportState

    make = move(ExportState.WAITING, to=ExportState.READY)
    cancel = move(ExportState.WAITING, to=ExportState.CANCELLED)
    expire = move(ExportState.READY, to=ExportState.EXPIRED)


class ReferenceState(StrEnum):
    """How far a letter of recommendation has come, from being asked for to being here."""

    ASKED = "asked"
    WRITING = "writing"
    RECEIVED = "received"
    DECLINED = "declined"
    TAKEN_BACK = "taken back"
    REPLACED = "replaced"


AWAITED = frozenset({ReferenceState.ASKED, ReferenceState.WRITING})


class ReferenceFlow(Flow):
    states = ReferenceState

    begin = move(ReferenceState.ASKED, ReferenceState.WRITING, to=ReferenceState.WRITING)
    receive = move(ReferenceState.ASKED, ReferenceState.WRITING, to=ReferenceState.RECEIVED)
    open_again = move(ReferenceState.RECEIVED, to=ReferenceState.ASKED)
    decline = move(ReferenceState.ASKED, ReferenceState.WRITING, to=ReferenceState.DECLINED)
    take_back = move(ReferenceState.ASKED, ReferenceState.WRITING, to=ReferenceState.TAKEN_BACK)
    replace = move(
        ReferenceState.ASKED,
        ReferenceState.WRITING,
        ReferenceState.DECLINED,
        to=ReferenceState.REPLACED,
    )


class KeyKind(StrEnum):
    """What lets somebody without an account write: a link in a mail, or a code on paper."""

    LINK = "link"
    CODE = "code"


class LetterWay(StrEnum):
    """How a letter came."""

    LINK = "link"
    CODE = "code"
    POST = "post"


class ChangeState(StrEnum):
    """The life of a request to change some answers after submitting. Its date ends nothing."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class ChangeFlow(Flow):
    states = ChangeState

    answer = move(ChangeState.OPEN, to=ChangeState.ANSWERED)
    close = move(ChangeState.OPEN, to=ChangeState.CLOSED)


class RouteKind(StrEnum):
    """How one may come to a call: alone, or nominated by a body that vouches for its people."""

    DIRECT = "direct"
    UNIVERSITY = "university"
    MINISTRY = "ministry"
    CENTRE = "centre"
    HOST = "host"


ROUTE_NAMES = {
    RouteKind.DIRECT: lazy("On your own"),
    RouteKind.UNIVERSITY: lazy("Through your university"),
    RouteKind.MINISTRY: lazy("Through a ministry or an embassy"),
    RouteKind.CENTRE: lazy("Through an AI centre"),
    RouteKind.HOST: lazy("Through a host institution"),
}


class NoteLevel(StrEnum):
    """Who reads a note of the office."""

    MINE = "mine"
    OFFICE = "office"
    REVIEWERS = "reviewers"


NOTE_LEVELS = {
    NoteLevel.OFFICE: lazy("The office of this call"),
    NoteLevel.REVIEWERS: lazy("The office, and those who review this application"),
    NoteLevel.MINE: lazy("Only me"),
}


class TagColour(StrEnum):
    GREY = "grey"
    GREEN = "green"
    BLUE = "blue"
    AMBER = "amber"
    RED = "red"


TAG_COLOURS = {
    TagColour.GREY: lazy("Grey"),
    TagColour.GREEN: lazy("Green"),
    TagColour.BLUE: lazy("Blue"),
    TagColour.AMBER: lazy("Amber"),
    TagColour.RED: lazy("Red"),
}
# The chip of each colour, as the stylesheet calls it.
TAG_TONES = {
    TagColour.GREY: "",
    TagColour.GREEN: "good",
    TagColour.BLUE: "now",
    TagColour.AMBER: "warn",
    TagColour.RED: "bad",
}


class NominationState(StrEnum):
    """What became of an applicant's choice of a nominator."""

    CHOSEN = "chosen"
    WAITING = "waiting"
    NOMINATED = "nominated"
    DECLINED = "declined"


class NominationFlow(Flow):
    states = NominationState

    ask = move(NominationState.CHOSEN, to=NominationState.WAITING)
    nominate = move(NominationState.WAITING, NominationState.DECLINED, to=NominationState.NOMINATED)
    decline = move(NominationState.WAITING, to=NominationState.DECLINED)
    give_back = move(NominationState.NOMINATED, to=NominationState.WAITING)


class AppealState(StrEnum):
    """The life of an appeal against a decision."""

    MADE = "made"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class AppealFlow(Flow):
    states = AppealState

    uphold = move(AppealState.MADE, to=AppealState.UPHELD)
    dismiss = move(AppealState.MADE, to=AppealState.DISMISSED)


class ExceptionState(StrEnum):
    """What became of asking the office to let a condition pass."""

    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"


class ExceptionFlow(Flow):
    states = ExceptionState

    grant = move(ExceptionState.ASKED, ExceptionState.DECLINED, to=ExceptionState.GRANTED)
    decline = move(ExceptionState.ASKED, to=ExceptionState.DECLINED)
