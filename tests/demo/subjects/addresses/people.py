"""What addresses of people, organisations, files and certificates name."""

from app.accounts.models import RoleGrant, SessionRow, User
from app.certificates.models import Certificate, CertificateBatch
from app.dashboards.faces import Face
from app.files.models import Upload
from app.notifications.models import OutboxMessage
from app.organisations.models import Organisation
from tests.demo.subjects.addresses.naming import Named, NamedByArguments, all_of

NAMED: NamedByArguments = {
    ("message_id",): Named(all_of(OutboxMessage), lambda m: {"message_id": m.id}),
    ("organisations", "ref"): Named(all_of(Organisation), lambda o: {"ref": o.ref}),
    ("public", "ref"): Named(all_of(Organisation), lambda o: {"ref": o.ref}),
    ("public", "locale", "ref"): Named(
        all_of(Organisation), lambda o: {"locale": "km", "ref": o.ref}
    ),
    ("person_id",): Named(all_of(User), lambda p: {"person_id": p.id}),
    ("grant_id", "person_id"): Named(
        all_of(RoleGrant), lambda g: {"person_id": g.user_id, "grant_id": g.id}
    ),
    ("key",): Named(all_of(Upload), lambda u: {"key": u.key}),
    ("session_id",): Named(all_of(SessionRow), lambda s: {"session_id": s.id}),
    ("certificate_id",): Named(all_of(Certificate), lambda c: {"certificate_id": c.id}),
    ("batch_id",): Named(all_of(CertificateBatch), lambda b: {"batch_id": b.id}),
    ("issuer_id",): Named(lambda demo: demo.issuers, lambda o: {"issuer_id": o.id}),
    ("verify", "ref"): Named(all_of(Organisation), lambda o: {"ref": o.ref}),
    ("thumbprint",): Named(lambda _demo: ["no-key-of-ours"], lambda t: {"thumbprint": t}),
    ("face",): Named(lambda _demo: list(Face), lambda f: {"face": f.value}),
    # A token that nobody was sent.
    ("secret",): Named(lambda _demo: ["an-address-that-nobody-was-shown"], lambda s: {"secret": s}),
    ("token",): Named(lambda _demo: ["a-token-that-nobody-was-sent"], lambda t: {"token": t}),
    (): Named(lambda _demo: [], lambda _nothing: {}),
}
