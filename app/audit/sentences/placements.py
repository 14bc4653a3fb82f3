"""What is done in rounds of placing, and with offers."""

from app.foundation.languages import lazy

SENTENCES = {
    "round.opened": lazy("%(who)s began a round of placing applicants."),
    "round.proposed": lazy("%(who)s had the proposal worked out (people placed: %(placed)s)."),
    "round.sent for approval": lazy("%(who)s sent the proposal for approval."),
    "round.sent back": lazy("%(who)s sent the proposal back."),
    "round.approved": lazy("%(who)s approved the proposal."),
    "round.released": lazy("%(who)s sent the offers (%(offers)s)."),
    "round.others told": lazy("%(who)s told those who have no seat (%(people)s)."),
    "round.withdrawn": lazy("%(who)s withdrew the proposal."),
    "placement.made by hand": lazy("%(who)s proposed the placement by hand."),
    "placement.taken out": lazy("%(who)s took the placement out of the proposal."),
    "placement.approved": lazy("%(who)s approved the placement."),
    "offer.released": lazy("%(who)s sent the offer."),
    "offer.reminded": lazy("%(who)s sent a reminder to answer the offer."),
    "offer.accepted": lazy("%(who)s accepted the offer."),
    "offer.declined": lazy("%(who)s declined the offer."),
    "offer.lapsed": lazy("The offer lapsed: it was not answered in time."),
    "offer.taken back": lazy("%(who)s took the offer back."),
    "offer.restored": lazy("%(who)s gave the offer again."),
}
