"""What hosts, researchers and their homes do about research stays."""

from app.foundation.languages import lazy

SENTENCES = {
    "staycalls.begun": lazy("%(who)s began this call for research stays."),
    "staycalls.saved": lazy("%(who)s changed whom the host would receive."),
    "staycalls.text_saved": lazy("%(who)s wrote what readers read (%(locale)s)."),
    "staycalls.form_saved": lazy("%(who)s changed the application form (version %(number)s)."),
    "staycalls.rubric_saved": lazy("%(who)s saved version %(number)s of the scoring guide."),
    "staycalls.audience_saved": lazy("%(who)s wrote who may ask."),
    "staycalls.published": lazy("%(who)s published it; people may ask for stays."),
    "staycalls.closed": lazy("%(who)s closed it to applications."),
    "staycalls.reopened": lazy("%(who)s opened it to applications again."),
    "staycalls.given_up": lazy("%(who)s cancelled this call: %(reason)s."),
    "stayrequest.saved": lazy("%(who)s wrote which stay is asked for."),
    "invitations.exported": lazy(
        "%(who)s took a list of invitations out for %(recipient)s (rows: %(rows)s)."
    ),
    "invitation.begun": lazy("%(who)s began an invitation of %(name)s."),
    "invitation.saved": lazy("%(who)s changed the invitation before it was sent."),
    "invitation.sent": lazy("%(who)s sent the invitation to %(name)s."),
    "invitation.changed": lazy("%(who)s sent the invitation to %(name)s anew (number %(number)s)."),
    "invitation.time given": lazy("%(who)s gave more time to answer."),
    "invitation.link sent": lazy("%(who)s sent %(to)s a new link to the invitation."),
    "invitation.home asked": lazy("%(who)s sent %(to)s a link, to agree for the home institution."),
    "invitation.accepted": lazy("%(name)s accepted the invitation."),
    "invitation.declined": lazy("%(name)s declined the invitation."),
    "invitation.agreed": lazy("%(who)s agreed to the stay for %(home)s."),
    "invitation.refused": lazy("%(who)s did not agree to the stay, for %(home)s."),
    "invitation.agreement recorded": lazy(
        "%(who)s recorded on behalf of %(home)s, from the letter of %(signer)s (%(function)s): "
        "it agrees to the stay."
    ),
    "invitation.refusal recorded": lazy(
        "%(who)s recorded on behalf of %(home)s, from the letter of %(signer)s (%(function)s): "
        "it does not agree to the stay."
    ),
    "invitation.withdrawn": lazy("%(who)s withdrew the invitation: %(because)s."),
    "invitation.left": lazy("%(name)s withdrew the application, and the invitation with it."),
    "invitation.cancelled": lazy("%(who)s called the stay off: %(because)s."),
    "outcome.asked": lazy("The person was asked what came of the stay."),
    "outcome.saved": lazy("%(who)s worked on what came of the stay."),
    "outcome.sent": lazy("%(who)s told what came of the stay."),
    "outcome.confirmed": lazy("%(who)s confirmed what came of the stay."),
    "outcome.returned": lazy("%(who)s sent back what was told of the stay."),
    "outcome.shown": lazy("%(who)s agreed that the world reads what came of the stay."),
    "outcome.hidden": lazy("%(who)s does not want the world to read it any more."),
    "outcome.published": lazy("%(who)s put what came of the stay on the page of the host."),
    "outcome.taken off": lazy("%(who)s took what came of the stay off the page of the host."),
    "invitation.person known": lazy("%(name)s has an account now and finds the invitation there."),
}
