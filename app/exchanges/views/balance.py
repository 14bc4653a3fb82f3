"""The balance of exchanges: per partner for international offices, per country for all of us."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import policy, queries
from app.exchanges.balance import ledgers
from app.exchanges.forms.balance import ExchangeForm, ReverseForm
from app.exchanges.models import BalanceEntry
from app.exchanges.operations import record_exchange, reverse_entry
from app.exchanges.views import bp
from app.foundation import clock
from app.foundation.actors import Role
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import country_names
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Pair:
    """One's own university, and the other that is looked at."""

    university: Organisation
    partner: Organisation | None

    def address(self, partner: str = "") -> str:
        other = partner or (self.partner.ref if self.partner else "")
        return url_for(".balance", university=self.university.ref, partner=other or None)


@bp.get("/balance")
@needs(policy.SEE_AGREEMENTS)
def balance() -> ResponseReturnValue:
    """A coordinator's partners; for the secretariat, countries."""
    actor = current_actor()
    policy.SEE_AGREEMENTS.require(actor, None)
    if not actor.is_a(Role.COORDINATOR):
        return _by_country()
    pair, own = _pair()
    return _pair_page(pair) if pair.partner else _partners(pair, own)


def _pair() -> tuple[Pair, Sequence[Organisation]]:
    """As the address says it, and the universities that one may look at it for."""
    own = db.session.scalars(queries.own_universities(current_actor())).all()
    if not own:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    asked = request.args.get("university", "")
    university = next((body for body in own if body.ref == asked), own[0])
    ref = request.args.get("partner", "")
    if not ref:
        return Pair(university, None), own
    partner = None if "\0" in ref else db.session.scalar(queries.universities_by_ref([ref]))
    if partner is None or partner.id == university.id:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return Pair(university, partner), own


def _partners(pair: Pair, own: Sequence[Organisation]) -> str:
    counts = queries.balance_of(db.session(), pair.university.id, clock.now().year)
    found = ledgers(counts, pair.university.id)
    bodies = db.session.scalars(queries.universities_by_id(found))
    return render_template(
        "exchanges/balance.html",
        pair=pair,
        own=own,
        ledgers=[(body, found[body.id]) for body in bodies],
    )


def _pair_page(pair: Pair, form: ExchangeForm | None = None, *refusals: str) -> str:
    actor, university, partner = current_actor(), pair.university, pair.partner
    if partner is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    counts = queries.balance_of(db.session(), university.id, clock.now().year)
    entries = db.session.scalars(queries.entries_between(actor, university.id, partner.id)).all()
    form = form or ExchangeForm(formdata=None)
    form.between(university.name, partner.name)
    reversed_ids = {entry.reverses_id for entry in entries}
    return render_template(
        "exchanges/balance_pair.html",
        pair=pair,
        ledger=ledgers(counts, university.id).get(partner.id),
        entries=entries,
        may_reverse={
            entry.id
            for entry in entries
            if entry.cause == "recorded"
            and entry.id not in reversed_ids
            and policy.REVERSE.allows(actor, entry)
        },
        form=form,
        refusals=refusals,
    )


def _by_country() -> str:
    codes = country_names(queries.countries_with_balance(db.session()))
    asked = request.args.get("country", "")
    country = asked if asked in dict(codes) else next((code for code, _name in codes), "")
    counts = queries.balance_by_country(db.session(), country, clock.now().year)
    found = ledgers(counts, country)
    return render_template(
        "exchanges/balance_countries.html",
        countries=codes,
        country=country,
        ledgers=[(name, found[code]) for code, name in country_names(found)],
    )


@bp.post("/balance")
@needs(policy.PROPOSE_SOME)
def enter_exchange() -> ResponseReturnValue:
    """Enter people of before, or off the system, from papers."""
    policy.PROPOSE_SOME.require(current_actor(), None)
    pair, own = _pair()
    if pair.partner is None:
        return _partners(pair, own), 422  # with whom, the address has to say
    form = ExchangeForm()
    form.between(pair.university.name, pair.partner.name)
    if not form.validate():
        return _pair_page(pair, form), 422
    try:
        with unit_of_work(current_actor()) as work:
            mine = work.session.get_one(Organisation, pair.university.id)
            other = work.session.get_one(Organisation, pair.partner.id)
            origin, target = (mine, other) if form.way.data == "out" else (other, mine)
            record_exchange(work, mine, origin=origin, target=target, **form.terms())
    except RuleBroken as refusal:
        return _pair_page(_pair()[0], form, str(refusal)), 409
    flash(_("It is entered."), "success")
    return redirect(pair.address())


@bp.get("/balance/<int:entry_id>")
@needs(policy.REVERSE)
def entry(entry_id: int) -> ResponseReturnValue:
    """Ask why an entry is to be reversed."""
    found = one_or_404(queries.one_entry(current_actor(), entry_id))
    policy.REVERSE.require(current_actor(), found)
    return _entry_page(found, ReverseForm(formdata=None))


@bp.post("/balance/<int:entry_id>")
@needs(policy.REVERSE)
def reverse(entry_id: int) -> ResponseReturnValue:
    form = ReverseForm()
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(queries.one_entry(work.actor, entry_id))
            policy.REVERSE.require(work.actor, found)
            if form.validate():
                reverse_entry(work, found, because=form.because.data or "")
    except RuleBroken as refusal:
        found = one_or_404(queries.one_entry(current_actor(), entry_id))
        return _entry_page(found, form, str(refusal)), 409
    if form.errors:
        return _entry_page(found, form), 422
    flash(_("The entry is reversed. Both stay to be read."), "success")
    return redirect(url_for(".balance"))


def _entry_page(found: BalanceEntry, form: ReverseForm, *refusals: str) -> str:
    return render_template(
        "exchanges/balance_entry.html", entry=found, form=form, refusals=refusals
    )
