"""What each answer of a request changes, in sentences to be read while the form is filled in (§8)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from domain.form_paths import CLUSTER, RELIANCE, lower_first, path_of
from domain.lanes import reads_as_pilot
from domain.policy import LegalProfile, Policy
from domain.request_choices import DUTIES, REGIONS

_USES = {
    "prevent_harm": "it is to prevent harm",
    "proactive_help": "it offers help before people ask",
    "fraud_error_debt": "it is a pilot that looks for fraud, error or debt in a file",
}

# Areas of more than one cluster instance (protection C).
_WIDE = {each.value: each.label for each in REGIONS if each.value[0] == "K" or each.value == "E92000001"}


def consequences(answers: Mapping[str, Any], policy: Policy | None = None) -> tuple[str, ...]:
    """What the answers so far lead to, in sentences; nothing about what nobody has answered."""
    policy = policy or Policy()
    found = (
        *_by_path(answers, policy),
        *_by_holders(answers),
        *_by_use(answers, policy),
        *_by_urgency(answers, policy),
        *_by_others(answers),
        *_by_duty(answers),
        *_by_dates(answers),
    )
    return tuple(each for each in found if each)


def _by_path(answers: Mapping[str, Any], policy: Policy) -> tuple[str, ...]:
    path = path_of(answers)
    if path == CLUSTER:
        return (
            f"If both teams are in one cluster, the holder has {policy.object} working days to object on a named ground. "
            "Silence approves the request, as both bodies agreed when they joined.",
        )
    if path == RELIANCE and answers.get("root"):
        silence = "confirms it" if policy.legal_profile is LegalProfile.PLAN else "moves up to its leaders"
        return (
            f"The holder confirms what was decided in {answers['root']} or names what differs and why. Silence "
            f"{silence}.",
        )
    return ()


def _by_holders(answers: Mapping[str, Any]) -> tuple[str, ...]:
    also = answers.get("also_teams")
    named = set(cast(list[str], also)) if isinstance(also, list | tuple) else set[str]()
    others = named - {str(answers.get("sending_team"))}
    if not others:
        return ()
    teams = len(others) + 1
    return (f"Goes to {teams} teams: {teams} cases, one signature.",)


def _by_use(answers: Mapping[str, Any], policy: Policy) -> tuple[str, ...]:
    use = answers.get("use")
    if use == "test_new":
        most = answers.get("subject_cap")
        people = f"{most} people" if most else "as many people as you say"
        return (
            f"A test of something new: {policy.exploratory_weeks} weeks at most, for {people}, and no decision against a "
            f"person rests on it. It is looked back at after {policy.exploratory_reviews[0]} and "
            f"{policy.exploratory_reviews[-1]} weeks, and becomes an everyday share only with evidence.",
        )
    told = (str(answers.get(key) or "") for key in ("power", "title", "purpose"))
    in_bulk = use in policy.reviewed_in_bulk and answers.get("pattern") in ("file_once", "file_regular")
    if use in policy.reviewed_uses or (in_bulk and reads_as_pilot(*told)):
        first, second = policy.review_months[0], policy.review_months[-1]
        why = _USES.get(str(use), "of the kind of use")
        return (
            f"Reviewed {first} and {second} months after the first delivery, because {why}. It stops if nobody does the "
            "review.",
        )
    return ()


def _by_urgency(answers: Mapping[str, Any], policy: Policy) -> tuple[str, ...]:
    if answers.get("urgent") in (None, "", "no"):
        return ()
    return (
        f"Runs on clock hours: the risk owner has {policy.urgent_sign}, the holder {policy.urgent_decide}, each leader "
        f"{policy.urgent_leader}. It is published within {policy.urgent_publish} working days after delivery, looked back "
        f"at {policy.urgent_review} working days after it, and counted in public.",
    )


def _by_others(answers: Mapping[str, Any]) -> tuple[str, ...]:
    who = {
        "contractor": "a contractor sees it",
        "organisation": "another organisation sees it",
        "both": "a contractor and another organisation see it",
    }.get(str(answers.get("others_see")))
    if not who:
        return ()
    return (
        f"Because {who}, the directory decides whether the request can go on. Businesses, universities, journalists "
        "and bodies abroad cannot receive data here.",
    )


def _by_duty(answers: Mapping[str, Any]) -> tuple[str, ...]:
    named = {choice.value: choice.label for choice in DUTIES if choice.value != "none"}
    found: list[str] = []
    if duty := named.get(str(answers.get("duty"))):
        found.append(
            f"A refusal will need leader 1's signature as well, because of the duty you chose: {lower_first(duty)}."
        )
    asked_no_more = answers.get("retired_questions")
    lines = asked_no_more.splitlines() if isinstance(asked_no_more, str) else asked_no_more
    if number := sum(bool(str(each).strip()) for each in lines or ()):
        questions = "question that is" if number == 1 else "questions that are"
        found.append(
            f"Your {number} {questions} no longer asked will be counted in public, and looked at in the 12-month review."
        )
    return tuple(found)


def _by_dates(answers: Mapping[str, Any]) -> tuple[str, ...]:
    found: list[str] = []
    try:
        end = date.fromisoformat(str(answers.get("until", "")))
        found.append(f"The share ends by itself on {end.day} {end:%B %Y}.")
    except ValueError:
        pass
    is_file = answers.get("pattern") in ("file_once", "file_regular")
    if path_of(answers) == CLUSTER and is_file and (where := _WIDE.get(str(answers.get("region")))):
        found.append(f"A file for {where} is more than one area, so silence will not approve it.")
    return tuple(found)
