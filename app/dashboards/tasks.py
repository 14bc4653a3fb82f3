"""Each kind of task: how it is said to whoever has to do it, and where it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.notifications.models import Task


@dataclass(frozen=True, slots=True)
class Sort:
    """A kind of task: how it is said, and the address of its page."""

    say: Callable[[Mapping[str, Any]], str]
    url: Callable[[Task], str]


def _nominator_of(task: Task) -> str:
    of_dates = (task.values or {}).get("of") == "course"
    office = "/courses/office/dates" if of_dates else "/fellowships/office"
    return f"{office}/{task.opportunity_id}/nominators/{task.subject_id}"


def _changes_of(task: Task) -> str:
    return f"/tracking/{task.opportunity_id}/{(task.values or {}).get('application_id')}/changes"


def _case_of(task: Task) -> str:
    return f"/tracking/{task.opportunity_id}/{(task.values or {}).get('application_id')}/case"


def _agreement_of(task: Task) -> str:
    return f"/exchanges/agreements/{(task.values or {}).get('agreement')}"


SORTS: dict[str, Sort] = {
    "student to nominate": Sort(
        lambda _v: _("Nominate a student, or speak with them"),
        lambda t: f"/mobility/choices/{t.subject_id}",
    ),
    "nomination to verify": Sort(
        lambda _v: _("Verify or refuse a nomination"),
        lambda t: f"/mobility/nominations/{t.subject_id}",
    ),
    "host to reach": Sort(
        lambda _v: _("The host has nobody here: send a link, or record its letter"),
        lambda t: f"/mobility/nominations/{t.subject_id}",
    ),
    "nomination to correct": Sort(
        lambda _v: _("The host refused a nomination: correct it or choose another place"),
        lambda t: f"/mobility/nominations/{t.subject_id}",
    ),
    "arrival to confirm": Sort(
        lambda _v: _("Say whether somebody has arrived"), lambda t: f"/stays/{t.subject_id}"
    ),
    "departure to confirm": Sort(
        lambda _v: _("Say whether somebody has left"), lambda t: f"/stays/{t.subject_id}"
    ),
    "something to prepare": Sort(
        lambda _v: _("Prepare a stay: something is due"),
        lambda t: f"/stays/preparations/{t.subject_id}",
    ),
    "stay to report on": Sort(
        lambda _v: _("Write the report on your stay"), lambda t: f"/stays/reports/{t.subject_id}"
    ),
    "report to accept": Sort(
        lambda _v: _("Accept the report on a stay"), lambda t: f"/stays/reports/{t.subject_id}"
    ),
    "transcript to recognise": Sort(
        lambda _v: _("Decide what a transcript counts as"),
        lambda t: f"/recognition/decisions/{t.subject_id}",
    ),
    "use to answer": Sort(
        lambda _v: _("Answer the offer of use"),
        lambda t: f"/facilities/grants/{t.subject_id}",
    ),
    "use to report on": Sort(
        lambda _v: _("Report on your use"),
        lambda t: f"/facilities/grants/{t.subject_id}",
    ),
    "visit to confirm": Sort(
        lambda _v: _("Confirm that you come with a group"),
        lambda t: f"/visits/people/{t.subject_id}",
    ),
    "person to replace": Sort(
        lambda _v: _("Somebody of your group does not come: name somebody else"),
        lambda t: f"/visits/groups/{t.subject_id}#people",
    ),
    "outcome to tell": Sort(
        lambda _v: _("Tell what came of your research stay"),
        lambda t: f"/research-stays/outcomes/{t.subject_id}",
    ),
    "outcome to confirm": Sort(
        lambda _v: _("Confirm what came of a research stay"),
        lambda t: f"/research-stays/outcomes/{t.subject_id}",
    ),
    "outcome is late": Sort(
        lambda _v: _("Nobody has told yet what came of a research stay"),
        lambda t: f"/research-stays/outcomes/{t.subject_id}",
    ),
    "invitation to send": Sort(
        lambda _v: _("Send an invitation to a research stay"),
        lambda t: f"/research-stays/{t.subject_id}",
    ),
    "invitation to answer": Sort(
        lambda _v: _("Answer an invitation to a research stay"),
        lambda t: f"/research-stays/{t.subject_id}",
    ),
    "invitation to agree to": Sort(
        lambda _v: _("Say whether your institution agrees to a research stay"),
        lambda t: f"/research-stays/{t.subject_id}",
    ),
    "home to reach": Sort(
        lambda _v: _("The home institution has nobody here: send a link, or record its letter"),
        lambda t: f"/research-stays/{t.subject_id}",
    ),
    "invitation without answer": Sort(
        lambda _v: _("An invitation was not answered in time: give more time, or withdraw it"),
        lambda t: f"/research-stays/{t.subject_id}",
    ),
    "award to approve": Sort(
        lambda _v: _("Approve an award for a group, or send it back"),
        lambda t: f"/visits/groups/{t.subject_id}",
    ),
    "award to answer": Sort(
        lambda _v: _("Answer the award for your group"),
        lambda t: f"/visits/groups/{t.subject_id}",
    ),
    "visit to report on": Sort(
        lambda _v: _("Report on the visit of a group"),
        lambda t: f"/visits/groups/{t.subject_id}#report",
    ),
    "case task": Sort(lambda v: str(v.get("what", "")), _case_of),
    "offer to answer": Sort(
        lambda _v: _("Answer the offer of a seat"),
        lambda t: f"/placements/offers/{t.subject_id}",
    ),
    "placements to approve": Sort(
        lambda v: ngettext(
            "%(num)s placement to approve",
            "%(num)s placements to approve",
            int(v.get("number") or 1),
        ),
        lambda t: f"/placements/rounds/{t.subject_id}",
    ),
    "proposal sent back": Sort(
        lambda _v: _("Your proposal came back: look at it again"),
        lambda t: f"/placements/rounds/{t.subject_id}",
    ),
    "offers to send": Sort(
        lambda _v: _("Send the offers that were approved"),
        lambda t: f"/placements/rounds/{t.subject_id}",
    ),
    "seats are free again": Sort(
        lambda _v: _("Seats are free again: place somebody else"),
        lambda _t: "/placements",
    ),
    "place to confirm": Sort(
        lambda _v: _("Say whether you can host"),
        lambda t: f"/fellowships/places/{t.subject_id}",
    ),
    "questions to answer": Sort(
        lambda v: ngettext(
            "%(num)s question about a call to answer",
            "%(num)s questions about a call to answer",
            int(v.get("number") or 1),
        ),
        lambda t: f"/fellowships/office/{t.subject_id}/questions",
    ),
    "people to nominate": Sort(
        lambda v: ngettext(
            "%(num)s person asks to be nominated",
            "%(num)s people ask to be nominated",
            int(v.get("number") or 1),
        ),
        lambda t: f"/nominations/{t.subject_id}",
    ),
    "nominations overdue": Sort(
        lambda v: ngettext(
            "%(name)s has not answered %(num)s person yet",
            "%(name)s has not answered %(num)s people yet",
            int(v.get("number") or 1),
            name=v.get("name") or "",
        ),
        _nominator_of,
    ),
    "promised document": Sort(
        lambda v: _("A registered document did not arrive: %(ref)s", ref=v.get("ref") or ""),
        lambda t: f"/tracking/{t.opportunity_id}/{t.subject_id}",
    ),
    "document did not follow": Sort(
        lambda v: _("A document that was given time did not come: %(ref)s", ref=v.get("ref") or ""),
        lambda t: f"/tracking/{t.opportunity_id}/{t.subject_id}",
    ),
    "document to decide": Sort(
        lambda v: _("Somebody cannot get a document: %(ref)s", ref=v.get("ref") or ""),
        lambda t: f"/tracking/{t.opportunity_id}/slots/{t.subject_id}",
    ),
    "possible duplicate": Sort(
        lambda v: _("%(ref)s may be of somebody who applied before", ref=v.get("ref") or ""),
        lambda t: f"/tracking/{t.opportunity_id}/alike/{t.subject_id}",
    ),
    "virus in document": Sort(
        lambda v: _("A virus was found in a document of %(ref)s", ref=v.get("ref") or ""),
        lambda t: f"/tracking/{t.opportunity_id}/{t.subject_id}",
    ),
    "virus in letter": Sort(
        lambda v: _("A virus was found in a letter for %(ref)s", ref=v.get("ref") or ""),
        lambda t: f"/tracking/{t.opportunity_id}/{(t.values or {}).get('application_id')}/letters",
    ),
    "exception to answer": Sort(
        lambda v: _("Say whether a condition is let pass for %(ref)s", ref=v.get("ref") or ""),
        lambda t: (
            f"/tracking/{t.opportunity_id}/{(t.values or {}).get('application_id')}/eligibility"
        ),
    ),
    "appeal to answer": Sort(
        lambda v: _("Answer the appeal about %(ref)s", ref=v.get("ref") or ""),
        lambda t: f"/tracking/{t.opportunity_id}/{(t.values or {}).get('application_id')}/appeal",
    ),
    "changes to read": Sort(
        lambda v: _("%(ref)s was changed as you asked: read it", ref=v.get("ref") or ""),
        _changes_of,
    ),
    "changes not made": Sort(
        lambda v: _("%(ref)s was not changed by its date: decide what now", ref=v.get("ref") or ""),
        _changes_of,
    ),
    "seat to answer": Sort(
        lambda _v: _("Take the seat in a course that was offered to you"),
        lambda t: f"/courses/mine/{t.subject_id}",
    ),
    "people to decide on": Sort(
        lambda v: ngettext(
            "%(num)s person asks for a seat in a course",
            "%(num)s people ask for a seat in a course",
            int(v.get("number") or 1),
        ),
        lambda t: f"/courses/office/dates/{t.subject_id}/people",
    ),
    "seats to offer": Sort(
        lambda v: ngettext(
            "%(num)s seat to offer to somebody on the shortlist",
            "%(num)s seats to offer to people on the shortlist",
            int(v.get("number") or 1),
        ),
        lambda t: f"/courses/office/dates/{t.subject_id}/people",
    ),
    "post to tell": Sort(
        lambda v: _("Say whether you are back in your post: %(about)s", about=v.get("about") or ""),
        lambda t: f"/courses/posts/{t.subject_id}",
    ),
    "posts unanswered": Sort(
        lambda v: ngettext(
            "Nobody has said whether %(num)s person is back in the post",
            "Nobody has said whether %(num)s people are back in their posts",
            int(v.get("number") or 1),
        ),
        lambda t: f"/courses/office/dates/{t.subject_id}/posts",
    ),
    "attendance to enter": Sort(
        lambda v: ngettext(
            "Say who was there: %(num)s meeting",
            "Say who was there: %(num)s meetings",
            int(v.get("number") or 1),
        ),
        lambda t: f"/courses/office/dates/{t.subject_id}/attendance",
    ),
    "certificates to issue": Sort(
        lambda v: ngettext(
            "Issue the certificate of %(num)s person",
            "Issue the certificates of %(num)s people",
            int(v.get("number") or 1),
        ),
        lambda t: f"/courses/office/dates/{t.subject_id}/completion",
    ),
    "course to check": Sort(
        lambda _v: _("Read a course before it is published"),
        lambda t: f"/courses/office/{(t.values or {}).get('course')}",
    ),
    "project to join": Sort(
        lambda _v: _("Say whether your body is named in a project"),
        lambda t: f"/projects/{(t.values or {}).get('project')}",
    ),
    "group to join": Sort(
        lambda _v: _("Say whether you join a working group"),
        lambda t: f"/working-groups/{(t.values or {}).get('group')}",
    ),
    "request to join a group": Sort(
        lambda v: _("%(person)s asks to join your working group", person=v.get("person") or ""),
        lambda t: f"/working-groups/office/{(t.values or {}).get('group')}/members",
    ),
    "comments to answer": Sort(
        lambda v: ngettext(
            "%(num)s comment on a draft to answer",
            "%(num)s comments on a draft to answer",
            int(v.get("number") or 1),
        ),
        lambda t: f"/working-groups/office/documents/{t.subject_id}/comments",
    ),
    "agreement to approve": Sort(
        lambda _v: _("Approve an agreement, or say what has to be different"),
        _agreement_of,
    ),
    "agreement declined": Sort(
        lambda _v: _("Your agreement was declined: read what has to be different"),
        _agreement_of,
    ),
    "agreement ends": Sort(
        lambda _v: _("An agreement ends: renew it, or let it end"),
        lambda t: f"{_agreement_of(t)}?renew=1#renew",
    ),
    "reviewer to replace": Sort(
        lambda v: _("Find another reviewer for %(ref)s", ref=v.get("ref") or ""),
        lambda t: f"/tracking/{t.opportunity_id}/{(t.values or {}).get('application_id')}",
    ),
    "reviews to write": Sort(
        lambda v: ngettext(
            "%(num)s application to read",
            "%(num)s applications to read",
            int(v.get("number") or 1),
        ),
        lambda _t: "/reviews",
    ),
}
