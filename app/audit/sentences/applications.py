"""What applicants, recommenders, reviewers and officers do with applications."""

from app.foundation.languages import lazy

SENTENCES = {
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
    "review.assigned": lazy("%(who)s gave the application to %(reviewer)s to review."),
    "review.taken back": lazy("%(who)s took a review back."),
    "review.reopened": lazy("%(who)s reopened a review."),
    "review.voided": lazy("%(who)s voided a review: what it scored is being changed."),
    "review.submitted": lazy("%(who)s submitted a review."),
    "review.conflict declared": lazy("%(who)s declared a conflict of interest."),
    "nominator.named": lazy("%(who)s let %(name)s nominate (people: %(quota)s)."),
    "nominator.changed": lazy("%(who)s changed what %(name)s may nominate (people: %(quota)s)."),
    "nominator.dropped": lazy("%(who)s took %(name)s out of those who nominate."),
}
