"""§4, §7 C: when shares of several regions add up to a national dataset."""

import pytest

from domain.national import Share, alarms, same_item

NORTH, YORK, WALES, ENGLAND = "E12000002", "E12000003", "W92000004", "E92000001"


def share(ref: str, sender: str, region: str, *items: str) -> Share:
    return Share(ref=ref, sender=sender, region=region, items=items or ("NHS number",))


THREE = (share("A", "leeds", YORK), share("B", "wirral", NORTH), share("C", "gwent", WALES))


def test_three_regions_and_three_senders_of_one_item_raise_it() -> None:
    [alarm] = alarms("dwp", THREE)
    assert (alarm.organisation, alarm.item) == ("dwp", "nhs number")
    assert alarm.entries == ("A", "B", "C")
    assert alarm.regions == (NORTH, YORK, WALES)


@pytest.mark.parametrize(
    "shares",
    [
        THREE[:2],
        (*THREE[:2], share("C", "gwent", YORK)),  # the same region twice
        (*THREE[:2], share("C", "leeds", WALES)),  # the same sender twice
        (*THREE[:2], share("C", "gwent", "")),  # no region was given
        (*THREE[:2], share("C", "gwent", WALES, "date of birth")),
        (share("A", "nhs-england", ENGLAND),),  # a national share is no secret sum of regional ones
        (),
    ],
)
def test_anything_less_does_not(shares: tuple[Share, ...]) -> None:
    assert alarms("dwp", shares) == ()


def test_a_nation_counts_as_a_region_of_its_own() -> None:
    [alarm] = alarms("dwp", (*THREE[:2], share("C", "nhs-england", ENGLAND)))
    assert alarm.regions == (NORTH, YORK, ENGLAND)


def test_each_item_is_judged_for_itself() -> None:
    shares = [
        share(each.ref, each.sender, each.region, "NHS numbers", "Address", f"only in {each.ref}")
        for each in THREE
    ]
    assert [alarm.item for alarm in alarms("dwp", shares)] == ["address", "nhs number"]


def test_an_entry_that_names_an_item_twice_counts_once() -> None:
    twice = [share(each.ref, each.sender, each.region, "NHS number", "the NHS numbers") for each in THREE]
    [alarm] = alarms("dwp", twice)
    assert alarm.entries == ("A", "B", "C")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NHS number", "the NHS Numbers"),
        ("Dates of birth", "date of birth"),
        ("Addresses", "address"),
        ("Children's families", "childrens family"),
        ("Name (as on the passport)", "name"),
    ],
)
def test_one_item_has_one_spelling(one: str, other: str) -> None:
    assert same_item(one) == same_item(other)


def test_words_that_only_end_like_a_plural_stay() -> None:
    assert [same_item(each) for each in ("status", "address", "diagnosis", "gas", "his")] == [
        "status",
        "address",
        "diagnosis",
        "gas",
        "his",
    ]
