"""§6 in the browser: what a reviewer finds filled in, what is asked, and what the register says afterwards."""

from domain.case import Kind
from tests.ui.stage import Stage

REVIEW = {
    "helped": "Two in three took help.",
    "people_helped": "1,430",
    "alarms_known": "yes",
    "harm": "None known.",
    "equality": "No difference known.",
    "outcome": "continue",
}


async def at_review(stage: Stage) -> str:
    ref = await stage.active("hospital-to-home-lanarkshire")
    (review,) = (await stage.case(ref)).open(Kind.REVIEW)
    await stage.until(ref, review.visible_from)
    return ref


async def test_the_record_is_filled_in_and_the_numbers_are_published(stage: Stage) -> None:
    ref = await at_review(stage)
    reviewer = await stage.signs_in(stage.holder("reviewer", organisation="south-lanarkshire"))
    form = await reviewer.get(f"/cases/{ref}/acts/conclude_review")
    assert "What is on record" in form.text and "rows or records, recorded on" in form.text
    assert "Incidents reported Nothing on record" in form.text

    wrong = await reviewer.fills(
        f"/cases/{ref}/acts/conclude_review", **REVIEW, false_alarms="England, 12, 3"
    )
    assert wrong.status == 422 and wrong.summary_links == ["#false_alarms"]
    assert "Add a line for Scotland" in wrong.text
    assert wrong.values["false_alarms"] == "England, 12, 3" and "What is on record" in wrong.text

    done = await reviewer.acts(
        ref, "conclude_review", **REVIEW, false_alarms="Scotland, 164, 7\nAged 80 and over, 41, 2"
    )
    assert "The review is concluded" in done.text
    entry = await reviewer.get(f"/register/{ref}")
    assert "People it helped, about: 1,430" in entry.text
    assert "Scotland 164 7" in entry.text and "Aged 80 and over 41 fewer than 5" in entry.text
    assert "Two in three took help" not in entry.text, "words may name somebody"


async def test_not_knowing_is_an_answer_that_the_register_gives(stage: Stage) -> None:
    ref = await at_review(stage)
    reviewer = await stage.signs_in(stage.holder("reviewer", organisation="south-lanarkshire"))
    done = await reviewer.acts(ref, "conclude_review", **(REVIEW | {"alarms_known": "no"}))
    assert "The review is concluded" in done.text
    assert (
        "How often it was wrong about somebody is not known" in (await reviewer.get(f"/register/{ref}")).text
    )
