"""Who writes transcripts, who reads them, and who decides what they count as."""

from app.exchanges.policy import is_an_international_office, is_secretariat
from app.foundation.actors import Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.mobility.policy import is_the_home, is_the_host, is_the_student
from app.recognition.models import Recognition, Transcript
from app.recognition.states import Origin, TranscriptState


@Rule
def wrote_it(actor: Actor, transcript: Transcript) -> bool:
    """The office of the host, of what it wrote here itself."""
    return transcript.origin is Origin.HOST and actor.holds(
        Role.COORDINATOR, Scope.ORGANISATION, transcript.host_id
    )


@Rule
def was_issued(_actor: Actor, transcript: Transcript) -> bool:
    return transcript.state is not TranscriptState.DRAFT


@Rule
def is_of(actor: Actor, transcript: Transcript) -> bool:
    return actor.user_id == transcript.person_id


@Rule
def sent_the_student(actor: Actor, transcript: Transcript) -> bool:
    return actor.holds(Role.COORDINATOR, Scope.ORGANISATION, transcript.home_id)


@Rule
def recognises(actor: Actor, recognition: Recognition) -> bool:
    return actor.holds(Role.COORDINATOR, Scope.ORGANISATION, recognition.home_id)


@Rule
def is_recognised_for(actor: Actor, recognition: Recognition) -> bool:
    return actor.user_id == recognition.person_id


SEE_OFFICE: Permission[object] = Permission(
    "recognition.see office",
    "Only international offices of universities have this page.",
    is_an_international_office,
)
VIEW_STAY = Permission(
    "recognition.view stay",
    "You may not see this nomination.",
    is_the_student | is_the_home | is_the_host | is_secretariat,
)
WRITE = Permission(
    "recognition.write",
    "Only the host writes the transcript of a stay.",
    is_the_host,
)
TAKE_FILE = Permission(
    "recognition.take file",
    "Only the student and the university at home bring a transcript from elsewhere.",
    is_the_student | is_the_home,
)
VIEW_TRANSCRIPT = Permission(
    "recognition.view transcript",
    "You may not see this transcript.",
    wrote_it | (was_issued & (is_of | sent_the_student | is_secretariat)),
)
EDIT_TRANSCRIPT = Permission(
    "recognition.edit transcript", "Only the host changes its transcript.", wrote_it
)
VIEW_RECOGNITION = Permission(
    "recognition.view recognition",
    "Only the student and the university at home read what is recognised.",
    is_recognised_for | recognises | is_secretariat,
)
DECIDE = Permission(
    "recognition.decide",
    "Only the university at home decides what a transcript counts as.",
    recognises,
)
