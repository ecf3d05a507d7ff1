"""P4: whether a body already has what it asks for, by the names that items really have."""

import pytest

from domain.already_held import Holding, matches, needs_an_answer, normal, overlap


def holding(
    kind: str = "share", *items: str, sending_team: str = "hmrc", ref: str = "SC-AAAA-BBBB"
) -> Holding:
    return Holding(
        kind=kind,  # type: ignore[arg-type]
        ref=ref,
        title="t",
        team="asking",
        sending_team=sending_team,
        items=items,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("National Insurance number", "NI number"),
        ("NINO", "national insurance  no."),
        ("DOB", "Date of birth"),
        ("Dates of birth", "date of birth"),
        ("Home address", "Addresses"),
        ("Full name", "Names"),
        ("Post code", "postcode"),
        ("E-mail", "email address"),
        ("the patient's ward", "Patient ward"),
    ],
)
def test_the_same_item_by_another_name(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Date of birth", "Date of birth of each child under three"),
        ("Address", "Owner's address for service"),
        ("Name", "Registered owner's name"),
        ("NHS number", "National Insurance number"),
        ("Expected discharge date", "Admission date"),
    ],
)
def test_different_items_stay_different(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_the_overlap_is_in_the_words_of_who_asks_each_once() -> None:
    assert overlap(["NINO", "NI number", "Ward", "...", ""], ["National Insurance number", "!!!"]) == (
        "NINO",
    )


def test_a_share_counts_whoever_sends_it_a_request_only_to_the_same_team() -> None:
    found = matches(
        ["Name", "DOB"],
        "hmrc",
        [
            holding("draft", "Name", ref="1"),
            holding("request", "Name", sending_team="dwp", ref="2"),
            holding("request", "Name", ref="3"),
            holding("share", "Name", sending_team="dwp", ref="4"),
            holding("share", "Name", "Date of birth", sending_team="dvla", ref="5"),
            holding("share", "Ward", ref="6"),
        ],
    )
    assert [(each.holding.ref, each.items) for each in found] == [
        ("5", ("Name", "DOB")),
        ("4", ("Name",)),
        ("3", ("Name",)),
        ("1", ("Name",)),
    ]


def test_a_colleague_s_draft_alone_asks_for_no_answer() -> None:
    assert not needs_an_answer(matches(["Name"], "hmrc", [holding("draft", "Name")]))
    assert needs_an_answer(matches(["Name"], "hmrc", [holding("request", "Name")]))
