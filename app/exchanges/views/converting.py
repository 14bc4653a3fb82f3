"""Public pages that read the published tables: credits, language scores, grades."""

from dataclasses import dataclass
from fractions import Fraction

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.exchanges import queries, wording
from app.exchanges.credits import Cap, Conversion, Meter, conversions, disagree
from app.exchanges.forms import ConvertForm, ScoreForm
from app.exchanges.forms.reference import amount_of
from app.exchanges.levels import band_of
from app.exchanges.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.page_cache import cacheable
from app.foundation.web import public

# In whose credits the caps of a country are.
CAPPED = {"jp-tani": "JP"}


@dataclass(frozen=True, slots=True)
class Filled:
    """How far a cap is filled by the least and by the most that sources give."""

    cap: Cap
    least: Meter | None = None
    most: Meter | None = None


@bp.get("/credits")
@public
@cacheable
def convert() -> ResponseReturnValue:
    """Convert a number of credits by every rule that holds today."""
    form = ConvertForm(request.args)
    units = queries.credit_units(db.session())
    form.among(units)
    asked = "credits" in request.args
    valid = asked and form.validate()
    found: tuple[Conversion, ...] = ()
    if valid:
        rules = queries.credit_rules(db.session())
        today = clock.now().date()
        found = conversions([form.amount], form.origin.data, form.target.data, rules, day=today)
    page = render_template(
        "exchanges/credits.html",
        form=form,
        valid=valid,
        found=found,
        differ=disagree(found),
        caps=[_filled(cap, found, form) for cap in queries.credit_caps(db.session())],
        units=units,
        names={unit.scheme: wording.system_name(unit.scheme, unit.name) for unit in units},
        wording=wording,
    )
    return page, 422 if asked and not valid else 200


def _filled(cap: Cap, found: tuple[Conversion, ...], form: ConvertForm) -> Filled:
    if not found or CAPPED.get(form.target.data) != cap.system:
        return Filled(cap)
    counted: list[Fraction] = [result.counted for result in found]
    before = Meter(cap, form.already)
    return Filled(cap, before.with_more(min(counted)), before.with_more(max(counted)))


@bp.get("/levels")
@public
@cacheable
def levels() -> ResponseReturnValue:
    """Which CEFR level a score stands for: the score is what counts, the level is derived."""
    form = ScoreForm(request.args)
    bands = queries.score_bands(db.session())
    form.among(band.test for band in bands)
    asked = "score" in request.args
    valid = asked and form.validate()
    band = None
    if valid:
        score = amount_of(form.score.data) or Fraction(0)
        band = band_of(bands, form.test.data, score, form.taken.data or clock.now().date())
    page = render_template(
        "exchanges/levels.html", form=form, valid=valid, band=band, bands=bands, wording=wording
    )
    return page, 422 if asked and not valid else 200


@bp.get("/grades")
@public
@cacheable
def grades() -> ResponseReturnValue:
    """What the same scores are graded at universities that compared; a proposal, no rule."""
    table = queries.grade_table(db.session())
    names = list(dict.fromkeys(name for band in table.bands for name in band.grades))
    return render_template("exchanges/grades.html", table=table, names=names, wording=wording)
