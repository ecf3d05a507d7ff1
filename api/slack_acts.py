"""Acts in Slack: a click opens the act's form, and the form is kept like one of the web (§9, G6).

Nothing is decided here. Who may is asked of the same table as on the web, for this person, now, and again by the case
when it takes the act. A click answers nobody but the clicker.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import structlog

from activities.slack_answers import SlackTrouble
from activities.slack_blocks import Block
from api.invalid import Invalid
from api.known import Known, known
from api.services import Services, SlackSettings
from api.slack_modals import CALLBACK, Carried, answers, errors, modal, saying, sentence
from api.slack_people import TRY_AGAIN, Linked, link_for, linked, linked_by, still_a_member
from api.slack_replies import Click, case_link, open_view, tell_afterwards, whisper
from domain.acts import FORMS
from domain.decide import why_not
from domain.people import Actor
from domain.permissions import TABLE, could_ever, may, may_do_task, task_for
from domain.refusals import NoSuchCase, Refusal, SameCommandOtherBody
from domain.slack_accounts import WHY_NOT
from domain.slack_acts import entitling, fits, is_reserved
from domain.words import STAGES
from store import commands, notices
from store.directory import Person
from store.notices import Message

log = structlog.get_logger()

# The same for what is not there and what is somebody else's: nobody learns what exists.
NOT_YOURS = "This is not for you to do, or it is not there any more. Your tasks are on the web."
DONE_ALREADY = (
    "This has been done already, so there is nothing left to do. The message will say so in a moment."
)
ON_THE_WEB = "This act finishes on the web, where everything it needs can be read."
NO_WINDOW = "Slack could not open the form."
NOT_LINKED = "Sharecase does not know yet whose Slack account this is. The link works once, for 10 minutes."
LINK_WORDS = "Link my account"
MOVED_ON = "Nothing was recorded: the case has moved on since you opened this. It is now: {stage}."
RECORDED = (
    "Recorded. {title}: your answer is kept and is now being applied. "
    "The message that asked for it is replaced when that is done."
)


class Refused(Exception):
    """Why nothing is opened or kept: `text` for the clicker, and where to go on."""

    def __init__(self, text: str, link: str = "", words: str = "Open the case") -> None:
        super().__init__(text)
        self.text, self.link, self.words = text, link, words


# --- a button --------------------------------------------------------------------------------------------------


async def pressed(own: Services, slack: SlackSettings, click: Click, value: str) -> None:
    """Open the form of an act, or tell the clicker why not. Slack has its answer already; this has three seconds."""
    try:
        person = await who(own, slack, click)
        ref, view = await window(own, person, click, value)
    except Refused as refused:
        await whisper(slack, click, refused.text, refused.link, refused.words)
        return
    try:
        await open_view(slack, click, view)
    except SlackTrouble as trouble:
        log.warning("slack.no_window", because=str(trouble))
        await whisper(slack, click, NO_WINDOW, case_link(own, ref), "Open the case instead")


async def who(own: Services, slack: SlackSettings, click: Click) -> Person:
    """The person who clicked. Raises `Refused` with a link to say who they are, or why Slack's word is not enough."""
    found = await _linked(own, click)
    if because := await still_a_member(own, slack, click.account, found):
        raise Refused(because)
    return found.person


async def _linked(own: Services, click: Click) -> Linked:
    if click.is_stranger:
        raise Refused(WHY_NOT["is_stranger"])
    found = await linked(own, click.account)
    if found is None:
        raise Refused(NOT_LINKED, await link_for(own, click.account), LINK_WORDS)
    return found


async def window(own: Services, person: Person, click: Click, value: str) -> tuple[str, dict[str, Any]]:
    """(reference, modal) for what a button carries. Raises `Refused`."""
    notice, _, act = value.partition("|")
    now = own.clock()
    async with own.database.read() as connection:
        message = await notices.for_sync(connection, notice, now) if act in FORMS else None
        if message is None:
            raise Refused(NOT_YOURS)
        try:
            seen = await known(connection, person, message.ref, act, at=now)
        except NoSuchCase:
            raise Refused(NOT_YOURS) from None
    actor = Actor(person=person.id, seats=seen.seats, acting_for=seen.acting_for)
    link = case_link(own, message.ref)
    if not could_ever(actor, act):
        raise Refused(NOT_YOURS)
    if message.task and message.task not in seen.case.tasks:
        raise Refused(DONE_ALREADY, link)
    if not may(seen.case, actor, act, now):
        raise Refused(_why_not(seen, actor, act), link)
    task = _task_meant(seen, actor, act, message, own)
    _require_slack(own, seen, act, task)
    minted = f"{click.account.team}|{click.account.user}|{click.trigger}|{value}"
    carried = Carried(
        ref=message.ref,
        act=act,
        task=task,
        seen=seen.case.version,
        form_hash=seen.case.form_hash,
        # From the click itself: Slack may bring the same click twice, and then it is the same act.
        command=sha256(minted.encode("utf-8", "surrogatepass")).hexdigest()[:32],
    )
    return message.ref, modal(seen.form(act), message, carried, link, now)


def _why_not(seen: Known, actor: Actor, act: str) -> str:
    """Somebody else's task, open on another seat, is not told from one that is not there."""
    refusal = why_not(seen.case, actor, act)
    waits = seen.case.open(*TABLE[act].tasks)
    return NOT_YOURS if waits else refusal.message


def _task_meant(seen: Known, actor: Actor, act: str, message: Message, own: Services) -> str:
    """The task the message asked for, where it is theirs; else the one that entitles them."""
    asked = seen.case.tasks.get(message.task)
    if asked and asked.kind in TABLE[act].tasks and may_do_task(asked, actor, own.clock()):
        return asked.id
    mine = task_for(seen.case, actor, act, own.clock())
    return mine.id if mine else ""


def _require_slack(own: Services, seen: Known, act: str, task: str) -> None:
    """§9: what finishes on the web does so also when a button is from another day, with other rules."""
    form = seen.form(act)
    seat = entitling(seen.case, task, seen.seats)
    empty = any(not each.choices for each in form.questions if each.kind in ("choice", "pick"))
    if is_reserved(act, seat, seen.case.duty) or not fits(form) or empty:
        raise Refused(ON_THE_WEB, case_link(own, seen.case.ref, act, task), "Finish on the web")


# --- a form ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What Slack is answered, and what is to be brought to the engine afterwards: nothing where nothing was kept."""

    answer: dict[str, Any]
    person: Person | None = None
    carried: Carried | None = None
    more: tuple[str, ...] = ()


async def sent(own: Services, click: Click, view: dict[str, Any]) -> Kept:
    """Keep what a modal brings: one transaction, and never the engine. What is answered is true when it is answered."""
    carried = Carried.read(view.get("private_metadata")) if view.get("callback_id") == CALLBACK else None
    if carried is None:
        return Kept(answer=_shows("Not recorded", sentence(NOT_YOURS)))
    try:
        person, raw = await _told(own, click, carried, view)
        more = await own.intake.take(
            person, carried.ref, carried.act, raw, command=carried.command, seen=carried.seen, via="slack"
        )
    except Refused as refused:
        return Kept(answer=_shows("Not recorded", sentence(refused.text, refused.link, refused.words)))
    except Invalid as invalid:
        return Kept(answer=await _wrong(own, click, carried, invalid))
    except NoSuchCase:
        return Kept(answer=_shows("Not recorded", sentence(NOT_YOURS)))
    except (SameCommandOtherBody, Refusal) as refusal:
        said = sentence(refusal.message, case_link(own, carried.ref))
        return Kept(answer=_shows("Not recorded", said))
    said = sentence(RECORDED.format(title=FORMS[carried.act].title), case_link(own, carried.ref))
    return Kept(answer=_shows("Recorded", said), person=person, carried=carried, more=tuple(more))


async def _told(
    own: Services, click: Click, carried: Carried, view: dict[str, Any]
) -> tuple[Person, dict[str, Any]]:
    """Who sends it, and what they typed. Raises `Refused`; a form that was kept before is only read again."""
    now = own.clock()
    async with own.database.read() as connection:
        found = None if click.is_stranger else await linked_by(connection, click.account, now)
        if found and found.is_trusted(now):
            before = await commands.get(connection, carried.command)
            seen = await known(connection, found.person, carried.ref, carried.act, at=now)
        else:
            before = seen = None
    if found is None or seen is None:
        await _linked(own, click)
        raise Refused(TRY_AGAIN)
    person = found.person
    if before is None:
        _require_now(own, person, seen, carried)
    form = seen.form(carried.act)
    hidden = {"task": carried.task, "form_hash": carried.form_hash}
    return person, answers(form, view.get("state")) | {key: text for key, text in hidden.items() if text}


def _require_now(own: Services, person: Person, seen: Known, carried: Carried) -> None:
    """The same questions as when the form was opened: much can happen while it is filled in."""
    actor = Actor(person=person.id, seats=seen.seats, acting_for=seen.acting_for)
    link = case_link(own, carried.ref)
    if not could_ever(actor, carried.act):
        raise Refused(NOT_YOURS)
    if seen.case.version != carried.seen:
        raise Refused(MOVED_ON.format(stage=STAGES[seen.case.stage]), link)
    if not may(seen.case, actor, carried.act, own.clock()):
        raise Refused(_why_not(seen, actor, carried.act), link)
    _require_slack(own, seen, carried.act, carried.task)


async def _wrong(own: Services, click: Click, carried: Carried, invalid: Invalid) -> dict[str, Any]:
    """The sentences under their boxes; the window stays open with what was typed."""
    found = await _linked(own, click)
    seen = await own.intake.known(found.person, carried.ref, carried.act)
    if under := errors(seen.form(carried.act), invalid.problems):
        return {"response_action": "errors", "errors": under}
    said = " ".join(f"{problem.sentence}." for problem in invalid.problems)
    return _shows("Not recorded", sentence(said, case_link(own, carried.ref)))


def _shows(title: str, blocks: list[Block]) -> dict[str, Any]:
    return {"response_action": "update", "view": saying(title, blocks)}


async def bring(own: Services, slack: SlackSettings, click: Click, kept: Kept) -> None:
    """Afterwards: to the engine, as far as it answers; the relay brings what is left. A refusal is told its sender."""
    if kept.carried is None:
        return
    answer = await own.intake.deliver(kept.carried.command, list(kept.more))
    if answer.is_refused:
        link = case_link(own, kept.carried.ref)
        await tell_afterwards(slack, click, f"Case {kept.carried.ref}: {answer.sentence}", link)
