"""Questions about a call: anybody signed in asks, the office answers, all read the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.accounts.queries import recipient
from app.applications.operations.applying import titles
from app.audit.record import record
from app.fellowships import policy
from app.fellowships.messages import QuestionAnswered
from app.fellowships.models import Call, Enquiry, EnquiryText
from app.fellowships.queries import answers
from app.fellowships.states import EnquiryFlow, EnquiryState
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.notify import notify
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.deadlines import has_passed
from app.opportunities.states import OpportunityState

ASK = "fellowships.ask"
# Enough for whoever reads the call well; whoever needs more asks several things at once.
A_DAY = 5
SHORTEST = 10


@dataclass(frozen=True, slots=True)
class Said:
    """A question and its answer in one language, for everybody to read."""

    question: str
    answer: str


def ask_about(work: Work, call: Call, *, text: str, locale: str, key: str = "") -> Enquiry:
    """Ask the office something about its call, in one's own language."""
    policy.ASK.require(work.actor, call)
    earlier = earlier_result(work, ASK, key)
    if earlier is not None:
        return work.session.get_one(Enquiry, earlier)
    if call.state is not OpportunityState.PUBLISHED or has_passed(call, work.now):
        raise RuleBroken(_("Questions are taken until the deadline of the call."))
    if len(text) < SHORTEST:
        raise RuleBroken(_("Write your question as a whole sentence."))
    asker = work.actor.user_id or 0
    if answers.asked_since(work.session, asker, work.now - timedelta(days=1)) >= A_DAY:
        raise RuleBroken(
            _("You have asked %(number)s questions within a day. Ask again tomorrow.", number=A_DAY)
        )

    enquiry = Enquiry(
        opportunity_id=call.id, asked_by_id=asker, asked_at=work.now, locale=locale, text=text
    )
    work.session.add(enquiry)

    record(work, "enquiry.asked", enquiry)
    remember_result(work, ASK, key, enquiry.id)
    _ask_the_office(work, call)
    return enquiry


def answer_for_all(
    work: Work, call: Call, enquiry: Enquiry, *, said: Mapping[str, Said], version: int | None
) -> None:
    """Publish the answer, or put a published one better; who asked is named nowhere.

    `said` is by language. The call of the enquiry must be `call`, its asker and texts loaded.
    """
    policy.ANSWER_QUESTION.require(work.actor, call)
    if not said:
        raise RuleBroken(_("Write the question and its answer in at least one language."))
    if any(not one.question or not one.answer for one in said.values()):
        raise RuleBroken(_("Write both the question and its answer in each language you use."))
    work.edit(enquiry, version)

    is_first = enquiry.state is not EnquiryState.ANSWERED
    if is_first:
        EnquiryFlow.answer(enquiry)
        enquiry.answered_at, enquiry.answered_by_id = work.now, work.actor.user_id
    kept = {text.locale: text for text in enquiry.texts}
    for locale, one in said.items():
        text = kept.get(locale)
        if text is None:
            enquiry.texts.append(
                EnquiryText(locale=locale, question=one.question, answer=one.answer)
            )
        else:
            text.question, text.answer = one.question, one.answer
    enquiry.texts = [text for text in enquiry.texts if text.locale in said]
    stamp_catalogue(work)

    record(
        work,
        "enquiry.answered" if is_first else "enquiry.answer changed",
        enquiry,
        opportunity_id=call.id,
    )
    _ask_the_office(work, call)
    _tell(work, call, enquiry, {locale: one.answer for locale, one in said.items()})


def answer_alone(
    work: Work, call: Call, enquiry: Enquiry, *, reply: str, version: int | None
) -> None:
    """Answer who asked and nobody else: it is about this one person, or asked before."""
    policy.ANSWER_QUESTION.require(work.actor, call)
    if not reply:
        raise RuleBroken(_("Write what you answer."))
    work.edit(enquiry, version)

    EnquiryFlow.answer_alone(enquiry)
    enquiry.answered_at, enquiry.answered_by_id = work.now, work.actor.user_id
    enquiry.reply = reply

    record(work, "enquiry.answered alone", enquiry, opportunity_id=call.id)
    _ask_the_office(work, call)
    _tell(work, call, enquiry, {})


def _tell(work: Work, call: Call, enquiry: Enquiry, said: dict[str, str]) -> None:
    """An answer that is put better is told again: somebody may have acted on the earlier one."""
    message = QuestionAnswered(
        ref=call.ref,
        titles=titles(work, call),
        asked=enquiry.text,
        answers=said,
        reply="" if said else enquiry.reply,
    )
    notify(work, recipient(enquiry.asker), message, once=f"{enquiry.id}:{enquiry.version}")


def _ask_the_office(work: Work, call: Call) -> None:
    """One task a call, with how many questions wait; none when nothing does."""
    work.session.flush()
    number = answers.number_waiting(work.session, call.id)
    if not number:
        close_tasks(work, "questions to answer", call)
        return
    open_task(
        work,
        "questions to answer",
        call,
        role=Role.MANAGER,
        scope=Scope.PROGRAMME,
        scope_id=call.programme_id,
        opportunity_id=call.id,
        number=number,
        about=call.title,
    )
