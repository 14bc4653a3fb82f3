"""The life of an agreement between universities, and of a posting; the words of its facts."""

from enum import StrEnum

from app.foundation.states import Flow, move


class AgreementState(StrEnum):
    TALKED_ABOUT = "talked about"  # no revision was approved by all its sides yet
    IN_FORCE = "in force"  # also while the next revision is talked about
    ENDED = "ended"


class AgreementFlow(Flow):
    states = AgreementState

    put_in_force = move(
        AgreementState.TALKED_ABOUT, AgreementState.IN_FORCE, to=AgreementState.IN_FORCE
    )
    end = move(AgreementState.TALKED_ABOUT, AgreementState.IN_FORCE, to=AgreementState.ENDED)


class PostingStage(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    NOMINATIONS_CLOSED = "nominations closed"
    FILLED = "filled"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


# Nothing in it can be changed any more.
ENDED = (PostingStage.FILLED, PostingStage.CLOSED, PostingStage.WITHDRAWN)


class PostingFlow(Flow):
    states = PostingStage

    open = move(PostingStage.DRAFT, to=PostingStage.OPEN)
    close_nominations = move(PostingStage.OPEN, to=PostingStage.NOMINATIONS_CLOSED)
    reopen = move(PostingStage.NOMINATIONS_CLOSED, to=PostingStage.OPEN)
    fill = move(PostingStage.NOMINATIONS_CLOSED, to=PostingStage.FILLED)
    close = move(PostingStage.NOMINATIONS_CLOSED, to=PostingStage.CLOSED)
    withdraw = move(
        PostingStage.DRAFT,
        PostingStage.OPEN,
        PostingStage.NOMINATIONS_CLOSED,
        to=PostingStage.WITHDRAWN,
    )


class Tuition(StrEnum):
    """What students pay the host for teaching."""

    WAIVED = "waived"
    REDUCED = "reduced"
    CHARGED = "charged"


class Housing(StrEnum):
    """What the host does about where students live."""

    GIVEN = "given"
    HELPED = "helped"
    OWN = "own"


class AnswersFor(StrEnum):
    """For which students a contact person answers."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"
    BOTH = "both"
