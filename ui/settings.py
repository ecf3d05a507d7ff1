"""Settings: what somebody is here, and where they change how they are told, how they sign in and what acts for them."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api.services import ServicesIn
from domain.cover import operates
from domain.governance import LEADERS
from domain.permissions import Post
from store import names as names_of
from store import posts
from store.directory import Person
from ui.owners import acting
from ui.session import Me, PagesIn
from ui.words import ROLES

router = APIRouter(include_in_schema=False)

LINKS = (
    ("Notifications", "/settings/notifications", "What you are told in Slack, and when"),
    ("Slack", "/settings/slack", "Which Slack account is yours"),
    ("Sessions", "/settings/sessions", "Where you are signed in, and signing out elsewhere"),
    ("API tokens", "/settings/tokens", "What your own programs may do for you"),
    ("Absence cover", "/my/cover", "When you are away, and who acts for you"),
)
WEBHOOKS = ("Webhooks", "/settings/webhooks", "Where other systems of your body are told what happens")
X_ROAD = (
    "X-Road",
    "/settings/x-road",
    "Which subsystems your teams are, and whether rights are applied at your Security Server",
)
ACCOUNTS = ("Accounts", "/accounts", "Who signs in with which account: invite somebody, or forget an account")


@router.get("/settings")
async def index(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        found = await posts.people_of(connection, {me.id})
        names = await names_of.people_names(
            connection, {each.acting_for for each in me.posts if each.acting_for}
        )
        bodies = {each.id: each.name for each in await posts.bodies(connection)}
        teams = await names_of.team_cards(connection, {post.team for post in me.posts if post.team})
    return pages.page(
        request,
        "settings.html",
        me,
        email=found[me.id].email,
        own=[_own(post, bodies, teams) for post in me.posts if post.is_own],
        others=[acting(post, names, bodies, teams) for post in me.posts if not post.is_own],
        links=[
            *LINKS,
            *([WEBHOOKS, X_ROAD] if has_webhooks(me) else []),
            *([ACCOUNTS] if operates(me.posts) else []),
        ],
    )


def has_webhooks(me: Person) -> bool:
    return operates(me.posts) or any(post.role in LEADERS for post in me.posts)


def _own(post: Post, bodies: dict[str, str], teams: Any) -> str:
    team = teams.get(post.team or "")
    return f"{ROLES[post.role]}, {team.label if team else bodies.get(post.organisation, '')}"
