"""What was done, as a sentence for people: one for each verb that an operation records."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.audit.models import AuditEntry
from app.foundation.languages import (
    city,
    country_name,
    day_written,
    language_name,
    lazy,
    moment,
    number,
    year,
)
from app.foundation.languages import gettext as _

SENTENCES: Mapping[str, str] = {
    "application.started": lazy("%(who)s began the application."),
    "application.first saved": lazy("%(who)s began to write the application."),
    "application.carried along": lazy(
        "Earlier answers and documents of the applicant were put into the draft, to be confirmed."
    ),
    "application.core taken": lazy("%(who)s took answers for every application into the draft."),
    "eligibility.checked": lazy("%(who)s checked whether this opportunity is open to them."),
    "exception.asked": lazy("%(who)s asked the office to let a condition pass."),
    "exception.granted": lazy("%(who)s let a condition pass for this person."),
    "exception.declined": lazy("%(who)s did not let a condition pass."),
    "core.saved": lazy("%(who)s changed the answers for every application."),
    "application.submitted": lazy("%(who)s submitted the application."),
    "application.way chosen": lazy("%(who)s chose by which way to apply."),
    "nomination.made": lazy("%(who)s nominated the applicant for %(name)s."),
    "nomination.declined": lazy("%(who)s declined to nominate the applicant for %(name)s."),
    "nomination.taken back": lazy("%(who)s took the nomination by %(name)s back."),
    "nominator.ranked": lazy("%(who)s put the people of %(name)s in order."),
    "application.withdrawn": lazy("%(who)s withdrew the application."),
    "application.withdrawal undone": lazy("%(who)s undid the withdrawal."),
    "application.found eligible": lazy("%(who)s found the application eligible."),
    "application.found not eligible": lazy("%(who)s found the application not eligible."),
    "application.shortlisted": lazy("%(who)s put the application on the shortlist."),
    "application.unlisted": lazy("%(who)s took the application off the shortlist."),
    "application.passed over": lazy("%(who)s decided not to select the application."),
    "application.changes asked": lazy("%(who)s asked the applicant to change something."),
    "application.changes given time": lazy("%(who)s gave more time for the changes."),
    "application.changes closed": lazy("%(who)s closed the request for changes."),
    "application.changed": lazy("%(who)s sent the changed application."),
    "application.changes read": lazy("%(who)s has read what was changed."),
    "application.written to": lazy("%(who)s sent the applicant the message “%(name)s”."),
    "template.written": lazy("%(who)s wrote the message “%(name)s”."),
    "template.rewritten": lazy("%(who)s changed the message “%(name)s”."),
    "template.ended": lazy("%(who)s took the message “%(name)s” out of use."),
    "likeness.the same person": lazy(
        "%(who)s wrote down that this application and another are of the same person."
    ),
    "likeness.not the same person": lazy(
        "%(who)s wrote down that this application and one like it are of two people."
    ),
    "likeness.open again": lazy(
        "%(who)s took back what was written about an application like this one."
    ),
    "case.assigned": lazy("%(officer)s has this case from now on; %(who)s wrote it down."),
    "case.given back": lazy("%(who)s wrote down that nobody in particular has this case."),
    "case.tagged": lazy("%(who)s put the tag “%(tag)s” on the application."),
    "case.untagged": lazy("%(who)s took the tag “%(tag)s” off the application."),
    "case.noted": lazy("%(who)s wrote a note."),
    "case.note removed": lazy("%(who)s took a note away."),
    "case.task set": lazy("%(who)s gave %(person)s something to do: “%(what)s”."),
    "case.task done": lazy("%(who)s did what was to be done: “%(what)s”."),
    "application.appealed": lazy("%(who)s appealed the decision."),
    "application.appeal upheld": lazy("%(who)s upheld the appeal: the application goes on."),
    "application.appeal dismissed": lazy("%(who)s dismissed the appeal: the decision stands."),
    "view.saved": lazy("%(who)s saved the view “%(name)s” for the whole office."),
    "view.renamed": lazy("%(who)s renamed a view to “%(name)s”."),
    "view.taken away": lazy("%(who)s took the view “%(name)s” away."),
    "applications.exported": lazy("%(who)s asked for applications as a file for %(recipient)s."),
    "export.made": lazy("The file was made (applications in it: %(rows)s)."),
    "export.cancelled": lazy("%(who)s called off a file of applications."),
    "export.downloaded": lazy("%(who)s took a file of applications."),
    "document.uploaded": lazy("%(who)s uploaded a document."),
    "document.promised": lazy("%(who)s registered a document that is on its way."),
    "document.given time": lazy(
        "%(who)s said that an upload fails; it may follow (receipt %(receipt)s)."
    ),
    "document.arrived in its day": lazy("A document that was given time has come (%(receipt)s)."),
    "document.did not follow": lazy("A document that was given time did not come (%(receipt)s)."),
    "document.arrived": lazy("A document that was registered in time has arrived."),
    "document.did not come": lazy("A document that was registered did not arrive."),
    "document.infected": lazy("A virus was found in a document; it is asked for again."),
    "document.infected and not needed": lazy("A virus was found in a document; it was erased."),
    "document.cannot be had": lazy("%(who)s cannot get a document and asked what to do."),
    "document.accepted": lazy("%(who)s accepted a document."),
    "document.waived": lazy("%(who)s does without a document."),
    "document.another allowed": lazy("%(who)s allowed another document instead: %(instead)s."),
    "document.still needed": lazy("%(who)s still needs a document."),
    "document.decision taken back": lazy("%(who)s took back what was decided about a document."),
    "document.erased": lazy(
        "A document that was kept apart was erased %(days)s days after the decision."
    ),
    "document.removed": lazy("%(who)s took a document back."),
    "letter.asked": lazy("%(who)s asked %(person)s for a letter of recommendation."),
    "letter.link sent again": lazy("%(who)s sent %(person)s a new link."),
    "letter.form printed": lazy("%(who)s printed the letter form for %(person)s."),
    "letter.taken back": lazy("%(who)s took back the request to %(person)s."),
    "letter.replaced": lazy("%(who)s asked %(instead)s instead of %(person)s."),
    "letter.begun": lazy("%(who)s began a letter of recommendation."),
    "letter.received": lazy("%(who)s sent a letter of recommendation."),
    "letter.declined": lazy("%(who)s cannot write a letter of recommendation."),
    "letter.relationship corrected": lazy(
        "%(who)s corrected how they know the applicant: %(said)s."
    ),
    "letter.code used": lazy("%(who)s opened the letter with the code of the printed form."),
    "letter.recorded": lazy("%(who)s recorded the letter of %(person)s that came by post."),
    "letter.infected": lazy(
        "A virus was found in the letter of %(person)s; it is asked for again."
    ),
    "letter.infected and not needed": lazy(
        "A virus was found in the letter of %(person)s; it was erased."
    ),
    "letter.reminded": lazy("%(person)s was reminded of the letter."),
    "opportunity.reviewer_named": lazy("%(who)s named a reviewer."),
    "opportunity.reviewer_dismissed": lazy("%(who)s took a reviewer off the list."),
    "review.assigned": lazy("%(who)s gave the application to %(reviewer)s to review."),
    "review.taken back": lazy("%(who)s took a review back."),
    "review.reopened": lazy("%(who)s reopened a review."),
    "review.voided": lazy("%(who)s voided a review: what it scored is being changed."),
    "review.submitted": lazy("%(who)s submitted a review."),
    "review.conflict declared": lazy("%(who)s declared a conflict of interest."),
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
    "nominator.named": lazy("%(who)s let %(name)s nominate (people: %(quota)s)."),
    "nominator.changed": lazy("%(who)s changed what %(name)s may nominate (people: %(quota)s)."),
    "nominator.dropped": lazy("%(who)s took %(name)s out of those who nominate."),
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
    "group.convened": lazy("%(who)s convened the working group %(name)s."),
    "group.planned": lazy("%(who)s said when the working group works and how people join it."),
    "group.written": lazy("%(who)s wrote what the working group is for (%(locale)s)."),
    "group.begun": lazy("%(who)s set the working group %(name)s to work."),
    "group.closed": lazy("%(who)s closed the working group."),
    "group.person asked": lazy("%(who)s asked %(person)s to join the working group."),
    "group.invitation accepted": lazy("%(who)s joined the working group."),
    "group.invitation declined": lazy("%(who)s declined to join the working group."),
    "group.joining asked": lazy("%(who)s asked to join the working group."),
    "group.joining approved": lazy("%(who)s let %(person)s into the working group."),
    "group.joining refused": lazy("%(who)s did not let %(person)s into the working group."),
    "group.question taken back": lazy("%(who)s took back that %(person)s joins the working group."),
    "group.left": lazy("%(who)s left the working group."),
    "group.member removed": lazy("%(who)s took %(person)s out of the working group."),
    "group.role given": lazy("%(who)s gave %(person)s another role in the working group."),
    "group.meeting planned": lazy("%(who)s planned the meeting “%(name)s”."),
    "group.meeting changed": lazy("%(who)s changed the meeting “%(name)s”."),
    "group.meeting cancelled": lazy("%(who)s cancelled the meeting “%(name)s”."),
    "group.minutes written": lazy("%(who)s wrote the minutes of “%(name)s”."),
    "standard.begun": lazy("%(who)s began the document “%(title)s”."),
    "standard.written": lazy("%(who)s went on with the document “%(title)s”."),
    "standard.put forward": lazy("%(who)s put version %(number)s forward."),
    "standard.opened for comment": lazy("%(who)s opened version %(number)s for public comment."),
    "standard.given time": lazy("%(who)s gave more time to comment on version %(number)s."),
    "standard.commented": lazy("%(who)s commented on version %(number)s."),
    "standard.comment taken back": lazy("%(who)s took a comment back."),
    "standard.comment answered": lazy("%(who)s answered a comment."),
    "standard.published": lazy("%(who)s published “%(title)s” as %(number)s."),
    "standard.superseded": lazy("“%(title)s” was replaced by %(number)s."),
    "standard.withdrawn": lazy("%(who)s withdrew “%(title)s”."),
    "project.begun": lazy("%(who)s began the project %(name)s."),
    "project.written": lazy("%(who)s wrote what the project is (%(locale)s)."),
    "project.planned": lazy("%(who)s said when it goes on and where it has pages."),
    "project.published": lazy("%(who)s published the project %(name)s."),
    "project.ended": lazy("%(who)s ended the project."),
    "project.partner asked": lazy("%(who)s asked %(name)s to be named in the project."),
    "project.partner confirmed": lazy("%(who)s confirmed for %(name)s."),
    "project.partner declined": lazy("%(who)s declined for %(name)s."),
    "project.partner removed": lazy("%(who)s took %(name)s out of the project."),
    "project.attached": lazy("%(who)s let %(title)s belong to the project."),
    "project.detached": lazy("%(who)s took %(title)s out of the project."),
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
    "facility.begun": lazy("%(who)s began this facility."),
    "facility.saved": lazy("%(who)s changed what there is to use."),
    "facility.text_saved": lazy("%(who)s wrote what readers read (%(locale)s)."),
    "facility.form_saved": lazy("%(who)s changed the application form (version %(number)s)."),
    "facility.rubric_saved": lazy("%(who)s saved version %(number)s of the scoring guide."),
    "facility.published": lazy("%(who)s published it; people may apply to use it."),
    "facility.closed": lazy("%(who)s closed it to applications."),
    "facility.reopened": lazy("%(who)s opened it to applications again."),
    "facility.given_up": lazy("%(who)s offers it no more: %(reason)s."),
    "visits.begun": lazy("%(who)s began this call for group visits."),
    "visits.saved": lazy("%(who)s changed what the call pays for."),
    "visits.text_saved": lazy("%(who)s wrote what readers read (%(locale)s)."),
    "visits.form_saved": lazy("%(who)s changed the application form (version %(number)s)."),
    "visits.rubric_saved": lazy("%(who)s saved version %(number)s of the scoring guide."),
    "visits.published": lazy("%(who)s published it; hosts may apply."),
    "visits.closed": lazy("%(who)s closed it to applications."),
    "visits.reopened": lazy("%(who)s opened it to applications again."),
    "visits.given_up": lazy("%(who)s cancelled this call: %(reason)s."),
    "visit.begun": lazy("%(who)s began to write the group."),
    "visit.saved": lazy("%(who)s changed the days and senders of the group."),
    "visit.planned": lazy("%(who)s wrote the plan of the days."),
    "visit.person named": lazy("%(who)s named %(person)s for the group."),
    "visit.person replaced": lazy(
        "%(who)s named %(by)s in place of %(person)s, for the reason: %(reason)s."
    ),
    "visit.person left_out": lazy("%(who)s goes on without %(person)s."),
    "visit.person asked_again": lazy("%(who)s sent %(person)s a new link."),
    "visit.person confirmed": lazy("%(person)s confirmed."),
    "visit.person declined": lazy("%(person)s does not come."),
    "visit.proposed": lazy("%(who)s proposed an award for this group."),
    "visit.sent_back": lazy("%(who)s sent the proposal back: %(reason)s."),
    "visit.awarded": lazy("%(who)s approved the award."),
    "visit.accepted": lazy("%(who)s accepted the award."),
    "visit.declined": lazy("%(who)s declined the award."),
    "visit.lapsed": lazy("The award was not answered in time."),
    "visit.called_off": lazy("%(who)s called the visit off: %(reason)s."),
    "visit.given_back": lazy("%(who)s gave the group up with the application."),
    "visit.ended": lazy("The visit is over."),
    "visit.reported": lazy("%(who)s reported on the visit; %(number)s people came."),
    "grant.offered": lazy("%(who)s offered use (%(amount)s)."),
    "grant.accepted": lazy("%(who)s agreed to the conditions of use (SHA-256 %(sha256)s)."),
    "grant.declined": lazy("%(who)s declined the use."),
    "grant.lapsed": lazy("The offer of use was not answered in time."),
    "grant.begun": lazy("Use began."),
    "grant.ended": lazy("Use ended; a report is due."),
    "grant.withdrawn": lazy("%(who)s withdrew the use: %(reason)s."),
    "grant.given_back": lazy("%(who)s gave the use back with the application."),
    "grant.reminded": lazy("A reminder was sent."),
    "grant.reported": lazy("%(who)s reported on the use."),
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
    "partner.mailbox_dropped": lazy("%(who)s took back where answers to this office go."),
    "user.score_added": lazy("%(who)s wrote a score of %(test)s."),
    "user.score_removed": lazy("%(who)s removed a score of %(test)s."),
    "programme.opened": lazy("%(who)s opened the programme %(name)s."),
    "programme.saved": lazy("%(who)s changed the programme %(name)s."),
    "programme.appointed": lazy("%(who)s appointed somebody to the programme."),
    "programme.dismissed": lazy("%(who)s ended somebody's role in the programme."),
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
    "centre.practice kept": lazy("%(who)s said whether a second person reads each course."),
    "course.begun": lazy("%(who)s began the course “%(title)s”."),
    "course.adopted": lazy("%(who)s adopted version %(number)s of “%(title)s” of %(centre)s."),
    "course.adopted elsewhere": lazy("%(centre)s adopted version %(number)s, to adapt it."),
    "course.brought in": lazy("%(who)s brought the course in from a file."),
    "course.brought anew": lazy("%(who)s brought a newer state of it in from a file."),
    "import.looked into": lazy("%(who)s looked into the file %(file)s."),
    "import.brought in": lazy("%(who)s brought the file in: %(new)s new, %(changed)s changed."),
    "course.text saved": lazy("%(who)s wrote the text in %(locale)s."),
    "course.facts saved": lazy("%(who)s wrote level, field, hours and cost."),
    "course.revised": lazy("%(who)s began version %(number)s."),
    "course.sent": lazy("%(who)s sent version %(number)s to a second person."),
    "course.taken back": lazy("%(who)s took version %(number)s back."),
    "course.sent back": lazy("%(who)s asked for changes in version %(number)s."),
    "course.published": lazy("%(who)s published version %(number)s."),
    "course.archived": lazy("%(who)s archived the course."),
    "course.restored": lazy("%(who)s offered the course again."),
    "run.planned": lazy("%(who)s planned these dates."),
    "run.saved": lazy("%(who)s changed seats, place or enrolment."),
    "run.seats reserved": lazy("%(who)s said for whom seats are kept (%(seats)s)."),
    "run.meetings added": lazy("%(who)s added meetings (%(number)s)."),
    "run.instructor named": lazy("%(who)s named %(person)s to teach."),
    "run.instructor dropped": lazy("%(who)s took %(person)s off a meeting."),
    "run.published": lazy("%(who)s published the dates; enrolment ends %(closes)s (%(zone)s)."),
    "run.attendance entered": lazy("%(who)s entered who was there (%(number)s)."),
    "run.checking in opened": lazy("%(who)s let people check in at a meeting."),
    "run.checking in closed": lazy("%(who)s closed the check-in of a meeting."),
    "attendance.checked in": lazy("%(who)s checked in at a meeting."),
    "run.results entered": lazy("%(who)s entered results (%(number)s)."),
    "run.completion rule stated": lazy(
        "%(who)s stated when the course is completed (version %(number)s)."
    ),
    "run.completion decided": lazy("%(who)s decided who completed (%(completed)s of %(people)s)."),
    "run.completion decided otherwise": lazy(
        "%(who)s decided about %(person)s otherwise than the rule."
    ),
    "run.certificates asked": lazy("%(who)s asked for certificates (%(number)s)."),
    "run.material added": lazy("%(who)s gave participants “%(title)s”."),
    "run.material changed": lazy("%(who)s changed what is said of “%(title)s”."),
    "run.material removed": lazy("%(who)s took “%(title)s” away."),
    "run.materials ordered": lazy("%(who)s changed the order of the materials."),
    "run.group written to": lazy("%(who)s wrote “%(heading)s” to people (%(number)s)."),
    "run.feedback opened": lazy("%(who)s asked participants what they think (%(number)s)."),
    "run.feedback day changed": lazy("%(who)s chose another last day for what participants think."),
    "run.feedback dropped": lazy("%(who)s asks participants no more what they think."),
    "run.form saved": lazy("%(who)s saved version %(number)s of the application form."),
    "run.rubric saved": lazy("%(who)s saved version %(number)s of the scoring guide."),
    "run.closed": lazy("%(who)s closed enrolment."),
    "run.cancelled": lazy("%(who)s cancelled the dates."),
    "meeting.changed": lazy("%(who)s changed a meeting."),
    "meeting.cancelled": lazy("%(who)s cancelled a meeting."),
    "run.return to post saved": lazy("%(who)s said for how long people go back to their posts."),
    "run.return to post dropped": lazy("%(who)s asks nobody about their post any more."),
    "release.asked": lazy("%(who)s asked the employer for the release."),
    "release.sent again": lazy("%(who)s sent the employer a new link."),
    "release.taken back": lazy("%(who)s took the question to the employer back."),
    "release.confirmed": lazy("%(who)s, for the employer, confirmed the release."),
    "release.refused": lazy("%(who)s, for the employer, refused the release."),
    "posts.asked": lazy("Participants and their employers were asked about their posts."),
    "post.reminded": lazy("Somebody was reminded to say something about a post."),
    "post.told": lazy("%(who)s said something about a post."),
    "enrolment.asked": lazy("%(who)s asked for a seat."),
    "enrolment.accepted": lazy("%(who)s gave or took a seat."),
    "enrolment.waiting": lazy("No seat was free: a place in the line was given."),
    "enrolment.offered": lazy("A seat that fell free was offered to the next in line."),
    "enrolment.reminded": lazy("Somebody was reminded to answer the offer of a seat."),
    "enrolment.lapsed": lazy("The offer of a seat was not answered in time."),
    "enrolment.left": lazy("%(who)s gave a seat or a place in the line back."),
    "enrolment.admitted": lazy("%(who)s said yes to somebody who asked for a seat."),
    "enrolment.declined": lazy("%(who)s said no to somebody who asked for a seat."),
    "enrolment.removed": lazy("%(who)s took somebody's seat back."),
    "run.invited": lazy("%(who)s invited people (%(number)s)."),
    "organisation.loaded": lazy("%(who)s loaded the organisation from the reference lists."),
    "row.loaded": lazy("%(who)s loaded the row from the reference lists."),
    "row.taken out": lazy("%(who)s took the row out: it is in no reference list any more."),
    "organisation.added": lazy("%(who)s added the organisation."),
    "organisation.edited": lazy("%(who)s changed the organisation."),
    "organisation.appointed_centre": lazy("%(who)s named the organisation an AI centre."),
    "organisation.merged": lazy("%(who)s merged the organisation into another."),
    "organisation.closed": lazy("%(who)s closed the organisation."),
    "organisation.reopened": lazy("%(who)s opened the organisation again."),
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
    "role.granted": lazy("%(who)s gave this person a role."),
    "role.ended": lazy("%(who)s ended a role of this person."),
    "user.registered": lazy("The account was opened."),
    "user.registered_again": lazy("Somebody tried to open an account with this address again."),
    "user.confirmed": lazy("The address was confirmed."),
    "user.signed_in": lazy("%(who)s signed in."),
    "user.signed_out": lazy("%(who)s signed out."),
    "user.sign_in_failed": lazy("Somebody tried to sign in and could not."),
    "user.reset_asked": lazy("Somebody asked for a new password."),
    "user.password_reset": lazy("%(who)s chose a new password with a link by mail."),
    "user.password_changed": lazy("%(who)s changed the password."),
    "user.second_factor_set": lazy("%(who)s turned on codes from an app."),
    "user.second_factor_removed": lazy("%(who)s turned off codes from an app."),
    "user.passkey_added": lazy("%(who)s added a passkey."),
    "user.passkey_removed": lazy("%(who)s removed a passkey."),
    "user.profile_saved": lazy("%(who)s changed the profile."),
    "user.disabled": lazy("%(who)s closed the account."),
    "user.enabled": lazy("%(who)s opened the account again."),
    "user.calendar_made": lazy("%(who)s made an address for the own calendar."),
    "user.calendar_ended": lazy("%(who)s ended the address of the own calendar."),
    "user.session_ended": lazy("%(who)s ended a session in another browser."),
    "user.other_sessions_ended": lazy("%(who)s signed out everywhere else."),
}

# What an applicant may see of the application's history: the rest is still being decided, or is
# about people whom the applicant must not know.
APPLICANT_SEES = frozenset(
    {
        "application.started",
        "application.first saved",
        "application.submitted",
        "nomination.made",
        "nomination.declined",
        "application.withdrawn",
        "application.withdrawal undone",
        "application.appealed",
        "application.appeal upheld",
        "application.appeal dismissed",
        "application.changes asked",
        "application.changes given time",
        "application.changes closed",
        "application.changed",
        "document.uploaded",
        "document.promised",
        "document.arrived",
        "document.did not come",
        "document.removed",
        "document.given time",
        "document.arrived in its day",
        "document.did not follow",
        "document.erased",
        "document.cannot be had",
        "document.accepted",
        "document.waived",
        "document.another allowed",
        "document.still needed",
        "document.decision taken back",
        "document.infected",
        "document.infected and not needed",
        "letter.asked",
        "letter.link sent again",
        "letter.form printed",
        "letter.taken back",
        "letter.replaced",
        "letter.received",
        "letter.declined",
        "letter.recorded",
        "letter.reminded",
        "letter.infected",
        "letter.infected and not needed",
        "offer.released",
        "offer.reminded",
        "offer.accepted",
        "offer.declined",
        "offer.lapsed",
        "offer.taken back",
        "offer.restored",
        "grant.offered",
        "grant.accepted",
        "grant.declined",
        "grant.lapsed",
        "grant.begun",
        "grant.ended",
        "grant.withdrawn",
        "grant.given_back",
        "grant.reminded",
        "grant.reported",
    }
)
# Reasons that are kept as one word of a list, and are not written for reading.
WORDS_OF_A_LIST = frozenset({"application.found not eligible"})


class _Said(dict[str, object]):
    """The details of an entry as a sentence fills them in; what is not there reads as a dash."""

    def __missing__(self, _name: str) -> str:
        return "—"


def sentence(entry: AuditEntry) -> str:
    """Who did what, by name, in the reader's language."""
    return _sentence(entry, entry.actor_name or _("Somebody who was not signed in"))


def sentence_for_applicant(entry: AuditEntry, applicant_id: int) -> str:
    """The same for the applicant: offices act as offices, their people are not named."""
    if entry.actor_id == applicant_id:
        return _sentence(entry, _("You"))
    return _sentence(entry, entry.actor_name if entry.actor_id is None else _("The office"))


def _sentence(entry: AuditEntry, who: str) -> str:
    said = str(SENTENCES.get(entry.verb, lazy("%(who)s did something that has no words yet.")))
    return said % _Said({name: _shown(name, v) for name, v in entry.details.items()} | {"who": who})


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _shown(name: str, value: Any) -> str:
    """A detail as people write it: numbers, languages and days in the reader's own way."""
    if isinstance(value, bool) or value is None:
        return "—"
    if name == "locale":
        return language_name(str(value))
    if name == "country":
        return country_name(str(value))
    if name == "closes":
        return moment(datetime.fromisoformat(str(value)).replace(tzinfo=UTC), "UTC")
    if name == "zone":
        return city(str(value))
    if name == "year":
        return year(int(value))
    if isinstance(value, str) and _DAY.fullmatch(value):
        return day_written(value)
    return number(value) if isinstance(value, int) else str(value)


def reason(entry: AuditEntry) -> str:
    """What was written to explain it, or nothing."""
    names = ("note",) if entry.verb in WORDS_OF_A_LIST else ("reason", "note")
    return next((str(entry.details[n]) for n in names if entry.details.get(n)), "")
