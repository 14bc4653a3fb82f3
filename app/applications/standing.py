"""Where an application stands, in words for its applicant: now, with whom, and what next. Pure."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from app.applications.states import UNDECIDED, WAITING_FOR, Waiting
from app.applications.states import ApplicationState as S
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.opportunities.states import BY_CENTRES, Kind


class Mark(StrEnum):
    """How a line of the timeline is drawn."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the timeline."""

    title: str
    sentence: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Standing:
    """What the status page says first: the state's word, the sentence, who has it, what next."""

    word: str
    tone: str
    sentence: str
    holder: str
    following: str


# An applicant sees being shortlisted as being read: nothing is decided before results are out.
_READING = frozenset(state for state, what in WAITING_FOR.items() if what is Waiting.READING)
_RESULTS = frozenset({S.OFFERED, S.ACCEPTED, S.DECLINED, S.LAPSED, S.NOT_SELECTED})


_AT_NOMINATOR = frozenset({S.AWAITING_NOMINATION, S.NOT_NOMINATED})


def standing(
    state: S,
    *,
    office: str,
    nominator: str = "",
    may_appeal: bool = False,
    kind: Kind = Kind.FELLOWSHIP,
    to_change: bool = False,
    called_off: bool = False,
) -> Standing:
    """What to tell the applicant in this state; `office` runs the call, `nominator` nominates.

    Of the `kind` that a centre decides on nobody is placed at a host. With `to_change` the office
    waits for changed answers; `called_off` when what was applied for is cancelled.
    """
    you = _("You have it now.")
    theirs = _("%(office)s has it now.", office=office)
    nobody = _("Nothing more is asked of anybody.")
    told = _("You are told by mail and here as soon as there is a decision.")
    words = {
        S.DRAFT: (
            _("Draft"),
            "warn",
            _("Nobody but you sees this application yet."),
            you,
            _("Complete every section, check your answers and submit."),
        ),
        S.AWAITING_NOMINATION: (
            _("Waits for nomination"),
            "now",
            _("Your application has arrived, and the body you chose is asked to nominate you."),
            _("%(body)s has it now.", body=nominator or _("The nominating body")),
            _("When you are nominated, the office checks that it meets the conditions."),
        ),
        S.NOT_NOMINATED: (
            _("Not nominated"),
            "bad",
            _("The body you chose does not nominate you for this call."),
            nobody,
            _(
                "If you think this is a mistake, write to it. While the call is open, you can "
                "withdraw this application and apply another way."
            ),
        ),
        S.SUBMITTED: (
            _("Submitted"),
            "now",
            _("Your application has arrived. The office checks that it meets the conditions."),
            theirs,
            _("If the conditions are met, reviewers read it next."),
        ),
        S.INELIGIBLE: (
            _("Not eligible"),
            "bad",
            _("The office found that a condition of this call is not met."),
            nobody,
            _("If you think this is a mistake, appeal below: somebody else looks at it.")
            if may_appeal
            else _("If you think this is a mistake, write to the office and say why."),
        ),
        S.OFFERED: (
            _("Offer made"),
            "now",
            _("You are offered a seat. Please accept or decline it."),
            you,
            _("If you accept, the host institution prepares for your arrival."),
        ),
        S.ACCEPTED: (
            _("Accepted"),
            "good",
            _("You accepted the seat. Congratulations."),
            theirs,
            _("The host institution gets in touch with you about your arrival."),
        ),
        S.DECLINED: (
            _("Declined"),
            "",
            _("You declined the seat; it goes to somebody else."),
            nobody,
            _("You can apply for other opportunities at any time."),
        ),
        S.LAPSED: (
            _("Offer lapsed"),
            "",
            _("The offer was not answered in time, so the seat goes to somebody else."),
            nobody,
            _("If something kept you from answering, write to the office soon."),
        ),
        S.NOT_SELECTED: (
            _("Not selected"),
            "",
            _("There were more good applications than seats, and this one got none."),
            nobody,
            _("You can apply for other opportunities at any time."),
        ),
        S.WITHDRAWN: (
            _("Withdrawn"),
            "",
            _("You withdrew this application."),
            nobody,
            _("While the call is open, you can start a new one."),
        ),
    }
    reading = (
        _("Being read"),
        "now",
        _("Reviewers read your application and score it, each on their own."),
        theirs,
        told,
    )
    if kind in BY_CENTRES:
        reading = (
            _("Being read"),
            "now",
            _("The centre reads your application beside the others."),
            theirs,
            told,
        )
        following = {S.SUBMITTED: told}
        if kind is Kind.COURSE:
            following |= {
                S.OFFERED: _("Answer in time: a seat that is not answered goes to somebody else."),
                S.ACCEPTED: _("When and where you meet is on the page of your course."),
            }
        words |= {known: (*words[known][:4], said) for known, said in following.items()}
    if kind is Kind.FACILITY:
        words |= _of_use(you, theirs, nobody)
    if kind is Kind.VISIT:
        reading = (
            _("Being read"),
            "now",
            _("Reviewers or the office read your application beside the others."),
            theirs,
            told,
        )
        words |= _of_visit(you, nobody)
    if kind is Kind.RESEARCH_STAY:
        words[S.SUBMITTED] = (*words[S.SUBMITTED][:4], told)
        said = _("The host reads your request beside the others.")
        reading = (_("Being read"), "now", said, theirs, told)
        words |= _of_stay(you, theirs, nobody)
    if called_off and state in UNDECIDED:
        return Standing(
            _("Cancelled"),
            "bad",
            _("What you applied for is cancelled."),
            nobody,
            _("You can apply for other opportunities at any time."),
        )
    found = Standing(*words.get(state, reading))
    if not to_change:
        return found
    asked = _("The office asks you to change something. Open it, and send what you changed.")
    return replace(found, tone="warn", holder=you, following=asked)


def _of_use(you: str, theirs: str, nobody: str) -> dict[S, tuple[str, str, str, str, str]]:
    """What is different where one applies to use something: there are no seats."""
    return {
        S.OFFERED: (
            _("Offer made"),
            "now",
            _("You are offered use. Please accept or decline it."),
            you,
            _("Answer in time: what is not answered is free for others again."),
        ),
        S.ACCEPTED: (
            _("Accepted"),
            "good",
            _("You accepted the conditions of use."),
            theirs,
            _("How much you may use, and when, is on the page of your grant."),
        ),
        S.DECLINED: (
            _("Declined"),
            "",
            _("You declined the use; others may have it."),
            nobody,
            _("You can apply for other opportunities at any time."),
        ),
        S.LAPSED: (
            _("Offer lapsed"),
            "",
            _("The offer was not answered in time, so others may have the use."),
            nobody,
            _("If something kept you from answering, write to the office soon."),
        ),
        S.NOT_SELECTED: (
            _("Not selected"),
            "",
            _("The centre could not grant this use."),
            nobody,
            _("You can apply for other opportunities at any time."),
        ),
    }


def _of_visit(you: str, nobody: str) -> dict[S, tuple[str, str, str, str, str]]:
    """What is different where an institution applies to receive a group."""
    return {
        S.OFFERED: (
            _("Awarded"),
            "now",
            _("Your group may come. Please accept or decline the award."),
            you,
            _("Answer in time: an award that is not answered goes to another group."),
        ),
        S.ACCEPTED: (
            _("Accepted"),
            "good",
            _("You accepted the award; the group comes."),
            you,
            _("Who comes, and the list for visas, are on the page of the group."),
        ),
        S.DECLINED: (
            _("Declined"),
            "",
            _("You declined the award; another group may have it."),
            nobody,
            _("You can apply for another group visit at any time."),
        ),
        S.LAPSED: (
            _("Award lapsed"),
            "",
            _("The award was not answered in time, so another group may have it."),
            nobody,
            _("If something kept you from answering, write to the office soon."),
        ),
        S.NOT_SELECTED: (
            _("Not selected"),
            "",
            _("This group was not selected."),
            nobody,
            _("You can apply for another group visit at any time."),
        ),
    }


def _of_stay(you: str, theirs: str, nobody: str) -> dict[S, tuple[str, str, str, str, str]]:
    """What is different where one asks a host for a stay: it answers with an invitation."""
    other = _("You can ask for other stays at any time.")
    return {
        S.OFFERED: (
            _("Invited"),
            "now",
            _("The host invites you. Please accept or decline the invitation."),
            you,
            _("Your institution has to agree as soon as you accept."),
        ),
        S.ACCEPTED: (
            _("Accepted"),
            "good",
            _("You accepted the invitation."),
            theirs,
            _("What has to be ready before you go is on the page of the invitation."),
        ),
        S.DECLINED: (
            _("Declined"),
            "",
            _("The invitation was declined; somebody else may come."),
            nobody,
            other,
        ),
        S.LAPSED: (
            _("Invitation over"),
            "",
            _("The invitation does not hold any more."),
            nobody,
            other,
        ),
        S.NOT_SELECTED: (
            _("Not invited"),
            "",
            _("The host could not invite you this time."),
            nobody,
            other,
        ),
    }


def timeline(state: S, *, nominated: bool = False) -> list[Stage]:
    """The way of every application, with where this one is; `nominated` ones have a step more."""
    at = _position(state)
    lines = [
        (_("Submitted"), _("What you sent is kept exactly as it was.")),
        (
            _("Conditions checked"),
            _("The office looks whether every condition of the call is met."),
        ),
        (_("Read by reviewers"), _("Reviewers who do not work with you read and score it.")),
        (_("Decided"), _("A manager proposes who is placed where; a second person approves.")),
        (_("Answered"), _("Everyone is told on the same day. Whoever has an offer answers it.")),
    ]
    if nominated or state in _AT_NOMINATOR:
        asked = (_("Nominated"), _("The body you chose decides whether it nominates you."))
        lines.insert(1, asked)
        at = 1 if state in _AT_NOMINATOR else at if at < 1 else at + 1
    return [
        Stage(title, sentence, Mark.DONE if n < at else Mark.NOW if n == at else Mark.LATER)
        for n, (title, sentence) in enumerate(lines)
    ]


def _position(state: S) -> int:
    """Which line of the timeline is now; beyond the last when everything is over."""
    if state is S.DRAFT:
        return 0
    if state in {S.SUBMITTED, S.INELIGIBLE, *_AT_NOMINATOR}:
        return 1
    if state in _READING:
        return 2
    if state is S.OFFERED:
        return 4
    return 5 if state in _RESULTS else -1


def usual_wait(days: int, applications: int, waited: timedelta) -> str:
    """How long this usually takes here, and whether it takes longer this time.

    `days` is the median over `applications` of past calls, `waited` how long it has been by now.
    """
    usual = ngettext(
        "In past calls this usually took %(num)s day",
        "In past calls this usually took %(num)s days",
        days,
    )
    known = ngettext(
        "(known of %(num)s application).", "(known of %(num)s applications).", applications
    )
    if waited > timedelta(days=days + 1):
        late = _("This time it takes longer; nothing is wrong with your application.")
        return f"{usual} {known} {late}"
    return f"{usual} {known}"
