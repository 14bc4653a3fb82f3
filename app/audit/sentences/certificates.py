"""What is done with certificates."""

from app.foundation.languages import lazy

SENTENCES = {
    "certificate.issued": lazy("%(who)s issued the certificate %(serial)s."),
    "certificate.revoked": lazy("%(who)s took the certificate %(serial)s back."),
    "certificate.replaced": lazy("%(who)s issued %(serial)s instead, with the name corrected."),
    "certificate.holder erased": lazy("Who held the certificate %(serial)s was erased."),
    "certificates.asked": lazy(
        "%(who)s asked for certificates for “%(name)s” (people: %(number)s)."
    ),
    "certificates.called off": lazy("%(who)s called off the certificates for “%(name)s”."),
    "certificates.settings saved": lazy(
        "%(who)s changed how certificates of %(name)s look (version %(number)s)."
    ),
    "certificates.key made": lazy("A new key signs certificates from now on (%(name)s)."),
}
