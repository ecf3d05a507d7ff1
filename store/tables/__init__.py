"""The tables. Rows, never rules."""

from store.tables.agreements import clusters, guard_changes, guard_questions, memberships
from store.tables.columns import Instant, metadata
from store.tables.concerns import concerns, mediations, rights_requests
from store.tables.contacts import contacts, imports_waiting
from store.tables.decided import cases, events, tasks
from store.tables.directory import (
    bank_holidays,
    cover,
    deputies,
    noticed,
    organisations,
    people,
    posts,
    teams,
)
from store.tables.figures import case_counts, case_figures, figure_counts, programmes, restatements
from store.tables.friction import friction
from store.tables.government import former_names, government_changes
from store.tables.grants import body_tasks, grant_versions, grants
from store.tables.leaders import appetite, canaries
from store.tables.packs import packs
from store.tables.policies import policies
from store.tables.preferences import preferences
from store.tables.published import alarms, notices, register, register_words, retired_questions
from store.tables.received import commands, drafts, forms, offers
from store.tables.sessions import identities, invitations, sessions, sign_ins, tokens
from store.tables.slack import slack_codes, slack_links
from store.tables.telling import digests, slack_turns
from store.tables.webhooks import webhook_endpoints, webhook_messages

__all__ = [
    "Instant",
    "alarms",
    "appetite",
    "bank_holidays",
    "body_tasks",
    "canaries",
    "case_counts",
    "case_figures",
    "cases",
    "clusters",
    "commands",
    "concerns",
    "contacts",
    "cover",
    "deputies",
    "digests",
    "drafts",
    "events",
    "figure_counts",
    "former_names",
    "forms",
    "friction",
    "government_changes",
    "grant_versions",
    "grants",
    "guard_changes",
    "guard_questions",
    "identities",
    "imports_waiting",
    "invitations",
    "mediations",
    "memberships",
    "metadata",
    "noticed",
    "notices",
    "offers",
    "organisations",
    "packs",
    "people",
    "policies",
    "posts",
    "preferences",
    "programmes",
    "register",
    "register_words",
    "restatements",
    "retired_questions",
    "rights_requests",
    "sessions",
    "sign_ins",
    "slack_codes",
    "slack_links",
    "slack_turns",
    "tasks",
    "teams",
    "tokens",
    "webhook_endpoints",
    "webhook_messages",
]
