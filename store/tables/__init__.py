"""The tables. Rows, never rules."""

from store.tables.agreements import clusters, guard_changes, guard_questions, memberships
from store.tables.columns import Instant, metadata
from store.tables.decided import cases, events, tasks
from store.tables.directory import bank_holidays, organisations, people, posts, teams
from store.tables.figures import case_figures, case_flows, figure_counts
from store.tables.leaders import appetite, canaries
from store.tables.published import alarms, notices, register, register_words, retired_questions
from store.tables.received import commands, drafts, forms, offers
from store.tables.sessions import sessions, tokens

__all__ = [
    "Instant",
    "alarms",
    "appetite",
    "bank_holidays",
    "canaries",
    "case_figures",
    "case_flows",
    "cases",
    "clusters",
    "commands",
    "drafts",
    "events",
    "figure_counts",
    "forms",
    "guard_changes",
    "guard_questions",
    "memberships",
    "metadata",
    "notices",
    "offers",
    "organisations",
    "people",
    "posts",
    "register",
    "register_words",
    "retired_questions",
    "sessions",
    "tasks",
    "teams",
    "tokens",
]
