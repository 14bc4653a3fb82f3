"""What universities and students do in an exchange, from the agreement to recognition."""

from app.foundation.languages import lazy

SENTENCES = {
    "agreement.proposed": lazy("%(who)s proposed the agreement for %(name)s."),
    "agreement.revised": lazy("%(who)s wrote revision %(number)s for %(name)s."),
    "agreement.approved": lazy("%(who)s approved revision %(number)s for %(name)s."),
    "agreement.declined": lazy("%(who)s declined revision %(number)s for %(name)s."),
    "agreement.put in force": lazy("Revision %(number)s is in force: every side approved it."),
    "agreement.reminded": lazy(
        "The sides were reminded that the agreement says nothing after the academic year %(year)s."
    ),
    "balance.recorded": lazy(
        "%(who)s entered %(people)s people who went to %(name)s in the academic year %(year)s."
    ),
    "balance.stay entered": lazy("A stay in the academic year %(year)s was entered."),
    "balance.reversed": lazy("%(who)s reversed an entry of the academic year %(year)s."),
    "agreement.ended": lazy("%(who)s ended the agreement for %(name)s."),
    "posting.begun": lazy("%(who)s began this posting."),
    "posting.saved": lazy("%(who)s changed what is offered."),
    "posting.text_saved": lazy("%(who)s wrote what readers read (%(locale)s)."),
    "posting.opened": lazy("%(who)s opened it; nominations end %(closes)s (%(zone)s)."),
    "posting.nominations_closed": lazy("%(who)s closed nominations."),
    "posting.reopened": lazy("%(who)s opened nominations again."),
    "posting.concluded": lazy("%(who)s said how it ended (%(stage)s)."),
    "posting.withdrawn": lazy("%(who)s withdrew the posting."),
    "choices.ranked": lazy("%(who)s ranked the place “%(about)s”."),
    "choices.reordered": lazy("%(who)s changed the order of the places."),
    "choices.dropped": lazy("%(who)s took a place out of the choices."),
    "choices.saved": lazy("%(who)s wrote about the studies."),
    "choices.sent": lazy("%(who)s sent the choices to %(name)s."),
    "choices.taken back": lazy("%(who)s took the choices back."),
    "choices.withdrawn": lazy("%(who)s withdrew the choices."),
    "nominations.looked into": lazy("%(who)s looked into the file %(file)s."),
    "nominations.brought in": lazy(
        "%(who)s brought the list in: %(new)s nominated, %(changed)s corrected."
    ),
    "nomination.sent": lazy("%(who)s nominated %(name)s."),
    "nomination.verified": lazy("%(who)s verified the nomination of %(name)s."),
    "nomination.refused": lazy("%(who)s refused the nomination of %(name)s."),
    "nomination.verified by link": lazy(
        "%(signer)s (%(function)s) verified the nomination of %(name)s for %(host)s, by a link."
    ),
    "nomination.refused by link": lazy(
        "%(signer)s (%(function)s) refused the nomination of %(name)s for %(host)s, by a link."
    ),
    "nomination.verification recorded": lazy(
        "%(who)s recorded on behalf of %(host)s, from the letter of %(signer)s (%(function)s): "
        "the nomination of %(name)s is verified."
    ),
    "nomination.refusal recorded": lazy(
        "%(who)s recorded on behalf of %(host)s, from the letter of %(signer)s (%(function)s): "
        "the nomination of %(name)s is refused."
    ),
    "nomination.recorded": lazy(
        "%(who)s recorded on behalf of %(home)s, from the letter of %(signer)s (%(function)s): "
        "%(name)s is nominated."
    ),
    "nomination.correction recorded": lazy(
        "%(who)s recorded on behalf of %(home)s, from the letter of %(signer)s (%(function)s): "
        "the corrected nomination of %(name)s."
    ),
    "nomination.link sent": lazy(
        "%(who)s sent %(to)s a link, to answer the nomination for %(host)s."
    ),
    "nomination.corrected": lazy("%(who)s corrected the nomination of %(name)s."),
    "nomination.cancelled": lazy("%(who)s cancelled the nomination (%(side)s): %(reason)s."),
    "stay.planned": lazy("The stay with %(host)s is planned."),
    "stay.called off": lazy("The stay is called off: its place is no longer held."),
    "stay.prepared": lazy("%(who)s settled a line of the list before arrival."),
    "stay.opened again": lazy("%(who)s opened a line of the list before arrival again."),
    "stay.moved": lazy("%(who)s moved a line of the list before arrival to %(on)s."),
    "stay.line added": lazy("%(who)s added “%(title)s” to the list before arrival."),
    "stay.arrived": lazy("%(who)s confirmed the arrival on %(on)s."),
    "stay.ended": lazy("%(who)s confirmed the departure on %(on)s."),
    "stay.interrupted": lazy("%(who)s wrote down that the stay is interrupted from %(on)s."),
    "stay.resumed": lazy("%(who)s wrote down that the stay goes on from %(on)s."),
    "stay.change asked": lazy("%(who)s asked for other days: %(first)s to %(last)s."),
    "stay.change agreed to": lazy("%(who)s agreed to other days."),
    "stay.changed": lazy("All have agreed: the stay is from %(first)s to %(last)s."),
    "stay.change refused": lazy("%(who)s refused other days: %(because)s."),
    "stay.change taken back": lazy("%(who)s took the wish for other days back."),
    "stay.report saved": lazy("%(who)s worked on the report."),
    "stay.report file added": lazy("%(who)s put “%(name)s” beside the report."),
    "stay.report file removed": lazy("%(who)s took “%(name)s” away from the report."),
    "stay.report sent": lazy("%(who)s sent the report."),
    "stay.report accepted": lazy("%(who)s accepted the report."),
    "stay.report returned": lazy("%(who)s returned the report."),
    "transcript.begun": lazy("%(who)s began a transcript for %(name)s."),
    "transcript.line saved": lazy("%(who)s wrote the line “%(title)s” of a transcript."),
    "transcript.line removed": lazy("%(who)s took the line “%(title)s” off a transcript."),
    "transcript.noted": lazy("%(who)s wrote a note on the transcript of %(name)s."),
    "transcript.discarded": lazy("%(who)s threw away a draft of the transcript of %(name)s."),
    "transcript.issued": lazy("%(who)s issued transcript %(serial)s for %(name)s."),
    "transcript.correction begun": lazy(
        "%(who)s began to correct the transcript of %(name)s: %(reason)s."
    ),
    "transcript.taken": lazy("%(who)s brought a transcript of %(name)s from a file, %(file)s."),
    "recognition.system chosen": lazy("%(who)s counts this transcript in credits of %(system)s."),
    "recognition.line recognised": lazy("%(who)s recognised “%(title)s”."),
    "recognition.line refused": lazy("%(who)s did not recognise “%(title)s”."),
    "recognition.decided": lazy("%(who)s decided what the transcript of %(name)s counts as."),
    "learning.begun": lazy("%(who)s began the learning agreement of %(name)s."),
    "learning.written": lazy("%(who)s wrote version %(number)s, for %(name)s."),
    "learning.signed": lazy("%(who)s signed version %(number)s, for %(name)s."),
    "learning.refused": lazy("%(who)s refused version %(number)s, for %(name)s: %(note)s."),
    "learning.signed by file": lazy(
        "%(who)s brought a file of %(name)s in which %(signer)s signed version %(number)s."
    ),
    "learning.refused by file": lazy(
        "%(who)s brought a file of %(name)s in which %(signer)s refused version %(number)s."
    ),
    "learning.agreed": lazy("Version %(number)s is agreed: all three sides have signed it."),
    "posting.home_dates_said": lazy("%(who)s told students of %(name)s a day (%(day)s)."),
    "partner.facts_saved": lazy("%(who)s changed what partners read of this university."),
    "partner.term_saved": lazy("%(who)s wrote “%(name)s” of %(year)s into the calendar."),
    "partner.term_removed": lazy("%(who)s took “%(name)s” of %(year)s out of the calendar."),
    "partner.course_saved": lazy("%(who)s wrote the course %(code)s of “%(name)s”."),
    "partner.courses_brought": lazy(
        "%(who)s brought a table of courses for “%(name)s”: %(new)s new, %(changed)s changed."
    ),
    "partner.course_removed": lazy("%(who)s took the course %(code)s off the list of “%(name)s”."),
    "partner.contact_saved": lazy("%(who)s wrote that %(name)s answers for this university."),
    "partner.contact_removed": lazy("%(who)s took %(name)s off those who answer for it."),
    "partner.mailbox_asked": lazy("%(who)s asked %(address)s to take answers to this office."),
    "partner.mailbox_confirmed": lazy("%(address)s takes answers to this office now."),
    "partner.taken_over": lazy("Whoever answered for %(name)s answers for this university now."),
    "partner.mailbox_dropped": lazy("%(who)s took back where answers to this office go."),
    "user.score_added": lazy("%(who)s wrote a score of %(test)s."),
    "user.score_removed": lazy("%(who)s removed a score of %(test)s."),
}
