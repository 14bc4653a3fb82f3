"""Everything applications does: one function per verb of the office."""

from app.applications.operations.appealing import dismiss_appeal, make_appeal, uphold_appeal
from app.applications.operations.applying import (
    ProfileWanted,
    rank_places,
    save_section,
    start_application,
    withdraw,
)
from app.applications.operations.asking_changes import (
    close_changes,
    give_more_time,
    look_at_changes,
    note_late_changes,
    open_questions,
)
from app.applications.operations.changing import (
    leave_out_document,
    resubmit,
    save_changes,
    upload_change,
)
from app.applications.operations.chasing import remind_of_letters
from app.applications.operations.checking import keep_check
from app.applications.operations.core import save_core, take_core
from app.applications.operations.documents import (
    open_document,
    remove_document,
    upload_document,
)
from app.applications.operations.exceptions import (
    ask_for_exception,
    decline_exception,
    grant_exception,
)
from app.applications.operations.exports import (
    ask_for_export,
    cancel_export,
    download_export,
    expire_exports,
)
from app.applications.operations.giving_time import note_days_over, say_upload_fails
from app.applications.operations.letters import (
    Person,
    ask_for_letter,
    print_code,
    replace_request,
    resend_link,
    set_letters,
    take_back_request,
    take_over_letters,
)
from app.applications.operations.listing import list_again
from app.applications.operations.making_exports import make_export
from app.applications.operations.moves import (
    change_state,
    count_new,
    open_counts,
    put_in_order,
    recount,
)
from app.applications.operations.nominating import (
    choose_way,
    decline_to_nominate,
    nominate,
    note_overdue_nominations,
    rank_nominated,
    take_back_nomination,
)
from app.applications.operations.recommending import (
    Written,
    correct_relationship,
    decline_to_recommend,
    open_letter,
    print_as_office,
    record_posted_letter,
    resend_as_office,
    save_letter,
    send_letter,
    use_code,
)
from app.applications.operations.routing import (
    RouteTerms,
    change_nominator,
    close_route,
    drop_nominator,
    name_nominator,
    open_route,
    take_over_routes,
)
from app.applications.operations.screening import (
    Decision,
    decide_together,
    fail_screening,
    pass_over,
    pass_screening,
    shortlist,
    unlist,
)
from app.applications.operations.submitting import NotComplete, submit_application
from app.applications.operations.waiting import learn_usual_waits

__all__ = [
    "Decision",
    "NotComplete",
    "Person",
    "ProfileWanted",
    "RouteTerms",
    "Written",
    "ask_for_exception",
    "ask_for_export",
    "ask_for_letter",
    "cancel_export",
    "change_nominator",
    "change_state",
    "choose_way",
    "close_changes",
    "close_route",
    "correct_relationship",
    "count_new",
    "decide_together",
    "decline_exception",
    "decline_to_nominate",
    "decline_to_recommend",
    "dismiss_appeal",
    "download_export",
    "drop_nominator",
    "expire_exports",
    "fail_screening",
    "give_more_time",
    "grant_exception",
    "keep_check",
    "learn_usual_waits",
    "leave_out_document",
    "list_again",
    "look_at_changes",
    "make_appeal",
    "make_export",
    "name_nominator",
    "nominate",
    "note_days_over",
    "note_late_changes",
    "note_overdue_nominations",
    "open_counts",
    "open_document",
    "open_letter",
    "open_questions",
    "open_route",
    "pass_over",
    "pass_screening",
    "print_as_office",
    "print_code",
    "put_in_order",
    "rank_nominated",
    "rank_places",
    "record_posted_letter",
    "recount",
    "remind_of_letters",
    "remove_document",
    "replace_request",
    "resend_as_office",
    "resend_link",
    "resubmit",
    "save_changes",
    "save_core",
    "save_letter",
    "save_section",
    "say_upload_fails",
    "send_letter",
    "set_letters",
    "shortlist",
    "start_application",
    "submit_application",
    "take_back_nomination",
    "take_back_request",
    "take_core",
    "take_over_letters",
    "take_over_routes",
    "unlist",
    "uphold_appeal",
    "upload_change",
    "upload_document",
    "use_code",
    "withdraw",
]
