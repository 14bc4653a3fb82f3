"""What offices do with calls, their questions and places, and with programmes."""

from app.foundation.languages import lazy

SENTENCES = {
    "opportunity.reviewer_named": lazy("%(who)s named a reviewer."),
    "opportunity.reviewer_dismissed": lazy("%(who)s took a reviewer off the list."),
    "call.prepared": lazy("%(who)s prepared the call “%(title)s”."),
    "call.text_saved": lazy("%(who)s changed the text of the call."),
    "call.translated": lazy("%(who)s translated the call into %(locale)s."),
    "call.window_saved": lazy("%(who)s set the deadline to %(closes)s (%(zone)s)."),
    "call.audience_saved": lazy("%(who)s said whom the call is for."),
    "call.terms_saved": lazy("%(who)s changed the terms of the call."),
    "call.letters_saved": lazy(
        "%(who)s set how many letters the call asks for (%(least)s to %(most)s)."
    ),
    "call.route opened": lazy("%(who)s said by which ways people apply."),
    "call.route closed": lazy("%(who)s closed a way to apply."),
    "call.form_saved": lazy("%(who)s saved version %(number)s of the application form."),
    "call.rubric_saved": lazy("%(who)s saved version %(number)s of the scoring guide."),
    "call.published": lazy("%(who)s published the call; it closes %(closes)s (%(zone)s)."),
    "call.extended": lazy("%(who)s extended the deadline to %(closes)s (%(zone)s)."),
    "call.extended for a country": lazy(
        "%(who)s gave nationals of %(country)s until %(closes)s (%(zone)s)."
    ),
    "call.extended for a person": lazy("%(who)s gave one person until %(closes)s (%(zone)s)."),
    "call.closed": lazy("%(who)s closed the call."),
    "call.reopened": lazy("%(who)s opened the call again."),
    "call.cancelled": lazy("%(who)s cancelled the call."),
    "call.corrected": lazy("%(who)s corrected what the call says (%(what)s)."),
    "enquiry.asked": lazy("%(who)s asked a question about the call."),
    "enquiry.answered": lazy("%(who)s published the answer to a question about the call."),
    "enquiry.answer changed": lazy("%(who)s changed a published answer."),
    "enquiry.answered alone": lazy("%(who)s answered a question about the call to who asked it."),
    "place.asked": lazy("%(who)s asked %(host)s for seats (%(seats)s)."),
    "place.changed": lazy("%(who)s asked %(host)s for another number of seats (%(seats)s)."),
    "place.removed": lazy("%(who)s took %(host)s out of the call."),
    "place.confirmed": lazy("%(who)s confirmed for %(host)s (%(seats)s)."),
    "place.refused": lazy("%(who)s answered that %(host)s cannot host."),
    "programme.opened": lazy("%(who)s opened the programme %(name)s."),
    "programme.saved": lazy("%(who)s changed the programme %(name)s."),
    "programme.appointed": lazy("%(who)s appointed somebody to the programme."),
    "programme.dismissed": lazy("%(who)s ended somebody's role in the programme."),
}
