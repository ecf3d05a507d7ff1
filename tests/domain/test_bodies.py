"""Who a written name means: by name, by legal form, by kind, or nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bodies import Body, Directory
from store.bodies import bodies, kinds, shipped

DIRECTORY = shipped()
CLUSTERS = {None, "human-services", "health-social-care", "crime-justice"}
STATUSES = {
    *("public", "mixed", "company", "association", "academic", "charity", "press", "political", "individual"),
    *("foreign", "cross_border"),
}


def statuses(name: str) -> list[str]:
    return [found.status for found in DIRECTORY.find(name)]


def test_what_is_shipped_holds_together() -> None:
    assert len(bodies()) > 500 and len({body.id for body in bodies()}) == len(bodies())
    assert {kind.status for kind in kinds().values()} == STATUSES
    assert {body.status for body in bodies()} <= STATUSES
    assert {body.cluster for body in bodies()} | {kind.cluster for kind in kinds().values()} <= CLUSTERS
    for body in bodies():
        assert DIRECTORY.named(body.name), body.name


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("HM Revenue & Customs", "public"), ("Her Majesty's Revenue and Customs", "public"), ("hmrc", "public"),
        ("HMRC Debt Management", "public"), ("Department for Work & Pensions (DWP)", "public"),
        ("Barsetshire County Council", "public"), ("local authorities in the North", "public"),
        ("all police forces in England", "public"), ("Counter-Terrorism Policing North East", "public"),
        ("Cyngor Abertawe", "public"), ("GP practices in Kent", "public"), ("The Anyshire NHS Trust", "public"),
        # The state owns it: the directory says so, or the applicant says whose it is.
        ("Network Rail Infrastructure Limited", "public"), ("Network Rail Ltd", "public"),
        ("Anyshire Homes Ltd (wholly owned by Anyshire Council)", "public"),
        # A legal form is a fact; a name that sounds public is not.
        ("National Benefits Authority Ltd", "company"), ("NHS Records Office plc", "company"),
        ("Crown Parking Commission LLP", "company"), ("Home Office Ltd", "company"),
        ("Council Tax Rebates Limited", "company"), ("Anyshire Care CIC", "charity"),
        ("National Benefits Authority", "unknown"), ("School photographers", "unknown"),
        ("supermarkets", "company"), ("Licensed gas and electricity suppliers", "company"), ("insurers", "company"),
        ("Barset Building Society", "company"), ("credit reference agencies", "company"),
        ("Food banks", "charity"), ("University of Barset", "academic"), ("accredited researchers", "academic"),
        ("Barset University Hospitals NHS Foundation Trust", "public"), ("A journalist", "press"),
        ("members of the public", "individual"), ("Office of a Member of Parliament", "political"),
        ("French Ministry of the Interior", "foreign"), ("Department of Transport (Ireland)", "foreign"),
        ("Police Service of Northern Ireland", "public"), ("Isle of Man Treasury", "foreign"),
        ("InterTradeIreland", "cross_border"), ("Housing associations in Kent", "mixed"),
        # Who works for somebody is not the one who asks.
        ("Capita on behalf of Barset Council", "public"), ("Serco (on behalf of DHSC)", "public"),
    ],
)  # fmt: skip
def test_one_body(name: str, status: str) -> None:
    assert statuses(name) == [status]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Police forces; local authorities", ["public", "public"]),
        ("Kent County Council, Kent Police and Acme Data Ltd", ["public", "public", "company"]),
        ("NHS trusts, GP practices and the London Ambulance Service", ["public"] * 3),
        ("NHS England (and Palantir)", ["public", "company"]),
        ("Leeds City Council and Barset Collective", ["public", "unknown"]),
        ("Avon and Wiltshire Constabulary", ["public"]),
        ("Police forces in England and Wales", ["public"]),
        ("Ministry of Housing, Communities and Local Government", ["public"]),
        ("Banks and building societies (via Cifas)", ["company", "company"]),
        ("Barset District Council (lead) and ten others", ["public"]),
        ("Witness care unit, Kent Police", ["public"]),
        ("Wellbeing circles (health boards and councils)", ["public", "public"]),
    ],
)
def test_several_bodies_in_one_name(name: str, expected: list[str]) -> None:
    assert statuses(name) == expected


def test_the_first_directory_wins() -> None:
    corrected = Body(id="x", name="Network Rail", kind="business", status="company")
    assert Directory((corrected, *bodies()), kinds()).one("Network Rail").status == "company"


@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(
            ["Kent Police", "and", ",", "(", ")", ";", "in", "Ltd", "on behalf of", "the", "owned by"]
        )
    ).map(" ".join)
)
def test_anything_that_is_written_stands_for_somebody(name: str) -> None:
    found = DIRECTORY.find(name)
    assert found and all(each.status in STATUSES | {"unknown"} for each in found)
