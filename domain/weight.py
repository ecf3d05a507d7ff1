"""§3: does a text say something, or does it only assert? A small rule that a reader of the spec could write."""

import re

# What is said when nothing is said. Taken away, a reason must have something left.
ASSERTIONS = (
    r"not proportionate|disproportionate|proportionality|not necessary|data minimisation|minimisation",
    r"(it is |that is |this is )?(against |contrary to )?(our |the )?(company |data |information )?polic(y|ies)",
    r"we decide (this )?ourselves|our decision|at our discretion|we (do not|don't|cannot|can't) share",
    r"data protection( act| law)?|gdpr|dpa|confidential(ity)?|sensitive|risky|too risky|risk|legal reasons?",
    r"not appropriate|inappropriate|not allowed|not permitted|no comment|n/?a|none|see above|as above",
)
FILLER = frozenset(
    [
        "a",
        "an",
        "the",
        "it",
        "is",
        "are",
        "was",
        "be",
        "to",
        "of",
        "for",
        "in",
        "on",
        "at",
        "by",
        "and",
        "or",
        "not",
        "no",
        "do",
        "does",
        "did",
        "we",
        "us",
        "our",
        "you",
        "your",
        "they",
        "them",
        "their",
        "this",
        "that",
        "these",
        "those",
        "would",
        "will",
        "can",
        "could",
        "should",
        "must",
        "may",
        "because",
        "as",
        "so",
        "with",
        "from",
        "have",
        "has",
        "had",
        "only",
        "very",
        "just",
        "share",
        "shared",
        "sharing",
        "data",
        "request",
        "information",
    ]
)
ENOUGH = 5  # words left that mean something


def only_asserts(text: str) -> bool:
    """Whether a reason is nothing but stock phrases and filler."""
    rest = text.lower()
    for pattern in ASSERTIONS:
        rest = re.sub(rf"\b({pattern})\b", " ", rest)
    words = {word for word in re.findall(r"[^\W\d_]{2,}", rest) if word not in FILLER}
    return len(words) < ENOUGH
