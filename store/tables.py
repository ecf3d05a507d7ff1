"""The tables. Rows, never rules.

What people told us (`commands`, `forms`, `drafts`), what was decided (`events`), what pages read (`cases`, `tasks`),
what we told people (`notices`), the public `register`, and the directory of bodies, people and days.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite forgets zones, so they are put back; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant must know its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str = "id") -> Column[Any]:
    return Column(name, String(80), primary_key=True)


def ref(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, String(80), ForeignKey(target), nullable=nullable)


# --- the directory ---------------------------------------------------------------------------------------------

organisations = Table(
    "organisations",
    metadata,
    key(),
    Column("name", String(200), nullable=False),
    Column("kind", String(80), nullable=False),
    Column("nation", String(32), nullable=False),
    Column(
        "status", String(32), nullable=False
    ),  # public, private, academic, ... : guards read this, never names
    Column("identifiers", JSON, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("tiny", Boolean, nullable=False),
)

teams = Table(
    "teams",
    metadata,
    key(),
    ref("organisation", "organisations.id"),
    Column("name", String(200), nullable=False),
    Column("cluster", String(80)),
    Column("slack_channel", String(80)),
)

people = Table(
    "people",
    metadata,
    key(),
    Column("name", String(200), nullable=False),
    Column("email", String(200), nullable=False),
    Column("slack_user", String(40)),
    Column("featured", Integer),  # order on the sign-in page of an embedded installation
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    ref("person", "people.id"),
    Column("role", String(40), nullable=False),
    ref("organisation", "organisations.id"),
    ref("team", "teams.id", nullable=True),
    Index("ix_posts_person", "person"),
    Index("ix_posts_organisation_role", "organisation", "role"),
)

bank_holidays = Table(
    "bank_holidays",
    metadata,
    Column("nation", String(32), primary_key=True),
    Column("date", String(10), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("source", String(200), nullable=False),
    Column("added_on", String(10), nullable=False),
)

clusters = Table(
    "clusters",
    metadata,
    key(),
    Column("version", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    ref("board", "organisations.id"),  # a body of its own; its members hold the post `board` there
    Column("terms", JSON, nullable=False),  # what `domain.clusters.Terms` says
    Column("in_force_from", String(10), nullable=False),
    Column("proposed_by", String(80), nullable=False),
    Column("confirmed_by", String(80), nullable=False),  # '' until a second board member agreed
    Column("created_at", Instant, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("cluster", String(80), nullable=False),
    ref("team", "teams.id"),
    Column("signed_version", Integer, nullable=False),
    Column("signed_by", String(80), nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("notice_given_at", Instant),
    Column("notice_given_by", String(80)),
    Column("leaves_on", String(10)),  # the last day on which new cases may start; nothing is ever deleted
    Index("ix_memberships_cluster", "cluster", "team"),
    Index("ix_memberships_team", "team"),
)

guard_changes = Table(
    "guard_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("rule", String(80), nullable=False),
    Column("change", JSON, nullable=False),  # what `domain.rulebook.Change` says
    Column("reason", String(4000), nullable=False),
    Column("proposed_by", String(80), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("confirmed_by", String(80), nullable=False),  # '' until a second board member agreed
    Column("confirmed_at", Instant),
    Column("in_force_from", String(10), nullable=False),  # '' until then; never a day that has begun
)

guard_questions = Table(
    "guard_questions",
    metadata,
    key(),
    Column("ref", String(80), nullable=False),  # the request that was out of scope; it stays so
    Column("rule", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("question", String(4000), nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", String(4000), nullable=False),  # '' until a board member answered
    Column("answered_by", String(80), nullable=False),
    Column("answered_at", Instant),
    Index("ix_guard_questions_ref", "ref"),
)

# --- what people told us ---------------------------------------------------------------------------------------

drafts = Table(
    "drafts",
    metadata,
    key("ref"),
    ref("author", "people.id"),
    Column("answers", JSON, nullable=False),  # as typed: saving never fails, only submitting does
    Column("created_at", Instant, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("submitted", Boolean, nullable=False, server_default=text("false")),
    Index("ix_drafts_author", "author", "saved_at"),
)

# A draft that somebody prepared for another team, to be claimed by one of its people.
offers = Table(
    "offers",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("ref", String(80), nullable=False),
    ref("team", "teams.id"),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("claimed_by", String(80), nullable=False),
    Column("claimed_at", Instant),
)

forms = Table(
    "forms",
    metadata,
    key("ref"),
    Column("version", Integer, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("answers", JSON, nullable=False),  # clean; what a risk signature is for
    Column("screening", JSON),  # how its lane was chosen: `domain.screening.Screening`, with every predicate
)

commands = Table(
    "commands",
    metadata,
    key(),
    Column("ref", String(80), nullable=False),
    Column("act", String(40), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("via", String(16), nullable=False),
    Column("body", JSON, nullable=False),  # every clean answer, with the words; never sent to the engine
    Column("body_hash", String(64), nullable=False),
    Column("seen", Integer),
    Column("received_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),  # pending, applied, refused
    Column("refusal", JSON),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_try_at", Instant, nullable=False),
    Index("ix_commands_ref", "ref"),
    Index(
        "ix_commands_pending",
        "next_try_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
)

# --- what was decided ------------------------------------------------------------------------------------------

events = Table(
    "events",
    metadata,
    Column("ref", String(80), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("data", JSON, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("command", String(120), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

cases = Table(
    "cases",
    metadata,
    key("ref"),
    Column("version", Integer, nullable=False),
    Column("stage", String(32), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("cluster", String(80), nullable=False),  # whose terms carry it, else ''
    Column("root", String(80), nullable=False),  # the decision it relies on (P2), else ''
    Column("root_version", Integer, nullable=False),
    Column("parent", String(80), nullable=False),  # the case it is a part of, or amends, else ''
    Column("relation", String(16), nullable=False),  # to the parent: 'part', 'amends' or ''
    Column("board", String(80), nullable=False),  # whose members sort it out in triage, else ''
    Column("level", Integer, nullable=False),
    Column("cause", String(32), nullable=False),
    Column("at_top", Boolean, nullable=False),
    Column(
        "overdue_body", String(80), nullable=False
    ),  # whose every level was silent, counted in public; else ''
    Column("closed", Boolean, nullable=False),
    Column("sender_may_see", Boolean, nullable=False),
    Column("bundle", String(80), nullable=False),  # what several cases of one request have in common, else ''
    Column("receiving_organisation", String(80), nullable=False),
    Column("receiving_team", String(80), nullable=False),
    Column("sending_organisation", String(80), nullable=False),
    Column("sending_team", String(80), nullable=False),
    Column("title", String(200), nullable=False),
    Column("people_per_day", Integer, nullable=False),
    Column("items_shared", JSON, nullable=False),  # narrowed shares keep fewer
    Column("form_version", Integer, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("state", JSON, nullable=False),  # the folded case, enough to start its workflow again
    Column("head", String(64), nullable=False),  # hash of the last event
    Index("ix_cases_receiving", "receiving_organisation", "receiving_team"),
    Index("ix_cases_sending", "sending_organisation", "sending_team"),
    Index("ix_cases_updated", "updated_at", "ref"),
    Index(
        "ix_cases_overdue",
        "overdue_body",
        sqlite_where=text("overdue_body <> ''"),
        postgresql_where=text("overdue_body <> ''"),
    ),
    Index("ix_cases_root", "root", sqlite_where=text("root <> ''"), postgresql_where=text("root <> ''")),
    Index(
        "ix_cases_parent", "parent", sqlite_where=text("parent <> ''"), postgresql_where=text("parent <> ''")
    ),
    Index(
        "ix_cases_bundle", "bundle", sqlite_where=text("bundle <> ''"), postgresql_where=text("bundle <> ''")
    ),
)

_open = text("closed_at IS NULL")

tasks = Table(
    "tasks",
    metadata,
    Column("ref", String(80), ForeignKey("cases.ref"), primary_key=True),
    Column("task", String(16), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("seat", String(40), nullable=False),
    Column("role", String(40), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column(
        "team", String(80), nullable=False
    ),  # '' for leaders, reviewers and operators: theirs is the whole body
    Column("level", Integer, nullable=False),
    Column("post", String(40), nullable=False),  # with fill_post: the empty seat, else ''
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("visible_from", Instant, nullable=False),
    Column("missed_at", Instant),
    Column("closed_at", Instant),
    Column("how", String(16)),
    Column("announced_at", Instant),  # when what opens later was announced
    Column("nudged_on", String(10)),  # the day of the last reminder
    Index(
        "ix_tasks_inbox",
        "organisation",
        "role",
        "team",
        "due_at",
        "ref",
        sqlite_where=_open,
        postgresql_where=_open,
    ),
    Index("ix_tasks_open", "due_at", sqlite_where=_open, postgresql_where=_open),
    # I2: one open task of a kind per case, side and role; several vacancies are told apart by the empty post.
    Index(
        "uq_tasks_open",
        "ref",
        "seat",
        "kind",
        "post",
        unique=True,
        sqlite_where=_open,
        postgresql_where=_open,
    ),
)

# --- what we told people ---------------------------------------------------------------------------------------

notices = Table(
    "notices",
    metadata,
    key(),
    Column("ref", String(80), nullable=False),
    Column("task", String(16), nullable=False),
    Column("seat", String(40), nullable=False),
    Column("role", String(40), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("team", String(80), nullable=False),
    Column("headline", String(200), nullable=False),
    Column("due_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column(
        "wanted", Integer, nullable=False, server_default=text("1")
    ),  # 1 = as posted, 2 = replaced after the act
    Column("sent", Integer, nullable=False, server_default=text("0")),  # how far Slack agrees with `wanted`
    Column("started", Integer, nullable=False, server_default=text("0")),  # how far a delivery was started
    Column("channel", String(40)),
    Column("ts", String(40)),
    Column("tried_at", Instant),  # a post was begun and its outcome is not known: look before posting again
    Column("trouble", String(80)),  # why it stays in the app only
    Column("sent_at", Instant),
    Index("ix_notices_ref", "ref", "created_at"),
    Index("ix_notices_seat", "organisation", "role", "team", "created_at"),
    Index(
        "ix_notices_due",
        "created_at",
        sqlite_where=text("started < wanted"),
        postgresql_where=text("started < wanted"),
    ),
)

register = Table(
    "register",
    metadata,
    key("ref"),
    Column("version", Integer, primary_key=True),
    Column("published_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("latest", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("entry", JSON, nullable=False),
    Column("receiving_organisation", String(80), nullable=False),
    Column("sending_organisation", String(80), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("use", String(32), nullable=False),
    Column("region", String(16), nullable=False),  # an ONS code, else ''
    Column("root", String(80), nullable=False),  # the decision it relies on, else ''
    Index(
        "ix_register_root",
        "root",
        "published_at",
        "ref",
        sqlite_where=text("latest AND root <> ''"),
        postgresql_where=text("latest AND root <> ''"),
    ),
    Index(
        "ix_register_latest",
        "published_at",
        "ref",
        sqlite_where=text("latest"),
        postgresql_where=text("latest"),
    ),
)

# Words of the newest version of each entry, to search by: newest first within a word (P8).
register_words = Table(
    "register_words",
    metadata,
    Column("word", String(40), primary_key=True),
    Column("published_at", Instant, primary_key=True),
    Column("ref", String(80), primary_key=True),
    Index("ix_register_words_ref", "ref"),
)

# Protection C: one receiver that gathers the same items region by region.
alarms = Table(
    "alarms",
    metadata,
    ref("organisation", "organisations.id"),
    Column("item", String(200), nullable=False),
    Column("entries", JSON, nullable=False),  # references of the register entries that add up to it
    Column("regions", JSON, nullable=False),
    Column("raised_at", Instant, nullable=False),
    PrimaryKeyConstraint("organisation", "item"),
)

# P4: the questions no longer put to people once a share runs, as the requesting team promised.
retired_questions = Table(
    "retired_questions",
    metadata,
    Column("ref", String(80), ForeignKey("cases.ref"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("question", String(200), nullable=False),
    Column("organisation", String(80), nullable=False),
    Column("promised_at", Instant, nullable=False),  # the first delivery
    Column("checked_at", Instant),  # the review that looked
    Column("kept", Boolean),
    Index("ix_retired_questions_promised_at", "promised_at"),
)

# --- who is here -----------------------------------------------------------------------------------------------

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    ref("person", "people.id"),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    ref("person", "people.id"),
    Column("label", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
