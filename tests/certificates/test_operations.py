"""Issuing, taking back and replacing: once, in order, by whom it belongs to, never changed."""

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.certificates import policy, queries
from app.certificates.facts import Names
from app.certificates.keyring import keyring
from app.certificates.models import Certificate, IssuerSettings, SigningKey
from app.certificates.operations import (
    SignatoryWanted,
    erase_holder,
    replace_certificate,
    revoke_certificate,
    rotate_key,
    save_settings,
)
from app.certificates.signing import WrongSignature, opened, verify
from app.certificates.states import CertificateKind, RevocationReason
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from app.organisations.models import Organisation
from tests import make
from tests.certificates.scene import achievement, scene


def messages(session, kind: str) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.kind == f"certificates/{kind}")
    return list(session.scalars(query))


def found(work, certificate: Certificate) -> Certificate:
    query = queries.certificates_visible_to(work.actor).where(Certificate.id == certificate.id)
    return work.find(query)


def test_a_certificate_freezes_what_was_so_and_tells_its_holder(session) -> None:
    here = scene()
    certificate = here.issue(result={"en": "Passed"})
    session.get_one(User, here.holder.id).passport_name = "SOMEBODY ELSE"
    session.get_one(Organisation, here.issuer.id).name = "Renamed"
    session.commit()
    facts = here.again(certificate).facts
    assert (facts.names.latin, facts.names.native) == ("SOK Sophea", "សុខ សុភា")
    assert facts.centre.name == "Khmer AI Centre"
    assert facts.achievement == achievement()
    assert certificate.serial == f"{here.issuer.ref.upper()}-2027-0001"
    told = messages(session, "issued")
    assert [(m.person_id, m.values["serial"]) for m in told] == [
        (here.holder.id, certificate.serial)
    ]
    verbs = session.scalars(
        select(AuditEntry.verb).where(AuditEntry.subject_kind == "certificate")
    ).all()
    assert verbs == ["certificate.issued"]


def test_the_name_on_certificates_comes_before_that_of_the_passport(session) -> None:
    here = scene()
    person = make.person("LONG Passport Name", certificate_name="Ko Ko")
    assert here.issue(person).facts.names == Names("Ko Ko")


def test_the_same_occasion_is_certified_once(session) -> None:
    here = scene()
    first, again = here.issue(), here.issue()
    assert first.id == again.id
    assert session.scalar(select(func.count(Certificate.id))) == 1
    assert len(messages(session, "issued")) == 1


def test_numbers_follow_each_other_and_begin_again_with_the_year(session) -> None:
    here = scene()
    people = [make.person() for _n in range(3)]
    serials = [here.issue(p).serial for p in people]
    next_year = here.issue(make.person(), now=make.NOW.replace(year=2028)).serial
    ref = here.issuer.ref.upper()
    assert serials == [f"{ref}-2027-000{n}" for n in (1, 2, 3)]
    assert next_year == f"{ref}-2028-0001"


def test_the_year_is_that_of_the_centre(session) -> None:
    """An hour before midnight in London it is the next year in Phnom Penh."""
    here = scene()
    late = make.NOW.replace(month=12, day=31, hour=23)
    assert here.issue(now=late).serial.split("-")[2] == "2028"


@pytest.mark.parametrize(
    "change",
    [
        update(Certificate).values(serial="OTHER-1"),
        update(Certificate).values(snapshot={"names": {}}),
        update(Certificate).values(jws="x"),
        update(Certificate).values(holder_id=1),
        delete(Certificate),
        update(IssuerSettings).values(pattern="X-{number}"),
        delete(IssuerSettings),
        update(SigningKey).values(public={}),
        delete(SigningKey),
        text("UPDATE certificate SET issued_at = '2020-01-01 00:00:00+00'"),
    ],
    ids=str,
)
def test_the_database_itself_refuses_to_change_what_was_issued(session, change) -> None:
    here = scene()
    make.person()
    here.issue()
    with pytest.raises(DBAPIError, match="certificate_is_frozen"):
        session.execute(change)
    session.rollback()


def test_taking_back_is_once_and_for_a_reason(session) -> None:
    here = scene()
    certificate = here.issue()
    staff = make.actor(here.staff)
    with unit_of_work(staff, now=make.NOW) as work:
        revoke_certificate(
            work,
            found(work, certificate),
            reason=RevocationReason.RESULT_CHANGED,
            note="The task was copied.",
        )
    again = here.again(certificate)
    assert (again.revoked_at, again.revocation_reason) == (
        make.NOW,
        RevocationReason.RESULT_CHANGED,
    )
    told = messages(session, "revoked")
    assert [(m.person_id, m.values["note"]) for m in told] == [
        (here.holder.id, "The task was copied.")
    ]
    with pytest.raises(RuleBroken), unit_of_work(staff) as work:
        revoke_certificate(
            work, found(work, certificate), reason=RevocationReason.MISCONDUCT, note="x"
        )
    for change in ({"revoked_at": None, "revocation_reason": None}, {"revocation_note": "y"}):
        with pytest.raises(DBAPIError, match="certificate_is_frozen"):
            session.execute(update(Certificate).values(**change))
        session.rollback()


def test_a_corrected_name_makes_another_certificate_and_ends_the_first(session) -> None:
    here = scene()
    certificate = here.issue(result={"en": "92 of 100"})
    with unit_of_work(make.actor(here.staff), now=make.NOW) as work:
        instead = replace_certificate(
            work,
            found(work, certificate),
            names=Names("SOK Sophea Chan"),
            note="A name was missing",
        )
    former = here.again(certificate)
    assert former.replaced_by_id == instead.id
    assert former.revocation_reason is RevocationReason.NAME_CORRECTED
    assert instead.facts.names == Names("SOK Sophea Chan")
    assert instead.facts.result == {"en": "92 of 100"}
    assert instead.serial != former.serial
    assert len(messages(session, "replaced")) == 1
    assert messages(session, "revoked") == []
    assert here.issue().id == instead.id, "the occasion leads to the one that holds"


def test_the_same_name_again_is_no_correction(session) -> None:
    here = scene()
    certificate = here.issue()
    with (
        pytest.raises(RuleBroken, match="the same"),
        unit_of_work(make.actor(here.staff)) as work,
    ):
        replace_certificate(work, found(work, certificate), names=certificate.facts.names, note="x")


def test_another_centre_neither_reads_nor_takes_back(session) -> None:
    here, there = scene(), scene("Another Centre")
    certificate = here.issue()
    stranger, actor = make.actor(make.person()), make.actor(there.staff)
    for who in (actor, stranger):
        assert not policy.VIEW.allows(who, certificate)
        assert not policy.REVOKE.allows(who, certificate)
        with pytest.raises(NotFound), unit_of_work(who) as work:
            found(work, certificate)
        with pytest.raises(NotPermitted), unit_of_work(who) as work:
            revoke_certificate(
                work,
                work.session.get_one(Certificate, certificate.id),
                reason=RevocationReason.MISCONDUCT,
                note="x",
            )
    with pytest.raises(NotPermitted), unit_of_work(actor) as work:
        save_settings(
            work, work.session.get_one(Organisation, here.issuer.id), pattern="X1-{number}"
        )
    assert policy.VIEW.allows(make.actor(here.holder), certificate)
    assert not policy.REVOKE.allows(make.actor(here.holder), certificate)


def test_nobody_takes_back_their_own(session) -> None:
    here = scene()
    make.grant(here.holder, Role.CENTRE, Scope.ORGANISATION, here.issuer.id)
    certificate = here.issue()
    assert not policy.REVOKE.allows(make.actor(here.holder), certificate)


def test_settings_are_kept_in_versions_and_what_was_printed_stays(session) -> None:
    here = scene()
    before = here.issue()
    with unit_of_work(make.actor(here.staff), now=make.NOW) as work:
        issuer = work.session.get_one(Organisation, here.issuer.id)
        saved = save_settings(
            work,
            issuer,
            pattern="KHAI/{year}/{number:03}",
            signatories=[SignatoryWanted("Dr Sok", "Director")],
            version=1,
        )
    session.expunge_all()
    after = here.issue(make.person())
    assert (before.settings_id, after.settings_id) == (saved.id - 1, saved.id)
    assert after.serial == "KHAI/2027/002"
    with pytest.raises(ChangedMeanwhile), unit_of_work(make.actor(here.staff)) as work:
        issuer = work.session.get_one(Organisation, here.issuer.id)
        save_settings(work, issuer, pattern="KHAI/{year}/{number:03}", version=1)


@pytest.mark.parametrize(
    "pattern",
    ["AIC", "{number}", "AIC-{number}-{number}", "aic-{number}", "AIC-{year}{number}", "AI C-{number}",
     "AIC-{other}-{number}", "AIC1{number}", "A-{number:0}", "X" * 50 + "-{year}-{number}"],
)  # fmt: skip
def test_a_pattern_that_could_make_twins_is_refused(session, pattern) -> None:
    here = scene()
    with pytest.raises(RuleBroken), unit_of_work(make.actor(here.staff)) as work:
        save_settings(work, work.session.get_one(Organisation, here.issuer.id), pattern=pattern)


def test_two_centres_never_make_the_same_number(session) -> None:
    here, there = scene(), scene("Another Centre")
    with unit_of_work(make.actor(here.staff)) as work:
        save_settings(
            work, work.session.get_one(Organisation, here.issuer.id), pattern="AIC-{year}-{number}"
        )
    with (
        pytest.raises(RuleBroken, match="Another centre"),
        unit_of_work(make.actor(there.staff)) as work,
    ):
        save_settings(
            work,
            work.session.get_one(Organisation, there.issuer.id),
            pattern="AIC-{year}-{number:05}",
        )


def test_a_name_that_no_font_draws_is_refused_and_not_an_empty_box(session) -> None:
    here = scene()
    with pytest.raises(RuleBroken, match="ᬅ"):
        here.issue(names=Names("Balinese", "ᬅᬓ᭄ᬱᬭ"))
    assert session.scalar(select(func.count(Certificate.id))) == 0


def test_a_signatory_whom_no_font_draws_is_refused_before_anything_is_issued(session) -> None:
    here = scene()
    with pytest.raises(RuleBroken, match="ᬅ"), unit_of_work(make.actor(here.staff)) as work:
        save_settings(
            work,
            work.session.get_one(Organisation, here.issuer.id),
            pattern="AIC-{number}",
            signatories=[SignatoryWanted("Somebody", "Director", "ᬅ")],
        )


@pytest.mark.parametrize("mark", ["\ufeff", "\u20dd", "😀"])
def test_marks_that_a_font_has_not_on_that_letter_are_refused_too(session, mark) -> None:
    here = scene()
    with pytest.raises(RuleBroken, match="cannot be printed"):
        here.issue(names=Names("SOK", f"សុខ{mark}"))


def test_a_new_key_signs_and_old_certificates_stay_good(session, app) -> None:
    here = scene()
    old = here.issue()
    outcome = app.test_cli_runner().invoke(args=["certificates", "rotate-key"])
    assert outcome.exit_code == 0, outcome.output
    new = here.issue(make.person())
    keys = {k.thumbprint: k.public for k in session.scalars(queries.every_key())}
    assert len(keys) == 2
    for certificate in (old, new):
        header, _payload = opened(certificate.jws)
        thumbprint = header["kid"].rsplit("/", 1)[-1]
        assert verify(certificate.jws, keys.pop(thumbprint))["jti"] == (certificate.urn)
    assert keys == {}


def test_the_private_key_is_ours_alone_and_not_in_the_database(session) -> None:
    here = scene()
    here.issue()
    key = session.scalars(queries.key_in_use()).one()
    file = keyring().folder / f"{key.thumbprint}.pem"
    assert oct(file.stat().st_mode)[-3:] == "600"
    assert oct(keyring().folder.stat().st_mode)[-3:] == "700"
    assert set(key.public) == {"kty", "n", "e"}


def test_without_the_private_key_nothing_is_signed_with_another(session) -> None:
    here = scene()
    here.issue()
    for file in keyring().folder.iterdir():
        file.unlink()
    with pytest.raises(RuleBroken, match="signing key"):
        here.issue(make.person())
    with unit_of_work(SYSTEM) as work:
        rotate_key(work)
    here.issue(make.person())


def test_only_the_site_itself_changes_keys(session) -> None:
    here = scene()
    with pytest.raises(NotPermitted), unit_of_work(make.actor(here.staff)) as work:
        rotate_key(work)


def test_an_erased_holder_leaves_a_number_and_nothing_else(session) -> None:
    here = scene()
    certificate = here.issue(result={"en": "92 of 100"})
    with unit_of_work(SYSTEM, now=make.NOW) as work:
        row = work.find(select(Certificate).where(Certificate.id == certificate.id))
        erase_holder(work, row)
    again = here.again(certificate)
    kept = f"{again.snapshot} {again.found_by} {again.jws} {again.holder_id}"
    assert "Sophea" not in kept
    assert "92 of 100" not in kept  # an organisation's number may hold a 92
    assert again.snapshot["result"] == {}
    assert again.serial == certificate.serial
    with pytest.raises(DBAPIError, match="certificate_is_frozen"):
        session.execute(update(Certificate).values(jws="again"))
    session.rollback()


def test_a_signature_of_another_key_is_none(session) -> None:
    here = scene()
    certificate = here.issue()
    with unit_of_work(SYSTEM) as work:
        other = rotate_key(work)
    with pytest.raises(WrongSignature):
        verify(certificate.jws, other.public)
