"""P1: the three clusters as data: which teams sit in them, what their tasks are, what their terms leave out.

Members are *teams*. A body of one trade has all its teams in one cluster; a council's teams sit in three, and which
one is told by what the team is called (footnote 1 of the plan).
"""

import re
from collections.abc import Iterable, Mapping

from domain.bodies import Found

HUMAN, HEALTH, CRIME = "human-services", "health-social-care", "crime-justice"
NAMES: Mapping[str, str] = {
    HUMAN: "human services",
    HEALTH: "health and social care",
    CRIME: "crime and justice",
}

# Bodies whose teams sit in several clusters, by kind.
MANY_TEAMS = frozenset({"council"})

# What a council's team is called -> where it sits; None: in no cluster. A team may answer to more than one word.
TEAMS: tuple[tuple[str | None, str], ...] = (
    (None, r"trading standards|animal|environmental (health|crime)|parking|licens|planning|elect(ion|oral)|highways"
           r"|waste|street scene|coroner|emergency planning|economic development|procurement|human resources"),
    (CRIME, r"youth (offending|justice)|\byot\b|\byos\b|community safety|anti-?social|violence reduction|gangs?\b"
            r"|prevent team|channel panel|integrated offender"),
    (HUMAN, r"benefit|revenues|financial assessment|council tax|housing|homeless|rough sleep|welfare|school|educat"
            r"|pupil|admissions|blue badge|early (help|years)|families|children'?s centre|family hub|household support"
            r"|hardship|cost of living|employment support|skills|\bsend\b|special educational|customer|librar"
            r"|registra(r|tion)|tell us once|bereavement|ukraine|resettlement|warm homes|fuel poverty|free school"),
    (HEALTH, r"social care|social work|social services|adult services|safeguarding adults|children'?s services"
             r"|children and families social|child protection|looked[- ]after|care leavers|fostering|adoption"
             r"|reablement|public health|direct care|discharge|occupational therap|mental health|drugs? and alcohol"
             r"|substance|disabilit(y|ies) team|domiciliary|continuing (health)?care"
             r"|care (package|plan|needs|assessment)"),
)  # fmt: skip

# What each cluster is for, in words that purposes use.
TASKS: Mapping[str, str] = {
    HUMAN: r"benefit|universal credit|pension credit|housing|homeless|rent\b|tenan|council tax|school|educat|pupil"
           r"|student|learner|train(ee|ing)|apprentic|childcare|nursery|free (school )?meal|famil|child|household"
           r"|poverty|hardship|blue badge|employment|into work|carer|support fund|payment|maintenance|disab"
           r"|warm home|cost of living|\bneet\b|bereave|birth|resident|entitle|claim|income|young people",
    HEALTH: r"care\b|caring|patient|health|clinic|treat|hospital|discharge|medic|prescri|nurs|ambulance|vaccin"
            r"|screening|social work|safeguard|child|adult|vulnerab|famil|disab|disease|infection|outbreak|birth"
            r"|frail|falls|dementia|population|wait|suicid|drug|alcohol|maternity|end of life",
    CRIME: r"charg|prosecut|offen[cd]|crim|polic|victim|witness|court|trial|probation|prison|custod|sentenc|bail"
           r"|arrest|violence|gang|exploit|abuse|safeguard|missing|fraud|investigat|stalk|terror|knife|drug|public"
           r" protection|reoffend|recall|release|licence condition|safety|disorder",
}  # fmt: skip

# Tasks that sit in none of the clusters, whoever does them.
OUTSIDE = (
    r"elector|election|canvass|\bvot(e|er|ing)\b|immigration|deport|\bvisa|border control|marketing|advertis"
    r"|actuar|insurance premium|tax (compliance|evasion|collection)|customs|planning permission|licensing of"
    r"|road pricing|parking charge|recruit|vetting of staff|pre-employment|staff (records|survey)|workforce planning"
    r"|procurement|animal welfare|fire safety|honours"
)

# Kinds of use that a shared task can carry, by cluster. Something new is tried out first (C22): nobody presumes it.
CATEGORIES: Mapping[str, frozenset[str]] = {
    HUMAN: frozenset({"service_delivery", "safeguarding", "prevention", "proactive", "fraud_error_debt"}),
    HEALTH: frozenset({"service_delivery", "safeguarding", "prevention", "proactive"}),
    CRIME: frozenset({"service_delivery", "safeguarding", "prevention", "proactive", "law_enforcement"}),
}

# Data that the terms of a cluster leave out: item words, whether one by one too.
EXCLUDED: tuple[tuple[str, str, bool], ...] = (
    ("scores and predictions about people", r"\bscor(e|es|ing)\b|risk (rating|stratif|model)|predict|propensity"
     r"|algorithm|profil(e|ing) of", False),
    ("police intelligence and unproven allegations", r"intelligence|alleged|suspected (gang|link)|informant|\bchis\b",
     False),
    ("sexual and reproductive health", r"sexual health|terminations?\b|abortion|\bhiv\b|\bstis?\b|fertility"
     r"|gender (recognition|identity|reassign)", True),
    ("genetic data", r"genetic|genom|\bdna\b", True),
    ("adoption and witness protection", r"adoption record|protected person|witness protection", True),
)  # fmt: skip


def has(pattern: str, *texts: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for text in texts)


def of_team(found: Found, *names: str) -> frozenset[str]:
    """The clusters in which the team that acts for a body sits; empty: none. `names`: what its team may be called."""
    if found.body:
        for name in names:
            for team, cluster in found.body.teams:
                if name and team.lower() == name.lower():
                    return frozenset({cluster} if cluster else ())
    if found.kind not in MANY_TEAMS:
        return frozenset({found.cluster} if found.cluster else ())
    told = [cluster for cluster, words in TEAMS if has(words, found.written, *names)]
    if None in told:
        return frozenset()
    return frozenset(each for each in told if each) or frozenset({HUMAN})


def of_holding_team(found: Found, items: Iterable[str], team: str = "") -> frozenset[str]:
    """The same for who holds the data. Where nobody names its team, the items tell which of a council's keeps them."""
    sits = of_team(found, team) if team else of_team(found)
    if team or found.kind not in MANY_TEAMS or sits != frozenset({HUMAN}):
        return sits
    votes = {
        cluster: sum(has(words, item) for item in items) for cluster, words in TEAMS if cluster is not None
    }
    best = max(votes, key=lambda each: votes[each])
    return frozenset({best}) if votes[best] > votes[HUMAN] else sits


def does(cluster: str, category: str, purpose: str, team: str) -> str:
    """Why the purpose is not this cluster's task; empty when it is."""
    if category not in CATEGORIES[cluster]:
        return f"a use for '{category.replace('_', ' ')}' is no shared task of {NAMES[cluster]}"
    if has(OUTSIDE, purpose):
        return f"the purpose is a task outside {NAMES[cluster]}"
    theirs = [other for other, words in TASKS.items() if has(words, purpose, team)]
    if theirs and cluster not in theirs:
        return f"the purpose reads as a task of {NAMES[theirs[0]]}, not of {NAMES[cluster]}"
    return ""


def left_out(items: Iterable[str], is_bulk: bool) -> tuple[str, ...]:
    """The classes of data among the items that every cluster's terms leave out."""
    held = tuple(items)
    return tuple(
        name for name, words, also_singly in EXCLUDED if (is_bulk or also_singly) and has(words, *held)
    )
