"""The issuer's pages: what it issued, what is being issued, how it looks, and taking one back."""

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.certificates import policy, queries
from app.certificates.forms import ReplaceForm, RevokeForm, SettingsForm
from app.certificates.models import Certificate, CertificateBatch, IssuerSettings
from app.certificates.numbering import serial
from app.certificates.operations import (
    LogoWanted,
    SignatoryWanted,
    call_off_batch,
    replace_certificate,
    revoke_certificate,
    save_settings,
)
from app.certificates.operations.keeping import default_pattern
from app.certificates.states import RevocationReason
from app.certificates.views.own import before_asked, listed
from app.certificates.views.printed import sample_pdf
from app.files.kinds import JPEG, PNG
from app.files.operations import CheckedFile, check_file
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotPermitted, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation

bp = Blueprint("issuing", __name__, url_prefix="/certificates")
LARGEST_PICTURE = 1024 * 1024


@bp.get("/office")
@needs(policy.LOOK_OVER_SOME)
def office() -> ResponseReturnValue:
    """The bodies one works for; with one alone, straight to it."""
    policy.LOOK_OVER_SOME.require(current_actor(), None)
    issuers = db.session.scalars(queries.issuers_visible_to(current_actor())).all()
    if len(issuers) == 1:
        return redirect(url_for(".issued", issuer_id=issuers[0].id))
    return render_template("certificates/office/issuers.html", issuers=issuers)


@bp.get("/office/<int:issuer_id>")
@needs(policy.LOOK_OVER)
def issued(issuer_id: int) -> ResponseReturnValue:
    """What the issuer issued, the newest first; found by name or number."""
    actor, issuer = current_actor(), _issuer(issuer_id)
    text = request.args.get("q", "").replace("\0", "")[:100].strip()
    query = queries.certificates_of_issuer(actor, issuer.id, text=text, before=before_asked())
    return render_template(
        "certificates/office/issued.html",
        issuer=issuer,
        text=text,
        batches=db.session.scalars(queries.batches_of_issuer(actor, issuer.id)).all(),
        **listed(db.session.scalars(query).all()),
    )


@bp.get("/office/<int:issuer_id>/settings")
@needs(policy.LOOK_OVER)
def settings(issuer_id: int) -> ResponseReturnValue:
    issuer = _issuer(issuer_id)
    form = SettingsForm(formdata=None)
    form.show(_settings(issuer), default_pattern(issuer))
    return _settings_page(issuer, form)


@bp.get("/office/<int:issuer_id>/sample")
@needs(policy.LOOK_OVER)
def sample(issuer_id: int) -> ResponseReturnValue:
    """How a certificate looks with what is saved, before anybody gets one."""
    issuer = _issuer(issuer_id)
    plain = IssuerSettings(pattern=default_pattern(issuer), signatories=[], logos=[])
    made = sample_pdf(db.session(), issuer, _settings(issuer) or plain, clock.now())
    return Response(made, mimetype="application/pdf", headers={"Cache-Control": "no-store"})


@bp.post("/office/<int:issuer_id>/settings")
@needs(policy.LOOK_OVER)
def save(issuer_id: int) -> ResponseReturnValue:
    form = SettingsForm()
    refusal, pictures = _pictures(form)
    if refusal or not form.validate():
        return _settings_page(_issuer(issuer_id), form, refusal), 422
    try:
        with unit_of_work(current_actor()) as work:
            issuer = work.find(
                queries.issuers_visible_to(work.actor).where(Organisation.id == issuer_id)
            )
            before = work.session.scalar(queries.settings_in_use(issuer.id))
            save_settings(
                work,
                issuer,
                pattern=form.pattern.data,
                signatories=_signatories(form, before, pictures),
                logos=_logos(form, before, pictures),
                version=form.version.data,
            )
    except RuleBroken as broken:
        return _settings_page(_issuer(issuer_id), form, str(broken)), 409
    except ChangedMeanwhile as changed:
        return _settings_page(_issuer(issuer_id), form, str(changed)), 409
    flash(_("Saved. Certificates look like this from now on; what was issued stays."), "success")
    return redirect(url_for(".settings", issuer_id=issuer_id))


@bp.get("/<int:certificate_id>/revoke")
@needs(policy.REVOKE)
def before_revoking(certificate_id: int) -> ResponseReturnValue:
    return _ending(certificate_id, "revoke", RevokeForm(formdata=None))


@bp.post("/<int:certificate_id>/revoke")
@needs(policy.REVOKE)
def revoke(certificate_id: int) -> ResponseReturnValue:
    form = RevokeForm()
    with unit_of_work(current_actor()) as work:
        found = work.find(_certificate(certificate_id))
        policy.REVOKE.require(work.actor, found)
        valid = form.validate()
        if valid:
            revoke_certificate(
                work,
                found,
                reason=RevocationReason(form.reason.data),
                note=form.note.data or "",
            )
    if not valid:
        return _ending(certificate_id, "revoke", form), 422
    flash(_("The certificate is taken back. Its holder is told by mail."), "success")
    return redirect(url_for("certificates.certificate", certificate_id=certificate_id))


@bp.get("/<int:certificate_id>/replace")
@needs(policy.REVOKE)
def before_replacing(certificate_id: int) -> ResponseReturnValue:
    form = ReplaceForm(formdata=None)
    found = one_or_404(queries.certificate_with_all(current_actor(), certificate_id))
    form.offer(found.facts.names)
    form.show(found.facts.names)
    return _ending(certificate_id, "replace", form)


@bp.post("/<int:certificate_id>/replace")
@needs(policy.REVOKE)
def replace(certificate_id: int) -> ResponseReturnValue:
    form, refusal, instead = ReplaceForm(), "", None
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(_certificate(certificate_id))
            policy.REVOKE.require(work.actor, found)
            form.offer(found.facts.names)
            if form.validate():
                instead = replace_certificate(
                    work, found, names=form.names(), note=form.note.data or ""
                ).id
    except RuleBroken as broken:
        refusal = str(broken)
    if instead is None:
        return _ending(certificate_id, "replace", form, refusal), 409 if refusal else 422
    flash(_("The corrected certificate is issued. Its holder is told by mail."), "success")
    return redirect(url_for("certificates.certificate", certificate_id=instead))


@bp.get("/batches/<int:batch_id>")
@needs(policy.HANDLE_BATCH)
def batch(batch_id: int) -> ResponseReturnValue:
    """How far a batch is, and whose certificate could not be issued."""
    found = one_or_404(queries.batch_with_all(current_actor(), batch_id))
    issued, refused = queries.outcome(db.session(), found.id)
    return render_template(
        "certificates/office/batch.html",
        batch=found,
        issued=issued,
        refused=refused,
        refusals=db.session.scalars(queries.wishes_refused(found.id)).all() if refused else [],
        form=Button(formdata=None),
    )


@bp.post("/batches/<int:batch_id>/cancel")
@needs(policy.HANDLE_BATCH)
def cancel(batch_id: int) -> ResponseReturnValue:
    form = Button()
    with unit_of_work(current_actor()) as work:
        found = work.find(
            queries.batches_visible_to(work.actor).where(CertificateBatch.id == batch_id)
        )
        if not form.validate():
            raise NotPermitted(form.first_error())
        call_off_batch(work, found)
    flash(_("The rest is called off. What is issued already stays."), "success")
    return redirect(url_for(".batch", batch_id=batch_id))


def _issuer(issuer_id: int) -> Organisation:
    query = queries.issuers_visible_to(current_actor()).where(Organisation.id == issuer_id)
    return one_or_404(query)


def _certificate(certificate_id: int) -> Any:
    return queries.certificates_visible_to(current_actor()).where(Certificate.id == certificate_id)


def _ending(certificate_id: int, page: str, form: Any, refusal: str = "") -> str:
    found = one_or_404(queries.certificate_with_all(current_actor(), certificate_id))
    policy.REVOKE.require(current_actor(), found)
    shown = cast("list[Any]", listed([found])["shown"])
    return render_template(
        f"certificates/office/{page}.html",
        certificate=found,
        facts=found.facts,
        title=shown[0][2],
        title_lang=shown[0][3],
        form=form,
        refusal=refusal,
    )


def _settings(issuer: Organisation) -> IssuerSettings | None:
    return db.session.scalar(queries.settings_in_use(issuer.id))


def _settings_page(issuer: Organisation, form: Any, refusal: str = "") -> str:
    in_use, year = _settings(issuer), clock.now().year
    return render_template(
        "certificates/office/settings.html",
        issuer=issuer,
        form=form,
        in_use=in_use,
        refusal=refusal,
        example=serial(in_use.pattern if in_use else default_pattern(issuer), year=year, number=42),
        versions=db.session.scalars(queries.settings_versions(issuer.id)).all(),
    )


def _pictures(form: Any) -> tuple[str, dict[str, CheckedFile]]:
    """Pictures that came along, checked before the transaction begins; or why one is refused."""
    found: dict[str, CheckedFile] = {}
    fields = [*(row[3] for row in form.signatories()), *(row[1] for row in form.logos())]
    for field in fields:
        sent = field.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            continue
        try:
            file = check_file(
                cast("BinaryIO", sent.stream),
                file_name=sent.filename,
                declared=sent.mimetype or "",
            )
        except RuleBroken as refused:
            return str(refused), {}
        if file.kind not in {PNG, JPEG} or len(file.content) > LARGEST_PICTURE:
            return _("Use a PNG or JPEG picture of at most 1 MB for logos and signatures."), {}
        found[field.name] = file
    return "", found


def _signatories(
    form: Any, before: IssuerSettings | None, pictures: dict[str, CheckedFile]
) -> list[SignatoryWanted]:
    """Rows that have a name; a picture that was there stays with the row until another comes."""
    return [
        SignatoryWanted(
            name=name.data,
            native_name=native.data or "",
            function=function.data or "",
            file_id=_kept(before.signatories if before else (), n),
            picture=pictures.get(signature.name),
        )
        for n, (name, native, function, signature) in enumerate(form.signatories())
        if name.data
    ]


def _logos(
    form: Any, before: IssuerSettings | None, pictures: dict[str, CheckedFile]
) -> list[LogoWanted]:
    rows = [
        LogoWanted(
            name=name.data,
            file_id=_kept(before.logos if before else (), n),
            picture=pictures.get(logo.name),
        )
        for n, (name, logo) in enumerate(form.logos())
        if name.data
    ]
    return [row for row in rows if row.picture or row.file_id]


def _kept(rows: Sequence[dict[str, Any]], number: int) -> int | None:
    return rows[number].get("file_id") if number < len(rows) else None
