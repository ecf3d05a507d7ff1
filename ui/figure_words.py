"""What the numbers of the figures are called, on their page and over their rows."""

from domain.figure_rows import SOURCES
from ui.words import LANES as LANE_NAMES

HOLDERS = {
    "receiving_team": "The receiving team",
    "receiving_leaders": "Leaders of the receiving body",
    "sending_team": "The sending team",
    "sending_leaders": "Leaders of the sending body",
    "joint_leaders": "Leaders of both bodies together",
    "board": "The cluster board",
    "mediator": "The mediator",
    "whole": "The request it is a part of, before it was a case of its own",
}
# What a number is called in a sentence: of the rows behind it, and in tables.
NUMBERS = {
    "received": "Received",
    "reopened": "Taken up again",
    "delivered": "Delivered",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
    "lapsed": "Lapsed",
    "blocked": "Out of scope",
    "returned_by_own_side": "Returned by the own side",
    "open_at_start": "Open at the beginning",
    "open_at_end": "Open at the end",
    "open": "Open now, by age",
    "approved": "Approved",
    "presumed": "Approved by presumption",
    "relied": "Approved by reliance on an earlier decision",
    "fresh": "Decided afresh, without relying on an earlier decision",
    "objected": "Objected to",
    "overdue_at_top": "Overdue at the top",
    "at_top_now": "Overdue at the top now",
    "refused_under_duty": "Refused under a duty to share",
    "affected": "People a day whom open cases concern",
    "harm": "Person-days without the data so far",
    "restated": "Counted since under another body, cluster or lane",
    "part_received": "Received as a part of another request",
    "amendment_received": "Received as an amendment",
    "review_due": "Reviews due",
    "review_open": "Reviews not yet concluded",
    "review_overdue": "Reviews overdue now",
    "review_on_time": "Reviews concluded on time",
    "review_late": "Reviews concluded late",
    "review_suspended": "Suspended because a review was late",
    "review_ended": "Ended by a review",
    "decision": "Working days to the first decision",
    "delivery": "Working days to the first delivery",
    "ended_or_delivered": "Delivered or ended",
    "gross": "Working days from submission to first delivery or the last end",
    "days_so_far": "Working days of open cases so far",
    "cost_touches": "Acts by people until the first delivery",
    "cost_rounds": "Rounds of questions until the first delivery",
    "cost_people": "People who acted until the first delivery",
    "cost_words": "Words typed until the first delivery, to the nearest ten",
    "cost_minutes": "Minutes that teams say they spent",
    "words_exactly": "Words typed until the first delivery",
    "words_of_forms": "Words in the forms",
    "active": "Shares in use",
    "active_long": "Shares in use, first delivered over 90 days ago",
    "rows": "Rows at the first delivery",
    "retired": "Questions no longer to be asked",
    "grants": "Live grants",
    "unused": "Live grants unused for 90 days",
    "calls": "Calls that machines told of",
    "calls_flagged": "Calls that no live grant covered",
}
NUMBERS |= {
    f"cohort_{name[7:]}": f"{NUMBERS[name[7:]].partition(',')[0]}, of those received"
    for name in SOURCES
    if name.startswith("cohort_")
}
NUMBERS |= {f"held_{holder}": f"Working days: {words}" for holder, words in HOLDERS.items()}
NUMBERS |= {f"with_{holder}": f"Open now: {words}" for holder, words in HOLDERS.items()}
NUMBERS |= {
    f"days_{holder}": f"Working days of open cases so far: {words}" for holder, words in HOLDERS.items()
}
assert set(NUMBERS) == set(SOURCES)
OF_WORDS = {
    "total": "In all",
    "n": "How many",
    "median": "Median",
    "p90": "90th percentile",
    "longest": "Longest",
}
LANE_LABELS = {each.value: words.partition(":")[0] for each, words in LANE_NAMES.items()} | {
    "none": "No lane chosen"
}
