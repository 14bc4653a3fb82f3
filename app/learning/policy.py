"""Who writes, signs and reads learning agreements."""

from app.exchanges.policy import is_secretariat
from app.foundation.actors import Actor
from app.foundation.permissions import Permission, Rule
from app.learning.models import LearningAgreement
from app.mobility import policy as mobility
from app.mobility.states import Side


@Rule
def is_the_student(actor: Actor, agreement: LearningAgreement) -> bool:
    """The nomination must be loaded."""
    return mobility.is_the_student.holds(actor, agreement.nomination)


@Rule
def is_the_home(actor: Actor, agreement: LearningAgreement) -> bool:
    return mobility.is_the_home.holds(actor, agreement.nomination)


@Rule
def is_the_host(actor: Actor, agreement: LearningAgreement) -> bool:
    return mobility.is_the_host.holds(actor, agreement.nomination)


BEGIN = Permission(
    "learning.begin",
    "Only the student and the two universities begin a learning agreement.",
    mobility.is_the_student | mobility.is_the_home | mobility.is_the_host,
)
VIEW = Permission(
    "learning.view",
    "Only the student and the two universities read this agreement.",
    is_the_student | is_the_home | is_the_host | is_secretariat,
)
SPEAK = Permission(
    "learning.speak",
    "Only the student and the two universities write and sign this agreement.",
    is_the_student | is_the_home | is_the_host,
)
GIVE_OUT = Permission(
    "learning.give out",
    "Only the two universities take this agreement to other systems.",
    is_the_home | is_the_host,
)
TAKE_FILE = Permission(
    "learning.take file",
    "Only the two universities bring what the host said in its own system.",
    is_the_home | is_the_host,
)


def sides_of(actor: Actor, agreement: LearningAgreement) -> tuple[Side, ...]:
    """For which sides one may speak; a student speaks for nobody else in an own agreement."""
    if is_the_student.holds(actor, agreement):
        return (Side.STUDENT,)
    offices = {Side.HOME: is_the_home, Side.HOST: is_the_host}
    return tuple(side for side, rule in offices.items() if rule.holds(actor, agreement))
