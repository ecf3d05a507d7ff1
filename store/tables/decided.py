"""What was decided: the events, the folded case, its tasks."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from store.tables.columns import Instant, key, metadata

# What is counted by the day on which it happened (P7). A query says this too, so that the small index is used.
BY_DAY = (
    "kind IN ('request_refused', 'objection_raised', 'request_blocked', 'request_approved', 'part_approved', "
    "'risk_signed', 'separation_waived', 'urgent_use_reviewed', 'entry_exempted', 'review_concluded', "
    "'incident_reported', 'regulator_told', 'mediation_started', 'mediation_concluded', 'mediation_answered', "
    "'rights_request_received', 'rights_request_answered', 'step_taken', 'step_jumped')"
)

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
    Index("ix_events_told", "kind", "at", sqlite_where=text(BY_DAY), postgresql_where=text(BY_DAY)),
    Index(  # the few that are counted one by one in public
        "ix_events_counted",
        "kind",
        "ref",
        sqlite_where=text("kind IN ('separation_waived', 'urgent_use_reviewed', 'entry_exempted')"),
        postgresql_where=text("kind IN ('separation_waived', 'urgent_use_reviewed', 'entry_exempted')"),
    ),
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
    Index(
        "ix_cases_blocked",
        "updated_at",
        sqlite_where=text("stage = 'blocked'"),
        postgresql_where=text("stage = 'blocked'"),
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
# What a body owes for its shares and is judged by (P9). A query says this too, so that the small index is used.
OWED = (
    "level = 0 AND kind IN ('review', 'review_urgent', 'confirm_receipt', 'do_action', 'answer_rights', "
    "'spread_correction', 'tell_regulator')"
)

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
    Column("about", String(160), nullable=False),  # which of several alike, else ''
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
    # I2: one open task of a kind per case, side and role; several vacancies are told apart by the empty post, several
    # requests of citizens, incidents and actions by what they are about.
    Index(
        "uq_tasks_open",
        "ref",
        "seat",
        "kind",
        "post",
        "about",
        unique=True,
        sqlite_where=_open,
        postgresql_where=_open,
    ),
    Index("ix_tasks_owed", "organisation", "kind", sqlite_where=text(OWED), postgresql_where=text(OWED)),
)
