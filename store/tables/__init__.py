"""The tables. Rows, never rules."""

from store.tables.adding_up import adding_up
from store.tables.agreements import clusters, guard_changes, guard_questions, memberships
from store.tables.columns import Instant, metadata
from store.tables.concerns import concerns, mediations, rights_requests
from store.tables.contacts import contacts, imports_waiting
from store.tables.decided import cases, events, tasks
from store.tables.deliveries import deliveries
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
from store.tables.keys import grant_tokens, signing_keys
from store.tables.leaders import appetite, canaries
from store.tables.packs import packs
from store.tables.policies import policies
from store.tables.preferences import preferences
from store.tables.published import alarms, notices, register, register_words, retired_questions
from store.tables.received import commands, drafts, forms, offers
from store.tables.services import (
    offered_items,
    registered_items,
    service_versions,
    service_words,
    services,
)
from store.tables.sessions import identities, invitations, sessions, sign_ins, tokens
from store.tables.sharing_agreements import sharing_agreements
from store.tables.slack import slack_codes, slack_links
from store.tables.telling import digests, slack_turns
from store.tables.use_log import grant_states, use_days, use_rows
from store.tables.webhooks import webhook_endpoints, webhook_messages
from store.tables.x_road import x_road_jobs, x_road_servers, x_road_subjects

__all__ = [
    "Instant",
    "adding_up",
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
    "deliveries",
    "deputies",
    "digests",
    "drafts",
    "events",
    "figure_counts",
    "former_names",
    "forms",
    "friction",
    "government_changes",
    "grant_states",
    "grant_tokens",
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
    "offered_items",
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
    "registered_items",
    "restatements",
    "retired_questions",
    "rights_requests",
    "service_versions",
    "service_words",
    "services",
    "sessions",
    "sharing_agreements",
    "sign_ins",
    "signing_keys",
    "slack_codes",
    "slack_links",
    "slack_turns",
    "tasks",
    "teams",
    "tokens",
    "use_days",
    "use_rows",
    "webhook_endpoints",
    "webhook_messages",
    "x_road_jobs",
    "x_road_servers",
    "x_road_subjects",
]
