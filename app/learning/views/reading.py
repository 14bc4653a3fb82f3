"""Pages on which learning agreements are read, signed and refused; and what waits to be signed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import wording as exchange_words
from app.exchanges.credits import Conversion, Rule, conversions, disagree
from app.exchanges.queries import answering, credit_rules
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.learning import ewp, policy, queries, standing, wording
from app.learning.forms import MessageForm, SignForm
from app.learning.models import LearningAgreement, LearningWriting
from app.learning.operations import begin_agreement, refuse_agreement, sign_agreement
from app.learning.standing import refused_by, signed_by
from app.learning.states import Standing
from app.learning.tables import Difference, Row, Table, Tables, difference, faults, totals
from app.learning.views import bp
from app.learning.views.printed import agreement_pdf
from app.mobility import policy as mobility
from app.mobility import wording as mobility_words
from app.mobility.queries import nomination_with_all
from app.mobility.states import NominationState, Side


@dataclass(frozen=True, slots=True)
class Shown:
    """One writing of an agreement as a page shows it to somebody."""

    agreement: LearningAgreement
    writing: LearningWriting
    content: Tables
    standing: Standing
    sides: tuple[Side, ...]
    signed_before: LearningWriting | None
    different: Difference
    to_sign: list[SignForm]
    wrong: list[str]

    @property
    def is_newest(self) -> bool:
        return self.writing.number == self.agreement.latest_number

    def rows(self, table: str) -> tuple[Row, ...]:
        return self.content.of_table(Table(table))

    def signatures(self, side: Side) -> list[Any]:
        return [said for said in self.writing.signatures if said.side is side]

    def refusals(self, side: Side) -> list[Any]:
        return [said for said in self.writing.refusals if said.side is side]


def stands(agreement: LearningAgreement) -> Standing:
    return standing.standing(
        queries.values_of(agreement),
        queries.signatures_of(agreement),
        queries.refusals_of(agreement),
    )


def show(
    agreement: LearningAgreement,
    writing: LearningWriting,
    function: str,
    *,
    sent: SignForm | None = None,
    back: str = "",
) -> Shown:
    """`sent` is the form that was not taken; what it was for is now the newest writing."""
    actor = current_actor()
    content = queries.content_of(writing)
    sides = policy.sides_of(actor, agreement)
    before = queries.last_signed_by(agreement, actor, sides)
    forms = []
    for side in _still_mine(agreement, writing, sides):
        if sent is not None and sent.side.data == side.value:
            form = sent
            form.fingerprint.data = writing.fingerprint
        else:
            values = {"side": side.value, "fingerprint": writing.fingerprint, "back": back}
            form = SignForm(formdata=None, data=values | {"function": function})
        forms.append(form.named_apart(f"{agreement.id}-{side.value}"))
    return Shown(
        agreement,
        writing,
        content,
        stands(agreement),
        sides,
        before,
        difference(queries.content_of(before), content) if before else Difference(),
        forms,
        [
            f"{key}: {wording.fault_sentence(fault)}" if key else wording.fault_sentence(fault)
            for key, fault in faults(content)
        ],
    )


def _still_mine(
    agreement: LearningAgreement, writing: LearningWriting, sides: tuple[Side, ...]
) -> list[Side]:
    """For which sides this person may still sign or refuse this writing."""
    me = current_actor()
    stale = writing.number != agreement.latest_number
    over = agreement.nomination.state is not NominationState.VERIFIED
    if stale or over or any(queries.signed_in_person(said, me) for said in writing.signatures):
        return []
    value, signed = queries.value_of(writing), queries.signatures_of(agreement)
    refused = refused_by(value, queries.refusals_of(agreement), signed)
    return [side for side in sides if not refused - {side}]


@bp.get("")
@needs(SIGNED_IN)
def agreements() -> ResponseReturnValue:
    """All that one may read, the newest first."""
    actor = current_actor()
    found = db.session.scalars(queries.agreements_listed(actor)).unique().all()
    return render_template(
        "learning/list.html",
        every=[(one, stands(one)) for one in found],
        waiting=queries.number_waiting(db.session(), actor),
        of_exchanges=mobility.SEE_OFFICE.allows(actor, None),
        wording=wording,
        exchange_words=exchange_words,
    )


@bp.get("/inbox")
@needs(SIGNED_IN)
def inbox() -> ResponseReturnValue:
    """Everything that waits for this person, side by side; each is signed by itself."""
    actor = current_actor()
    found = db.session.scalars(queries.inbox(actor)).unique().all()
    function = queries.last_function(db.session(), actor)
    return render_template(
        "learning/inbox.html",
        every=[show(one, one.writings[-1], function, back="inbox") for one in found],
        **_words(),
    )


@bp.post("/nominations/<int:nomination_id>/begin")
@needs(policy.BEGIN)
def begin(nomination_id: int) -> ResponseReturnValue:
    def find(work: Work) -> Any:
        found = work.find(nomination_with_all(work.actor, nomination_id))
        policy.BEGIN.require(work.actor, found)
        return found

    return settle(
        Button(),
        find=find,
        do=begin_agreement,
        said=_("Write which courses you take, and what each counts as at home."),
        to=url_for(".of_nomination", nomination_id=nomination_id),
    )


@bp.get("/nominations/<int:nomination_id>")
@needs(policy.BEGIN)
def of_nomination(nomination_id: int) -> ResponseReturnValue:
    """The agreement of a nomination, or where it is begun."""
    actor = current_actor()
    nomination = one_or_404(nomination_with_all(actor, nomination_id))
    policy.BEGIN.require(actor, nomination)
    found = db.session.scalar(queries.agreement_of(nomination_id))
    if found is not None:
        return page_of(found.id)
    return render_template(
        "learning/begin.html", nomination=nomination, exchange_words=exchange_words
    )


@bp.get("/<int:agreement_id>")
@needs(policy.VIEW)
def agreement(agreement_id: int) -> ResponseReturnValue:
    return page_of(agreement_id)


@bp.get("/<int:agreement_id>/<int:number>")
@needs(policy.VIEW)
def version(agreement_id: int, number: int) -> ResponseReturnValue:
    """One version as it was written. A later one being there, it is read and signs nothing."""
    return page_of(agreement_id, number=number)


@bp.get("/<int:agreement_id>/<int:number>/agreement.pdf")
@needs(policy.VIEW)
def paper(agreement_id: int, number: int) -> ResponseReturnValue:
    found = one_or_404(queries.agreement_with_all(current_actor(), agreement_id))
    policy.VIEW.require(current_actor(), found)
    return agreement_pdf(found, writing_of(found, number))


@bp.post("/<int:agreement_id>/sign")
@needs(policy.SPEAK)
def sign(agreement_id: int) -> ResponseReturnValue:
    return _say(
        agreement_id,
        lambda work, found, form: sign_agreement(
            work,
            found,
            side=form.for_side,
            fingerprint=form.fingerprint.data or "",
            function=form.function.data or "",
        ),
        _("You have signed. The others are told whose turn it is."),
    )


@bp.post("/<int:agreement_id>/refuse")
@needs(policy.SPEAK)
def refuse(agreement_id: int) -> ResponseReturnValue:
    return _say(
        agreement_id,
        lambda work, found, form: refuse_agreement(
            work,
            found,
            side=form.for_side,
            fingerprint=form.fingerprint.data or "",
            comment=form.comment.data or "",
            function=form.function.data or "",
        ),
        _("The other sides read what has to be different."),
    )


def _say(
    agreement_id: int, do: Callable[[Work, LearningAgreement, SignForm], object], said: str
) -> ResponseReturnValue:
    form = SignForm()
    to_inbox = form.back.data == "inbox"
    return settle(
        form,
        find=lambda work: found_to_speak(work, agreement_id),
        do=lambda work, found: do(work, found, form),
        said=said,
        to=url_for(".inbox") if to_inbox else url_for(".agreement", agreement_id=agreement_id),
        again=lambda refusal: page_of(agreement_id, sent=form, refusal=refusal),
    )


def found_to_speak(work: Work, agreement_id: int) -> LearningAgreement:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = work.find(queries.agreement_with_all(work.actor, agreement_id))
    policy.SPEAK.require(work.actor, found)
    return found


def page_of(
    agreement_id: int,
    *,
    number: int | None = None,
    sent: SignForm | None = None,
    bringing: MessageForm | None = None,
    refusal: str = "",
) -> str:
    """A version of an agreement; `bringing` is the form of a file that was not taken."""
    actor = current_actor()
    found = one_or_404(queries.agreement_with_all(actor, agreement_id))
    policy.VIEW.require(actor, found)
    may_write = (
        policy.SPEAK.allows(actor, found) and found.nomination.state is NominationState.VERIFIED
    )
    if number is None and not found.writings:
        return render_template("learning/empty.html", agreement=found, may_write=may_write)
    writing = writing_of(found, found.latest_number if number is None else number)
    shown = show(found, writing, queries.last_function(db.session(), actor), sent=sent)
    may_give_out = policy.GIVE_OUT.allows(actor, found)
    return render_template(
        "learning/agreement.html",
        shown=shown,
        sent=sent or bringing or MessageForm(formdata=None),
        refusals=[refusal] if refusal else [],
        bringing=bringing or MessageForm(formdata=None),
        who=answering(db.session(), found.nomination.home_id, found.nomination.host_id),
        may_give_out=may_give_out,
        lacks=_lacks(found) if may_give_out else [],
        waits_for_host=ewp.proposed(found) is not None,
        may_write=may_write,
        converted=converted(shown.content, writing, found),
        signed_sides={
            one.number: signed_by(queries.value_of(one), queries.signatures_of(found))
            for one in found.writings
        },
        **_words(),
    )


def _lacks(found: LearningAgreement) -> list[str]:
    """What has to be written before a file can be made."""
    lacks = ewp.missing(found, ewp.beside_of(db.session(), found))
    return [wording.missing()[one] for one in lacks]


def writing_of(found: LearningAgreement, number: int) -> LearningWriting:
    writing = next((one for one in found.writings if one.number == number), None)
    if writing is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return writing


def _words() -> dict[str, Any]:
    return {
        "wording": wording,
        "exchange_words": exchange_words,
        "sides": mobility_words.sides(),
        "Side": Side,
    }


# --- credits of one system in another


@dataclass(frozen=True, slots=True)
class Converted:
    """What is studied in one system, by each published rule in the system at home."""

    origin: str
    target: str
    found: tuple[Conversion, ...]

    @property
    def differ(self) -> bool:
        return disagree(self.found)


def converted(
    content: Tables, writing: LearningWriting, agreement: LearningAgreement
) -> list[Converted]:
    """By the rules that held on the day of writing. What counts is what table B says."""
    studied = [
        row for row in content.rows if row.table is not Table.RECOGNISED and not row.unrecognised
    ]
    at_home = totals(content.of_table(Table.RECOGNISED))
    pairs = [
        (origin, given, target)
        for origin, given in totals(studied).items()
        for target in at_home
        if origin and target and origin != target
    ]
    rules: tuple[Rule, ...] = credit_rules(db.session()) if pairs else ()
    day, home = writing.written_at.date(), agreement.nomination.home.ref
    return [
        Converted(origin, target, conversions([given], origin, target, rules, day=day, home=home))
        for origin, given, target in pairs
    ]
