"""What one person may choose about being told in Slack (§9), and when what is for them goes.

Only news can be switched off or gathered. What asks for an act is sent, whatever anybody chose, and so is news that a
case moved up, that a share was stopped, or that something went wrong. Everything stays in the app in any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from domain.questions import Answers, Choice, Problem, Question
from domain.time_left import ends_with_the_day
from domain.working_days import LONDON, Calendar, CalendarTooShort, Nation, is_working_day


class Group(StrEnum):
    """News in a few groups that people tell apart."""

    PROGRESS = "progress"
    DECISIONS = "decisions"
    ADVICE = "advice"
    SHARES = "shares"
    PEOPLE = "people"


class Bundling(StrEnum):
    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DIGEST = "digest"


GROUPS: Mapping[Group, frozenset[str]] = {
    Group.PROGRESS: frozenset(
        {
            "request_submitted",
            "sent_to_triage",
            "risk_signed",
            "risk_signature_offered",
            "information_answered",
            "question_allowed",
            "request_transferred",
            "reliance_distinguished",
            "sender_directed",
            "decision_taken_over",
            "time_extended",
        }
    ),
    Group.DECISIONS: frozenset(
        {
            "request_approved",
            "approval_proposed",
            "part_approved",
            "refusal_proposed",
            "request_refused",
            "request_blocked",
            "objection_raised",
            "objection_lapsed",
            "case_lapsed",
            "case_withdrawn",
        }
    ),
    Group.ADVICE: frozenset(
        {
            "advice_given",
            "advice_not_received",
            "mediation_started",
            "mediation_extended",
            "mediation_concluded",
        }
    ),
    Group.SHARES: frozenset(
        {
            "entry_exempted",
            "risk_passed",
            "review_concluded",
            "review_extended",
            "urgent_use_reviewed",
            "root_moved",
            "share_replaced",
            "share_reinstated",
            "share_narrowed",
            "share_extended",
            "share_ended",
            "improvement_closed",
        }
    ),
    Group.PEOPLE: frozenset({"risk_taken_on", "party_moved"}),
}
# Sent whatever anybody chose: a case moved up, a share was stopped or went wrong, somebody has to know.
ALWAYS = frozenset(
    {
        "case_escalated",
        "case_bogged_down",
        "refusal_escalated",
        "overdue_at_top",
        "delivery_mismatched",
        "share_suspended",
        "rights_request_answered",
        "incident_reported",
        "risk_owner_left",
        "step_taken",
        "step_jumped",
        "jump_settled",
    }
)
# Not even the night holds these back: somebody is or may be harmed now.
PRESSING = frozenset({"share_suspended", "incident_reported", "step_jumped"})


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """`off`: news not wanted. `quiet_from`, `quiet_until`: hours in London, the same twice for none."""

    off: frozenset[Group] = frozenset()
    bundling: Bundling = Bundling.AT_ONCE
    quiet_from: int = 0
    quiet_until: int = 0
    quiet_days: bool = False
    digest: bool = False

    @property
    def has_quiet_hours(self) -> bool:
        return self.quiet_from != self.quiet_until


@dataclass(frozen=True, kw_only=True)
class About:
    """What the rules ask of a notice. `news`: the kind of event it tells, '' for others. `due_at`: of an ask."""

    asks: bool
    news: str
    created_at: datetime
    due_at: datetime | None = None

    @property
    def is_pressing(self) -> bool:
        """Clock hours run, as in the urgent lane and after a breach, or something was stopped (C21, P9)."""
        if not self.asks:
            return self.news in PRESSING
        return self.due_at is not None and not ends_with_the_day(self.due_at)

    @property
    def may_be_chosen(self) -> bool:
        """Whether its reader may switch it off or have it gathered with others."""
        return not self.asks and group_of(self.news) is not None


def group_of(news: str) -> Group | None:
    """The group in which this news can be switched off; None for what is always sent."""
    return next((group for group, kinds in GROUPS.items() if news in kinds), None)


def is_off(mine: Preferences, about: About) -> bool:
    return about.may_be_chosen and group_of(about.news) in mine.off


def waits_for_digest(mine: Preferences, about: About) -> bool:
    return mine.digest and mine.bundling is Bundling.DIGEST and about.may_be_chosen


def is_gathered(mine: Preferences, about: About) -> bool:
    """Whether it goes with other news in one message, where there is some."""
    return about.may_be_chosen and (
        mine.bundling is not Bundling.AT_ONCE or mine.has_quiet_hours or mine.quiet_days
    )


def held_until(
    mine: Preferences, about: About, calendar: Calendar, nation: Nation, now: datetime
) -> datetime | None:
    """When it may be sent, None for now: after the hour it is gathered for, and outside of quiet hours and days.

    `nation`: whose bank holidays are quiet.
    """
    if about.is_pressing:
        return None
    goes = now
    if about.may_be_chosen and mine.bundling is Bundling.HOURLY:
        goes = max(now, about.created_at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1))
    goes = quiet_until(mine, calendar, nation, goes)
    return goes if goes > now else None


def quiet_until(mine: Preferences, calendar: Calendar, nation: Nation, at: datetime) -> datetime:
    """The first moment from `at` on that is not quiet."""
    for _ in range(40):  # a fortnight of bank holidays in a row would be news
        here = at.astimezone(LONDON)
        if mine.quiet_days and not _is_working_day(calendar, nation, here.date()):
            at = _on(here.date() + timedelta(days=1), 0)
        elif mine.has_quiet_hours and _is_quiet_hour(mine, here.hour):
            past = here.hour >= mine.quiet_until
            at = _on(here.date() + timedelta(days=past), mine.quiet_until)
        else:
            break
    return at


def _is_quiet_hour(mine: Preferences, hour: int) -> bool:
    if mine.quiet_from < mine.quiet_until:
        return mine.quiet_from <= hour < mine.quiet_until
    return hour >= mine.quiet_from or hour < mine.quiet_until


def _on(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=LONDON).astimezone(UTC)


def _is_working_day(calendar: Calendar, nation: Nation, day: date) -> bool:
    try:
        return is_working_day(calendar, nation, day)
    except (CalendarTooShort, LookupError):  # a weekend is one in any year
        return day.weekday() < 5


# --- the form ----------------------------------------------------------------------------------------------------

HOURS = tuple(
    Choice(value=str(hour), label=f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}") for hour in range(24)
)
YES, NO = Choice(value="yes", label="Yes"), Choice(value="no", label="No")
QUESTIONS = (
    Question(
        id="news",
        label="News to send to me",
        ask="Select the news to send to you",
        kind="pick",
        required=False,
        hint="What asks you to do something is always sent, and so is news that a case has moved up, that a share "
        "was stopped or that something went wrong.",
        choices=(
            Choice(value=Group.PROGRESS, label="A request moves on: received, signed, answered, passed on"),
            Choice(
                value=Group.DECISIONS, label="A decision: approved, refused, objected to, lapsed, withdrawn"
            ),
            Choice(value=Group.ADVICE, label="Advice and mediation"),
            Choice(value=Group.SHARES, label="A share in use: delivered, reviewed, narrowed, ended"),
            Choice(value=Group.PEOPLE, label="Who is responsible: somebody signed, or a team moved"),
        ),
    ),
    Question(
        id="bundling",
        label="When to send me news",
        ask="Select when to send you news",
        kind="choice",
        choices=(
            Choice(value=Bundling.AT_ONCE, label="At once"),
            Choice(value=Bundling.HOURLY, label="Together, every hour"),
            Choice(value=Bundling.DIGEST, label="Only in the morning digest"),
        ),
    ),
    Question(
        id="quiet",
        label="Quiet hours",
        ask="Select whether you want quiet hours",
        kind="choice",
        hint="Messages wait until your quiet hours end. Nothing is lost. Tasks that run by the clock, and breaches, do "
        "not wait.",
        choices=(
            Choice(value="no", label="I do not want quiet hours"),
            Choice(value="yes", label="Leave me in peace every day from an hour to an hour"),
        ),
    ),
    Question(
        id="quiet_from",
        label="Quiet from",
        ask="Select the hour at which your quiet hours begin",
        kind="choice",
        hint="By London time.",
        choices=HOURS,
        needed_when=("quiet", ("yes",)),
    ),
    Question(
        id="quiet_until",
        label="Quiet until",
        ask="Select the hour at which your quiet hours end",
        kind="choice",
        hint="By London time. Earlier than they begin means the next morning.",
        choices=HOURS,
        needed_when=("quiet", ("yes",)),
    ),
    Question(
        id="quiet_days",
        label="Keep weekends and bank holidays quiet",
        ask="Select whether weekends and bank holidays are quiet",
        kind="choice",
        choices=(YES, NO),
    ),
    Question(
        id="digest",
        label="Send me a digest every working morning",
        ask="Select whether you want a morning digest",
        kind="choice",
        hint="One message with what has moved up to you, what reached you since yesterday, empty posts and reviews "
        "due this week. No message when there is nothing to say.",
        choices=(YES, NO),
    ),
)


def chosen(answers: Answers) -> tuple[Preferences, tuple[Problem, ...]]:
    """Clean answers as preferences, and what in them does not go together."""
    problems: list[Problem] = []
    quiet = answers.get("quiet") == "yes"
    start, end = (int(str(answers.get(key, 0) if quiet else 0)) for key in ("quiet_from", "quiet_until"))
    if quiet and start == end:
        problems.append(
            Problem("quiet_until", "Quiet until: select another hour than the one at which they begin")
        )
    bundling, digest = Bundling(str(answers["bundling"])), answers["digest"] == "yes"
    if bundling is Bundling.DIGEST and not digest:
        problems.append(
            Problem("digest", "Select yes, because you chose to get news only in the morning digest")
        )
    wanted = answers.get("news", ())
    kept = {str(each) for each in wanted} if isinstance(wanted, tuple) else set[str]()
    mine = Preferences(
        off=frozenset(group for group in Group if group not in kept),
        bundling=bundling,
        quiet_from=start,
        quiet_until=end,
        quiet_days=answers["quiet_days"] == "yes",
        digest=digest,
    )
    return mine, tuple(problems)


def as_typed(mine: Preferences) -> dict[str, object]:
    """Preferences as the boxes of their form hold them."""
    quiet = mine.has_quiet_hours
    return {
        "news": [str(group) for group in Group if group not in mine.off],
        "bundling": str(mine.bundling),
        "quiet": "yes" if quiet else "no",
        "quiet_from": str(mine.quiet_from) if quiet else "20",
        "quiet_until": str(mine.quiet_until) if quiet else "7",
        "quiet_days": "yes" if mine.quiet_days else "no",
        "digest": "yes" if mine.digest else "no",
    }
