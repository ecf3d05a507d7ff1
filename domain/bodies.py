"""Who a written name means: one body of the directory, or at least what kind of body (§4: status, never the sound).

A name is looked up in the directory first. What is not there by name is placed by the *kind* its head noun names
("police forces in England" are police), because whoever writes for 330 councils does not list them. A company is told
by its legal form; one that the state owns is in the directory, which is the only thing that makes it public. What is
neither is `unknown`, and the rules say so instead of guessing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

PUBLIC, MIXED, UNKNOWN, FOREIGN, COMPANY, CHARITY = (
    "public",
    "mixed",
    "unknown",
    "foreign",
    "company",
    "charity",
)
CROSS_BORDER = "cross_border"
STATE_OWNED = "state-owned company"
FOREIGN_PLACE = "foreign place"  # the kind whose phrases are places and peoples, not bodies
LOCAL, NATIONAL = "local", "national"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`phrases`: what bodies of this kind are called in general; one that starts with ^ opens a name."""

    id: str
    status: str
    cluster: str | None = None
    level: str = LOCAL
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Body:
    """`teams`: (name, cluster) of those that the directory knows. `closed`: year and month, when it is no more."""

    id: str
    name: str
    kind: str
    status: str
    aliases: tuple[str, ...] = ()
    cluster: str | None = None
    level: str = NATIONAL
    nation: str = ""
    closed: str = ""
    successor: str = ""
    teams: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a written name turned out to be. `body` is None when only the kind could be told."""

    written: str
    kind: str
    status: str
    cluster: str | None = None
    level: str = NATIONAL
    body: Body | None = None

    @property
    def name(self) -> str:
        return self.body.name if self.body else self.written

    @property
    def is_known(self) -> bool:
        return self.status != UNKNOWN


def plain(name: str) -> str:
    """One spelling for a name: no accents, case, punctuation or explanation in brackets."""
    text = re.sub(r"\(.*?\)", " ", name).replace("’", "'").replace("‘", "'")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    text = re.sub(r"[^a-z0-9 ]", " ", text.lower().replace("&", " and ").replace("'", "").replace(".", ""))
    text = " ".join(text.split()).removeprefix("the ")
    return re.sub(r"^(his|her) majestys\b", "hm", text)


def regular(phrase: str) -> str:
    """A pattern for a phrase and its plural."""
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        return re.escape(phrase[:-1]) + "(?:y|ies)"
    return re.escape(phrase) + "(?:s|es)?"


# A legal form is a fact about a body, unlike a word that sounds public.
COMPANY_FORMS = re.compile(r"\b(ltd|limited|plc|llp|inc|incorporated|gmbh|corp|corporation)\b")
SOCIAL_FORMS = re.compile(r"\b(cic|cio|community interest company|registered charity)\b")
OWNED = re.compile(r"\bowned by\b(?P<owner>[^;)]*)", re.IGNORECASE)
STATE = re.compile(r"\b(state|government|crown|treasury|secretary of state|ministers?)\b", re.IGNORECASE)
SEPARATOR = re.compile(
    r"\s*(?:,\s*and\s|,|/|\+|\band\b|&|\bor\b|\bplus\b|\btogether with\b|\bas well as\b)\s*", re.I
)
# What may follow a head noun without changing what it is.
AFTER_HEAD = (
    "in|of|for|at|from|across|within|around|near|serving|covering|holding|taking|who|that|which|with|by|to|on|under|"
    "via|through|hosted|administering|running|responsible|acting|working|using|about|listed|named|"
    "north|south|east|west|midlands|london|england|scotland|wales|cymru|uk|northern"
)
# Words in brackets that do not say what the body is.
ASIDE = re.compile(r"^(sic|lead|via|through|for|as|the|now|formerly|then|about|\d)", re.IGNORECASE)
PLACES_ONLY = re.compile(r"^(england|wales|scotland|northern ireland|great britain|britain|uk|london|cymru)$")
OTHERS = re.compile(r"^(its?|their|all|the|\w+)?\s?(other|others|more|partner|partners|agents?|districts?)\b")
# A part of a body, called by the body's name and its own.
TEAM_AT_END = re.compile(
    r"\b(team|unit|service|department|directorate|section|hub|staff|officer|function)s?$"
)
ON_BEHALF = re.compile(r"\b(?:on behalf of|acting for)\b", re.IGNORECASE)


@dataclass
class Directory:
    """The bodies and kinds that are known here. Built once, then only read."""

    bodies: Iterable[Body]
    kinds: Mapping[str, Kind]
    _names: dict[str, Body] = field(init=False, default_factory=dict[str, Body])
    _phrases: list[tuple[int, Kind, re.Pattern[str]]] = field(
        init=False, default_factory=list[tuple[int, Kind, re.Pattern[str]]]
    )
    _short: set[str] = field(init=False, default_factory=set[str])
    _together: re.Pattern[str] = field(init=False)
    _abroad: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        for body in self.bodies:
            for name in (body.name, *body.aliases):
                self._names.setdefault(plain(name), body)
                if name.isupper() and len(name) > 2:
                    self._short.add(plain(name))
        together: list[str] = []
        for kind in self.kinds.values():
            if kind.id == FOREIGN_PLACE:
                continue
            for phrase in kind.phrases:
                words = phrase.removeprefix("^")
                head = rf"\b{regular(words)}(?=$| (?:{AFTER_HEAD})\b)"
                pattern = rf"^{regular(words)}\b" if phrase.startswith("^") else head
                self._phrases.append((len(words.split()), kind, re.compile(pattern)))
                if " and " in words:
                    together.append(words.replace(" and ", r" (?:and|&) "))
        # Longest first; of two as long, the one that is not public: a guard errs to the careful side.
        self._phrases.sort(key=lambda each: (-each[0], each[1].status == PUBLIC))
        self._together = re.compile(
            "|".join(sorted(together, key=len, reverse=True)) or "(?!)", re.IGNORECASE
        )
        places = self.kinds[FOREIGN_PLACE].phrases if FOREIGN_PLACE in self.kinds else ()
        named = "|".join(re.escape(plain(each)) for each in places) or "(?!)"
        self._abroad = re.compile(rf"\b(?<!northern )(?:{named})\b")

    def is_abroad(self, text: str) -> bool:
        """Whether a place outside the United Kingdom is named."""
        return bool(self._abroad.search(plain(text)))

    def named(self, text: str) -> Body | None:
        return self._names.get(plain(text))

    def find(self, written: str) -> tuple[Found, ...]:
        """Every body that a written name stands for, in order; never empty."""
        found = tuple(
            each for part in _outside_brackets(written) if part.strip() for each in self._part(part.strip())
        )
        return found or (Found(written=written, kind=UNKNOWN, status=UNKNOWN),)

    def _part(self, part: str) -> Iterator[Found]:
        owner = OWNED.search(part)
        if owner and (STATE.search(owner["owner"]) or self.one(owner["owner"]).status == PUBLIC):
            yield Found(written=part, kind=STATE_OWNED, status=PUBLIC)
            return
        principal = ON_BEHALF.split(part)
        if len(principal) == 2:
            part = principal[1].strip(" )")
        insides = [each.strip() for each in re.findall(r"\((.*?)\)", part)]
        body = self._names.get(plain(part.replace("(", " ").replace(")", " "))) or self.named(part)
        if body:
            yield _of(body, part)
        elif any(self._is_place_abroad(each) for each in insides):
            yield Found(written=part, kind="foreign body", status=FOREIGN)
        else:
            yield from self._whole(part, insides)
        for inside in insides:
            if re.match(r"(and|with|plus)\s", inside, re.IGNORECASE):
                yield self.one(inside.split(" ", 1)[1])

    def _is_place_abroad(self, text: str) -> bool:
        return bool(self._abroad.fullmatch(plain(text).removeprefix("republic of ")))

    def _whole(self, part: str, insides: list[str]) -> Iterator[Found]:
        many = list(self._several(re.sub(r"\(.*?\)", " ", part)))
        of_a_body = _last_when_team(part, many)
        if of_a_body:
            yield of_a_body
            return
        if all(found.is_known for found in many):
            yield from many
            return
        # The words outside say nothing: what is in brackets may ("named person services (health boards)").
        for inside in sorted(insides, key=lambda each: each.lower().startswith("example")):
            if not ASIDE.match(inside):
                said = list(self._several(inside.removeprefix("example:").removeprefix("e.g.").strip()))
                if said and all(found.is_known for found in said):
                    yield from said
                    return
        yield from many

    def _several(self, text: str) -> Iterator[Found]:
        """Names joined by commas and ands: as few and as long ones as the directory knows."""
        guarded = self._together.sub(lambda m: re.sub(r" (and|&) ", "_", m.group()), text)
        cuts = [0, *(at for m in SEPARATOR.finditer(guarded) for at in (m.start(), m.end())), len(guarded)]
        atoms = [
            (cuts[i], cuts[i + 1]) for i in range(0, len(cuts), 2) if guarded[cuts[i] : cuts[i + 1]].strip()
        ]
        if len(atoms) < 2:
            yield self.one(text)
            return
        at, after_place = 0, False
        while at < len(atoms):
            found, taken = self._longest(guarded, atoms, at)
            words = guarded[atoms[at][0] : atoms[at][1]].strip().lower()
            if not found.is_known and (PLACES_ONLY.match(words) or OTHERS.match(words) or after_place):
                at += 1
                continue
            if not found.is_known and at + 1 < len(atoms):
                # "Avon and Somerset Police": a place before a kind belongs to it.
                following, more = self._longest(guarded, atoms, at + 1)
                if following.is_known and not following.body and not COMPANY_FORMS.search(words):
                    found, taken = following, more + 1
            after_place = " in " in guarded[atoms[at][0] : atoms[at + taken - 1][1]]
            yield found
            at += taken

    def _longest(self, text: str, atoms: list[tuple[int, int]], at: int) -> tuple[Found, int]:
        for last in range(len(atoms) - 1, at, -1):
            body = self.named(text[atoms[at][0] : atoms[last][1]].replace("_", " and "))
            if body:
                return _of(body, body.name), last - at + 1
        return self.one(text[atoms[at][0] : atoms[at][1]].replace("_", " and ")), 1

    def one(self, written: str) -> Found:
        """One body: by name, else by its legal form, else by its kind."""
        written = " ".join(written.split())
        text = plain(written)
        body = self._names.get(text)
        if body:
            return _of(body, written)
        if self._abroad.search(text):
            return Found(written=written, kind="foreign body", status=FOREIGN)
        if SOCIAL_FORMS.search(text):
            return Found(written=written, kind="charity", status=CHARITY)
        if COMPANY_FORMS.search(text):
            body = self._names.get(" ".join(COMPANY_FORMS.sub(" ", text).split()))
            if body and body.kind == STATE_OWNED:
                return _of(body, written)
            return Found(written=written, kind="company", status=COMPANY)
        return (
            self._kind_of(text, written)
            or self._part_of(text, written)
            or Found(written=written, kind=UNKNOWN, status=UNKNOWN)
        )

    def _kind_of(self, text: str, written: str) -> Found | None:
        for _, kind, pattern in self._phrases:
            if pattern.search(text):
                return Found(
                    written=written, kind=kind.id, status=kind.status, cluster=kind.cluster, level=kind.level
                )
        return None

    def _part_of(self, text: str, written: str) -> Found | None:
        """A part of a body that is known, told by how its name begins: "HMRC Debt Management"."""
        words = text.split()
        for many in range(len(words) - 1, 0, -1):
            body = self._names.get(" ".join(words[:many]))
            # One word alone may begin anything; an abbreviation may not.
            if body and (many > 1 or words[0] in self._short):
                return _of(body, written)
        if TEAM_AT_END.search(text):
            for many in range(len(words) - 1, 0, -1):
                found = self._kind_of(" ".join(words[:many]), written)
                if found and found.status == PUBLIC:
                    return found
        return None


def _last_when_team(part: str, many: list[Found]) -> Found | None:
    """ "Witness care unit, Kent Police" is one body, with its team in front."""
    if len(many) < 2 or not many[-1].is_known or any(each.status == PUBLIC for each in many[:-1]):
        return None
    before, comma, last = part.rpartition(",")
    is_team = re.search(
        r"\b(unit|team|service|hub|office|directorate|section|division|branch)s?$", before.strip(), re.I
    )
    return many[-1] if comma and is_team and plain(last) == plain(many[-1].written) else None


def _of(body: Body, written: str) -> Found:
    return Found(
        written=written,
        kind=body.kind,
        status=body.status,
        cluster=body.cluster,
        level=body.level,
        body=body,
    )


def _outside_brackets(written: str) -> Iterator[str]:
    """Parts between semicolons that are not inside brackets."""
    depth, part = 0, ""
    for letter in written:
        depth += (letter == "(") - (letter == ")")
        if letter == ";" and depth <= 0:
            yield part
            part = ""
        else:
            part += letter
    yield part
