"""P5, G2: who acts in a post when somebody is away, what of it can be said, and what it keeps people from."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from domain import commands as c
from domain.case import Stage
from domain.cover import (
    LONGEST,
    Absence,
    Capacity,
    Held,
    acts_as,
    asks_as,
    end_problem,
    in_office,
    leads,
    problems,
    start_problem,
    ways,
)
from domain.decide.separation import APART, keeps_apart
from domain.owner_forms import is_email
from domain.people import Actor, Role, Seat
from domain.permissions import Post, acting_for
from domain.refusals import SamePerson, SamePersonCovered
from tests.builders import FORM, a_case, actor

TODAY = date(2026, 11, 23)
OWNER = Post(role=Role.RISK_OWNER, organisation="dwp", team="pensions")


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def away(person: str, covered_by: str, first: int = 0, last: int = 4) -> Absence:
    return Absence(person=person, covered_by=covered_by, first=day(first), last=day(last))


# --- who acts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("absent", "expected"),
    [
        ({}, ()),
        ({"ann": "bob"}, ("bob",)),
        ({"ann": ""}, ()),
        ({"ann": "bob", "bob": "cat"}, ("bob", "cat")),
        ({"ann": "bob", "bob": ""}, ()),
        ({"ann": "bob", "bob": "cat", "cat": "dan"}, ()),  # a third hop is not followed
        ({"ann": "bob", "bob": "ann"}, ()),
    ],
)
def test_what_is_handed_over_goes_on_once_and_no_further(
    absent: Mapping[str, str], expected: tuple[str, ...]
) -> None:
    assert ways("ann", absent) == expected


def names(found: tuple[Held, ...]) -> dict[str, tuple[str, str, bool]]:
    return {each.person: (each.post.acting_for, each.post.through, each.post.is_deputy) for each in found}


def test_a_post_is_acted_in_by_its_holder_or_who_covers_or_its_deputy() -> None:
    ann, dee = Held(person="ann", post=OWNER), Held(person="dee", post=OWNER)
    own, deputy = ("", "", False), ("ann", "", True)
    assert names(in_office([ann], [dee], {})) == {"ann": own}
    assert names(in_office([ann], [dee], {"ann": "bob"})) == {"bob": ("ann", "", False)}
    assert names(in_office([ann], [dee], {"ann": "bob", "bob": "cat"})) == {"cat": ("ann", "bob", False)}
    assert names(in_office([ann], [dee], {"ann": ""})) == {"dee": deputy}
    assert names(in_office([ann], [dee], {"ann": "", "dee": "bob"})) == {}, (
        "a deputy who is away does not act"
    )
    assert names(in_office([], [dee], {})) == {"dee": ("", "", True)}, "a vacant post"


def test_a_deputy_does_not_act_beside_a_colleague_in_the_same_post() -> None:
    ann, bob, dee = (Held(person=each, post=OWNER) for each in ("ann", "bob", "dee"))
    assert names(in_office([ann, bob], [dee], {"ann": ""})) == {"bob": ("", "", False)}


def test_who_covers_a_colleague_in_the_same_post_acts_in_their_own() -> None:
    ann, bob = Held(person="ann", post=OWNER), Held(person="bob", post=OWNER)
    assert names(in_office([ann, bob], [], {"ann": "bob"})) == {"bob": ("", "", False)}


# --- what can be said --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (away("ann", "bob", -1, 3), "first"),
        (away("ann", "bob", LONGEST + 1, LONGEST + 2), "first"),
        (away("ann", "bob", 3, 2), "last"),
        (away("ann", "bob", 0, LONGEST), "last"),
        (away("ann", "ann"), "covered_by"),
    ],
)
def test_days_and_people_that_cannot_be(new: Absence, field: str) -> None:
    found = problems(new, [], TODAY)
    assert [each.field for each in found] == [field]
    assert found[0].sentence[0].isupper() and "nter" in found[0].sentence


@pytest.mark.parametrize("covered_by", ["bob", ""])
def test_today_alone_or_a_whole_year_can_be(covered_by: str) -> None:
    for new in (away("ann", covered_by, 0, 0), away("ann", covered_by, 0, LONGEST - 1)):
        assert problems(new, [], TODAY) == ()


def test_nobody_is_away_twice_at_once() -> None:
    held = [away("ann", "bob", 0, 4)]
    assert [each.field for each in problems(away("ann", "cat", 4, 6), held, TODAY)] == ["first"]
    assert problems(away("ann", "cat", 5, 6), held, TODAY) == ()


def test_cover_goes_round_in_no_circle_on_any_day() -> None:
    held = [away("bob", "ann", 0, 4)]
    assert [each.field for each in problems(away("ann", "bob", 4, 8), held, TODAY)] == ["covered_by"]
    assert problems(away("ann", "bob", 5, 8), held, TODAY) == (), "one after the other is no circle"
    three = [away("bob", "cat", 0, 9), away("cat", "ann", 0, 9)]
    assert [each.field for each in problems(away("ann", "bob", 0, 9), three, TODAY)] == ["covered_by"]


def test_a_third_hop_is_not_made_from_either_end_or_in_the_middle() -> None:
    """Two hops only on days that all of them share."""
    below = [away("bob", "cat", 0, 4), away("cat", "dan", 3, 9)]
    assert [each.field for each in problems(away("ann", "bob", 0, 4), below, TODAY)] == ["covered_by"]
    assert problems(away("ann", "bob", 0, 2), below, TODAY) == ()
    above = [away("yan", "zoe", 0, 4), away("zoe", "ann", 0, 4)]
    assert [each.field for each in problems(away("ann", "bob", 4, 4), above, TODAY)] == ["covered_by"]
    middle = [away("zoe", "ann", 0, 4), away("bob", "cat", 0, 4)]
    assert [each.field for each in problems(away("ann", "bob", 2, 2), middle, TODAY)] == ["covered_by"]
    assert (
        problems(away("ann", "bob"), middle[:1], TODAY)
        == ()
        == problems(away("ann", "bob"), middle[1:], TODAY)
    )


def test_the_days_of_a_post() -> None:
    assert start_problem("first", TODAY, TODAY) == () == start_problem("first", day(LONGEST), TODAY)
    assert start_problem("first", day(-1), TODAY) and start_problem("first", day(LONGEST + 1), TODAY)
    assert end_problem("last", day(-1), TODAY, TODAY) == () == end_problem("last", day(-30), None, TODAY)
    assert end_problem("last", day(-2), TODAY, TODAY) and end_problem("last", day(LONGEST + 1), None, TODAY)


@pytest.mark.parametrize("text", ["a", "a@b", "@b.uk", "a@b.", "a b@c.uk", "a@b@c.uk", "a@.uk", '"a"@b.uk'])
def test_what_is_no_address(text: str) -> None:
    assert not is_email(text) and is_email("amara.okafor@dwp.example")


def test_a_leader_leads_the_own_body() -> None:
    mine = [Post(role=Role.LEADER_2, organisation="dwp"), OWNER]
    assert leads(mine, {"dwp", "hmrc"}) and not leads(mine, {"hmrc"}) and not leads([OWNER], {"dwp"})


# --- separation, also through cover (G2, I6) -----------------------------------------------------------------------


def covering(*seats: Seat, person: str, whom: str) -> Actor:
    return Actor(person=person, seats=seats, acting_for=(whom,))


def test_the_author_who_covers_the_risk_owner_cannot_sign() -> None:
    life = a_case().submitted().life()
    life.refuses(SamePerson, c.SignRisk(form_hash=FORM), covering(Seat.RISK_OWNER, person="amy", whom="ruth"))


def test_who_covers_the_author_cannot_sign_in_their_name() -> None:
    """The other way round: the author's stand-in is not the second pair of eyes."""
    life = a_case().submitted().life()
    refusal = life.refuses(
        SamePersonCovered, c.SignRisk(form_hash=FORM), covering(Seat.RISK_OWNER, person="bob", whom="amy")
    )
    assert "the author of the request" in refusal.message


@pytest.mark.parametrize("person", ["amy", "ruth"])
def test_author_and_risk_owner_decide_nothing_as_cover_of_the_decider(person: str) -> None:
    life = a_case().submitted().risk_signed().life()
    life.refuses(SamePerson, c.Approve(), covering(Seat.SENDER, person=person, whom="sam"))


@pytest.mark.parametrize("whom", ["amy", "ruth"])
def test_who_stands_in_for_author_or_risk_owner_does_not_decide(whom: str) -> None:
    """In their own post neither: they speak for both sides of one case."""
    life = a_case().submitted().risk_signed().life()
    life.refuses(
        SamePersonCovered, c.Approve(), covering(Seat.SENDER, Seat.RISK_OWNER, person="bob", whom=whom)
    )


def test_who_covers_the_decider_and_has_no_part_in_the_case_decides() -> None:
    life = a_case().submitted().risk_signed().life()
    life.act(c.Approve(), covering(Seat.SENDER, person="bob", whom="sam"))
    assert life.case.stage is Stage.APPROVED and life.case.decider == "bob"


def test_an_owner_before_does_not_sign_anew_for_the_decider() -> None:
    """P5: the new owner is none of the case's other people, through cover neither."""
    life = a_case().submitted().risk_signed().life()
    life.act(c.PostsChanged(owner_left=True), actor(Seat.DIRECTORY))
    for person, whom in (("sam2", "amy"),):
        life.refuses(
            SamePersonCovered, c.OwnRisk(form_hash=FORM), covering(Seat.RISK_OWNER, person=person, whom=whom)
        )
    life.act(c.OwnRisk(form_hash=FORM), covering(Seat.RISK_OWNER, person="dee", whom="ruth"))
    assert life.case.risk_owner == "dee"


ACTS: dict[str, c.Act] = {
    "sign_risk": c.SignRisk(form_hash=FORM),
    "approve": c.Approve(),
    "refuse": c.Refuse(ground=c.Ground.SAFETY_HARM),
    "take_over": c.TakeOver(),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_pages_hold_back_is_what_the_rules_refuse(act: str) -> None:
    """The table for pages and the rules say the same of everybody in the case."""
    seat = {"sign_risk": Seat.RISK_OWNER, "take_over": Seat.SENDING_LEADER_1}.get(act, Seat.SENDER)
    case = a_case().submitted()
    life = (case if act == "sign_risk" else case.risk_signed()).life()
    if act == "take_over":
        life.next_deadline_passes()
    for whom in ("amy", "ruth", "nobody"):
        stand_in = covering(seat, person="bob", whom=whom)
        if keeps_apart(life.case, stand_in, act):
            life.refuses(SamePersonCovered, ACTS[act], stand_in)
        else:
            assert whom not in {getattr(life.case, role) for role in APART[act]}


# --- in which capacity -------------------------------------------------------------------------------------------


def test_what_somebody_acts_as() -> None:
    life = a_case().submitted().life()
    case, now = life.case, life.now
    assert case.receiving
    held = Post(role=Role.RISK_OWNER, organisation=case.receiving.organisation, team=case.receiving.team)
    asks = Post(role=Role.REQUESTER, organisation=held.organisation, team=held.team)

    def of(post: Post, **how: object) -> Post:
        return Post(role=post.role, organisation=post.organisation, team=post.team, **how)  # type: ignore[arg-type]

    covered, deputy = of(held, acting_for="ruth"), of(held, is_deputy=True)
    assert acts_as(case, "bob", [held], "sign_risk", now) == Capacity()
    assert acts_as(case, "bob", [asks, covered], "sign_risk", now) == Capacity(
        kind="cover", acting_for="ruth"
    )
    assert acts_as(case, "bob", [covered, held], "sign_risk", now) == Capacity(), (
        "one's own post before another's"
    )
    assert acts_as(case, "bob", [deputy], "sign_risk", now) == Capacity(kind="deputy")
    assert asks_as([of(asks, acting_for="amy")], held.team or "") == Capacity(kind="cover", acting_for="amy")
    assert asks_as([of(asks, acting_for="amy"), asks], held.team or "") == Capacity() == asks_as([], "x")


def test_whom_somebody_acts_for_in_a_case() -> None:
    """Also who was to cover and is away too; and nobody where the post has no seat in this case."""
    case = a_case().submitted().life().case
    assert case.receiving
    here = Post(
        role=Role.RISK_OWNER,
        organisation=case.receiving.organisation,
        team=case.receiving.team,
        acting_for="ruth",
        through="ann",
    )
    elsewhere = Post(role=Role.RISK_OWNER, organisation="dvla", team="x", acting_for="zoe")
    assert acting_for([here, elsewhere], case.receiving, case.sending) == ("ann", "ruth")
