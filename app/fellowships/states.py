"""The life of a question that somebody asked about a call."""

from enum import StrEnum

from app.foundation.states import Flow, move


class EnquiryState(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"  # for everybody to read
    ANSWERED_ALONE = "answered alone"  # for who asked, and nobody else


class EnquiryFlow(Flow):
    states = EnquiryState

    answer = move(EnquiryState.WAITING, EnquiryState.ANSWERED_ALONE, to=EnquiryState.ANSWERED)
    answer_alone = move(EnquiryState.WAITING, to=EnquiryState.ANSWERED_ALONE)
