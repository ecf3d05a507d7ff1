"""§4, protection B: what Sharecase is not for, asked before any lane. Out of scope is not unlawful, so each rule says
in plain words where to go instead.

A rule has one of three effects. *block*: out of scope, with no override. *ask*: whether the rule applies cannot be
decided from the facts held, so people choose (C1a). *condition*: the request goes on, with something added.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from domain.bodies import CHARITY, COMPANY, CROSS_BORDER, FOREIGN, MIXED, PUBLIC, UNKNOWN, Directory, Found
from domain.clusters import CRIME, HEALTH, HUMAN, has
from domain.geography import is_nationwide
from domain.records import Facts

Effect = Literal["block", "ask", "condition"]


@dataclass(frozen=True, kw_only=True)
class Screened:
    """A request with everybody in it looked up. `abroad`: whether the area names a place outside the UK."""

    facts: Facts
    recipients: tuple[Found, ...]
    suppliers: tuple[Found, ...]
    processors: tuple[Found, ...]
    onward: tuple[Found, ...]
    abroad: bool

    @property
    def receivers(self) -> tuple[Found, ...]:
        return self.recipients + self.onward

    @property
    def words(self) -> str:
        return f"{self.facts.title}. {self.facts.purpose}"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`applies` gives what it rests on, or an empty text. Rules are never edited in place: a change is a version."""

    id: str
    effect: Effect
    applies: Callable[[Screened], str]
    sentence: str
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Hit:
    rule: str
    version: int
    effect: Effect
    why: str
    sentence: str


def look_up(facts: Facts, directory: Directory) -> Screened:
    return Screened(
        facts=facts,
        recipients=directory.find(facts.asking),
        suppliers=tuple(found for name in facts.holding for found in directory.find(name)),
        processors=_all(directory, (*facts.processors, *_said(PROCESSOR, facts.purpose))),
        onward=_all(directory, facts.onward)
        + tuple(each for each in _all(directory, _said(ONWARD, facts.purpose)) if each.is_known),
        abroad=directory.is_abroad(facts.region),
    )


def hits(screened: Screened) -> tuple[Hit, ...]:
    """Every rule that applies, in the order of the table."""
    return tuple(
        Hit(rule=rule.id, version=rule.version, effect=rule.effect, why=why, sentence=rule.sentence)
        for rule in RULES
        if (why := rule.applies(screened))
    )


# --- who ---------------------------------------------------------------------------------------------------------

# What a purpose says about others who get to see the data.
PROCESSOR = re.compile(
    r"\b(?:supplied|hosted|run|operated|built|provided|processed|managed) by (?P<who>[A-Z][\w&.'-]+(?: [A-Z][\w&.'-]+)*)"
)
ONWARD = re.compile(
    r"\b(?:pass(?:ed|es|ing)? (?:it |them |these |the (?:data|list|results) )?on to|onward to|s(?:ell|old|elling)"
    r"(?: it| them| on)? to|then (?:sent|given|shared|passed) (?:to|with)|for (?:re)?use by)"
    r" (?P<who>[^.;,()]{3,80})"
)


def _said(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(match["who"] for match in pattern.finditer(text))


def _all(directory: Directory, names: Iterable[str]) -> tuple[Found, ...]:
    return tuple(found for name in names for found in directory.find(name))


def _received_by(*statuses: str) -> Callable[[Screened], str]:
    def applies(screened: Screened) -> str:
        return _names(each for each in screened.receivers if each.status in statuses)

    return applies


def _used_for(*categories: str) -> Callable[[Screened], str]:
    return lambda screened: (
        f"the kind of use is '{screened.facts.category}'" if screened.facts.category in categories else ""
    )


def _names(found: Iterable[Found]) -> str:
    return ", ".join(dict.fromkeys(each.name for each in found))


def _charities_alone(screened: Screened) -> str:
    """A charity among public bodies can be left out of the request, so that is a question and not an end."""
    statuses = {each.status for each in screened.receivers}
    return _names(screened.receivers) if statuses == {CHARITY} else ""


def _charities_among(screened: Screened) -> str:
    statuses = {each.status for each in screened.receivers}
    return _names(each for each in screened.receivers if each.status == CHARITY) if len(statuses) > 1 else ""


def _held_privately(screened: Screened) -> str:
    public = [each for each in screened.suppliers if each.status in (PUBLIC, MIXED, UNKNOWN, CROSS_BORDER)]
    return "" if public else _names(screened.suppliers)


def _held_partly_by_business(screened: Screened) -> str:
    return (
        ""
        if _held_privately(screened)
        else _names(each for each in screened.suppliers if each.status in (COMPANY, FOREIGN))
    )


def _not_in_directory(screened: Screened) -> str:
    return _names(each for each in screened.receivers if each.status == UNKNOWN)


def _no_holder_known(screened: Screened) -> str:
    return (
        "" if any(each.is_known for each in screened.suppliers) else _names(screened.suppliers) or "nobody"
    )


# --- what for ----------------------------------------------------------------------------------------------------

FREEDOM_OF_INFORMATION = r"freedom of information|\bfoi(s?a)?\b|environmental information regulations|\beir 2004\b"
SUBJECT_ACCESS = r"subject access request|\bdsar\b"
OPEN_DATA = r"\bopen (government )?data\b|open government licence|publish\w* (it |them |this )?(openly|as open)"
SMART_DATA = r"smart data|open (banking|finance|energy|communications)\b"
# Watching for disease is not watching people.
SURVEILLANCE = (
    r"(?<!disease )(?<!health )(?<!infection )(?<!syndromic )(?<!cancer )(?<!mortality )(?<!vaccine )(?<!epidemic )"
    r"\bsurveillance\b(?! of (disease|infection|notifiable|flu|measles|vaccin))"
    r"|general intelligence|intelligence[- ]gathering|predictive policing|live facial|facial recognition"
    r"|investigatory powers|\bintercept(ion)?\b|communications data|bulk personal data ?set|track (the )?movements?"
    r"|monitor(ing)? (everyone|all (citizens|residents|people))|mass monitoring"
)
LIKENESS = r"\bfac(e|es|ial)\b|photo|biometric|fingerprint|\bdna\b|\bvoice ?print|\bgait\b"
EVERYBODY = (
    r"\b(every(one|body)?|all|anyone|whole|entire)\b(?! (the )?(named|cases|suspect|offender|defendant))"
    r"|\bgeneral (public|population)\b|\bpopulation of\b|\d+ million"
)
REGISTER_OF_PEOPLE = (
    r"population (register|spine)|register of (all|every|the whole|the population)|national identity"
    r"|(universal|national|compulsory|mandatory) (digital )?(id\b|identit|identifier|id card)|\bbrit ?card\b"
    r"|identity cards?\b|cross-domain identifier|(citizen|resident) (index|identifier|number) for (all|every)"
    r"|master (person|population|citizen) index"
)
AN_IDENTIFIER = (
    r"\b(single|unique|common|universal|persistent|shared|consistent)( \w+)? identifier|\bdigital id(entity)?\b"
)
HEALTH_RECORDS = (
    r"diagnos|prescri|medication|medical|clinical|\bgp\b|referral|hospital|inpatient|outpatient|\ba&e\b|episodes"
    r"|test results?|vaccin|symptom|treatment|mental health|health (record|data|condition|facts)|patient record"
    r"|care record|maternity|screening|care plan|crisis plan|allerg|coded data|radiology|patholog"
)
ONE_STORE = (
    r"(single|one|national|central) (patient |health |care |shared )*(record|database|repository|store|platform|pool"
    r"|data ?set)"
)
PATIENTS_OF_A_NATION = r"^(all )?(nhs )?(patients|people|residents)( (registered|resident|living|treated))?( (with|by) [\w ]+)?( in \w+)?$"
OFFENCES = (
    r"murder|homicide|manslaughter|\brape\b|sexual offen|traffick|slavery|terroris|robber|burglar|theft|stolen|fraud"
    r"|launder|knife|knives|\bgun|firearm|shooting|stabb|violen|assault|drug (deal|suppl|offen|traffick)|county lines"
    r"|exploitation|stalking|domestic abuse|convicted|serious (crime|offen|organised)|organised crime|wanted|warrant"
    r"|arson|kidnap|abduct|driving offen|uninsured|drink[- ]driv"
)
IMMIGRATION = r"immigration|leave to (be|remain|enter)|deport|overstay|illegal(ly)? (in|work)|removal from the uk|without leave"
PROTECTED = (
    r"victim|witness|complainant|patient|pupil|child|student|claimant|asylum|refugee|rough sleep|homeless|tenant"
    r"|service user|survivor"
)
ENFORCEMENT = r"immigration enforcement|enforce immigration|deport|prosecut\w+ (them|parents|claimants|patients|tenants)"


def _asks_for(pattern: str, *, also_power: bool = False) -> Callable[[Screened], str]:
    def applies(screened: Screened) -> str:
        texts = (
            (screened.words, screened.facts.power, screened.facts.asking) if also_power else (screened.words,)
        )
        for text in texts:
            found = re.search(pattern, text, re.IGNORECASE)
            if found:
                return f"it says '{found.group().strip()}'"
        return ""

    return applies


def is_enforcement(screened: Screened) -> bool:
    return screened.facts.category == "law_enforcement"


def is_about_everybody(facts: Facts) -> bool:
    return has(EVERYBODY, facts.subjects)


def has_health_records(screened: Screened) -> bool:
    from_health = any(each.cluster == HEALTH for each in screened.suppliers)
    return has(HEALTH_RECORDS, *screened.facts.items) and (from_health or screened.facts.special_category)


def _everybody_watched(screened: Screened) -> str:
    facts = screened.facts
    outside = all(each.cluster != CRIME for each in screened.suppliers)
    if is_enforcement(screened) and facts.is_bulk and outside and is_about_everybody(facts):
        return f"in bulk, about {facts.subjects}"
    return ""


def _faces_searched(screened: Screened) -> str:
    """However one by one it is worded, a search for an unknown face goes through everybody who is on file."""
    kept_by_others = any(each.cluster != CRIME for each in screened.suppliers)
    searched = has(r"search|match|recogni|identify|unknown", screened.words)
    if (
        is_enforcement(screened)
        and kept_by_others
        and searched
        and has(LIKENESS, *screened.facts.items, screened.words)
    ):
        return f"{screened.facts.items[0]}, kept for another purpose by {_names(screened.suppliers)}"
    return ""


def _for_intelligence(screened: Screened) -> str:
    agencies = [each for each in screened.receivers if each.kind == "intelligence agency"]
    return _names(agencies) if screened.facts.is_bulk else ""


def _identifier_of_everybody(screened: Screened) -> str:
    if has(REGISTER_OF_PEOPLE, screened.words, *screened.facts.items):
        return "it describes a register of people, or an identity for everybody"
    everybody = is_about_everybody(screened.facts) and is_nationwide(screened.facts.region)
    return _asks_for(AN_IDENTIFIER)(screened) if everybody else ""


def _identifier_of_some(screened: Screened) -> str:
    return "" if _identifier_of_everybody(screened) else _asks_for(AN_IDENTIFIER)(screened)


def _national_health_pool(screened: Screened) -> str:
    facts = screened.facts
    everybody = is_about_everybody(facts) or has(PATIENTS_OF_A_NATION, facts.subjects.strip())
    pooled = facts.is_bulk or has(ONE_STORE, screened.words)
    to_the_centre = any(each.level == "national" for each in screened.receivers) or has(
        ONE_STORE, screened.words
    )
    if (
        has_health_records(screened)
        and everybody
        and pooled
        and to_the_centre
        and is_nationwide(facts.region)
    ):
        return f"{facts.subjects}, {facts.region}"
    return ""


# --- what cannot be decided from facts held (C1a) -------------------------------------------------------------------

# A power that never was, or is no more. One that was only not stated is for the gateway library, not for triage.
DEAD_LAW = (
    r"never (commenced|in force|brought|enacted|signed|completed|agreed|made)|not (yet )?(commenced|in force|enacted)"
    r"|repeal|revoked|quashed|struck down|outside (its |the )?competence|ultra vires|unlawful|lapsed|expired|withdrawn"
    r"|terminated|superseded|under redraft|disputed|contested|doubtful|unclear|uncertain|\bbill\b(?!s)|draft|proposed"
)
REPEALED_ACTS = (
    r"data protection act 19(84|98)|identity cards act 2006|coronavirus act 2020|regional development agencies act"
    r"|official secrets act 1911|anti-social behaviour act 2003|national assistance act 1948|supplementary benefits act"
)


def _doubtful_power(screened: Screened) -> str:
    """Every power that is cited is doubtful. One that stands is enough."""
    powers = [each.strip() for each in screened.facts.power.split(";") if each.strip()]
    doubtful = [each for each in powers if has(DEAD_LAW, each) or has(REPEALED_ACTS, each)]
    return doubtful[0] if powers and len(doubtful) == len(powers) else ""


def _turned_against(screened: Screened) -> str:
    """Enforcement against the people a service is for, and no serious offence is named."""
    facts = screened.facts
    from_service = any(each.cluster in (HEALTH, HUMAN) for each in screened.suppliers)
    of_protected = has(PROTECTED, facts.subjects)
    if not is_enforcement(screened) or not (from_service or of_protected):
        return ""
    told = (screened.words, facts.asking_team)
    if has(IMMIGRATION, *told):
        return f"immigration enforcement with data about {facts.subjects.lower() or 'people who use a service'}"
    if from_service and not has(OFFENCES, *told, facts.subjects):
        return f"{_names(screened.suppliers)} would serve enforcement, and no offence is named"
    return ""


def _two_purposes(screened: Screened) -> str:
    if is_enforcement(screened) or screened.facts.category in ("fraud_error_debt", "commercial", "research"):
        return ""
    service = any(each.cluster in (HEALTH, HUMAN) for each in screened.suppliers)
    return _asks_for(ENFORCEMENT)(screened) if service else ""


def _partly_abroad(screened: Screened) -> str:
    return f"the area is {screened.facts.region}" if screened.abroad else ""


def _health_with_a_company(screened: Screened) -> str:
    """A processor is no recipient; who holds a whole area's health records is still for people to decide."""
    private = [each for each in screened.processors if each.status in (COMPANY, FOREIGN)]
    if private and screened.facts.is_bulk and has_health_records(screened):
        return _names(private)
    return ""


def _processed_abroad(screened: Screened) -> str:
    return _names(each for each in screened.processors if each.status == FOREIGN)


def _no_personal_data(screened: Screened) -> str:
    counts = r"\b(counts?|totals?|aggregate|percentage|numbers? of|rates? by|statistics)\b"
    facts = screened.facts
    all_counts = all(re.search(counts, item, re.IGNORECASE) for item in facts.items)
    nobody = has(r"^none\b|no personal|aggregate|anonym", facts.subjects)
    return (
        f"{facts.items[0]}: this is not about identifiable people"
        if nobody or all_counts and not facts.special_category
        else ""
    )


def _no_place(screened: Screened) -> str:
    return "" if screened.facts.region else "no area is given"


# --- conditions -----------------------------------------------------------------------------------------------------


def _health_in_bulk_elsewhere(screened: Screened) -> str:
    others = [each for each in screened.recipients if each.cluster != HEALTH]
    return _names(others) if screened.facts.is_bulk and has_health_records(screened) else ""


def _service_data_in_bulk(screened: Screened) -> str:
    services = [each for each in screened.suppliers if each.cluster in (HEALTH, HUMAN)]
    return _names(services) if is_enforcement(screened) and screened.facts.is_bulk else ""


BUSINESS = "Sharecase carries data between public bodies. "
RULES: tuple[Rule, ...] = (
    Rule(
        id="foi",
        effect="block",
        applies=_asks_for(FREEDOM_OF_INFORMATION, also_power=True),
        sentence="Requests under freedom of information law have their own clock: send it to the body's FOI team.",
    ),
    Rule(
        id="subject_access",
        effect="block",
        applies=_asks_for(SUBJECT_ACCESS, also_power=True),
        sentence="People have a right to their own data without a share: send it to the body's data protection team.",
    ),
    Rule(
        id="individual_recipient",
        effect="block",
        applies=_received_by("individual"),
        sentence=BUSINESS
        + "A person who asks for information can use freedom of information or subject access.",
    ),
    Rule(
        id="open_data",
        effect="block",
        applies=_asks_for(OPEN_DATA),
        sentence="What anybody may have is published, not shared: ask the holder to publish it as open data.",
    ),
    Rule(
        id="smart_data",
        effect="block",
        applies=_asks_for(SMART_DATA, also_power=True),
        sentence="Customers taking their own data to a firm is a smart data scheme, with rules of its own.",
    ),
    Rule(
        id="commercial_recipient",
        effect="block",
        applies=_received_by(COMPANY, "association"),
        sentence=BUSINESS
        + "Sharing with a business may be lawful under its own power; agree it directly.",
    ),
    Rule(
        id="commercial_use",
        effect="block",
        applies=_used_for("commercial"),
        sentence=BUSINESS + "A commercial use may be lawful under its own power; agree it directly.",
    ),
    Rule(
        id="academic_recipient",
        effect="block",
        applies=_received_by("academic"),
        sentence="Research has its own gateways, such as accredited access under the Digital Economy Act.",
    ),
    Rule(
        id="research_use",
        effect="block",
        applies=_used_for("research"),
        sentence="Research has its own gateways, such as accredited access under the Digital Economy Act.",
    ),
    Rule(
        id="foreign_recipient",
        effect="block",
        applies=_received_by(FOREIGN),
        sentence="Sharing with another country runs under treaties and the central authority for the subject.",
    ),
    Rule(
        id="journalistic_recipient",
        effect="block",
        applies=_received_by("press"),
        sentence="Journalists can ask the press office or use freedom of information.",
    ),
    Rule(
        id="political_recipient",
        effect="block",
        applies=_received_by("political"),
        sentence="An elected member's office or a party is no public service. Casework goes to the service concerned.",
    ),
    Rule(
        id="charity_recipient",
        effect="block",
        applies=_charities_alone,
        sentence=BUSINESS + "A charity that works for you is your processor: name your team as the receiver.",
    ),
    Rule(
        id="data_gathering_power",
        effect="block",
        applies=_held_privately,
        sentence="No public body holds this. Powers to gather data from others are used under their own codes.",
    ),
    Rule(
        id="surveillance",
        effect="block",
        applies=_asks_for(SURVEILLANCE),
        sentence="Watching people and gathering intelligence are powers with their own warrants and commissioners.",
    ),
    Rule(
        id="everybody_watched",
        effect="block",
        applies=_everybody_watched,
        sentence="A feed about everybody for enforcement is surveillance. Ask about named cases one by one.",
    ),
    Rule(
        id="faces_searched",
        effect="block",
        applies=_faces_searched,
        sentence="Searching a public service's pictures for an unknown person is surveillance of all who are in them.",
    ),
    Rule(
        id="intelligence",
        effect="block",
        applies=_for_intelligence,
        sentence="Bulk data for the intelligence agencies needs a warrant under their own law.",
    ),
    Rule(
        id="population_register",
        effect="block",
        applies=_identifier_of_everybody,
        sentence="An identity or register of everybody is for Parliament. Ask for the data one service needs.",
    ),
    Rule(
        id="national_health_pool",
        effect="block",
        applies=_national_health_pool,
        sentence="A national pool of everybody's health records is ruled out. Ask for a region, or a named group.",
    ),
    Rule(
        id="no_place",
        effect="ask",
        applies=_no_place,
        sentence="Say which area the data covers.",
    ),
    Rule(
        id="recipient_in_no_directory",
        effect="ask",
        applies=_not_in_directory,
        sentence="Whether this is a public body is not known here: the directory has to say.",
    ),
    Rule(
        id="holder_in_no_directory",
        effect="ask",
        applies=_no_holder_known,
        sentence="Whether a public body holds this is not known here: the directory has to say.",
    ),
    Rule(
        id="recipient_of_two_kinds",
        effect="ask",
        applies=_received_by(MIXED, CROSS_BORDER),
        sentence="Some bodies of this kind are public in this country and some are not: name which.",
    ),
    Rule(
        id="charity_among_recipients",
        effect="ask",
        applies=_charities_among,
        sentence="A charity would receive it too: leave it out, or make it a processor of a public body.",
    ),
    Rule(
        id="business_among_holders",
        effect="ask",
        applies=_held_partly_by_business,
        sentence="Part of the data is held by a business: split the request, and ask public bodies here.",
    ),
    Rule(
        id="partly_abroad",
        effect="ask",
        applies=_partly_abroad,
        sentence="Part of it lies outside the United Kingdom: say what would leave the country.",
    ),
    Rule(
        id="processed_abroad",
        effect="ask",
        applies=_processed_abroad,
        sentence="The data would be handled abroad: say under whose instructions, and where.",
    ),
    Rule(
        id="no_personal_data",
        effect="ask",
        applies=_no_personal_data,
        sentence="If nobody can be identified you do not need a share: ask the holder to send or publish the figures.",
    ),
    Rule(
        id="doubtful_power",
        effect="ask",
        applies=_doubtful_power,
        sentence="The power that is named may not be in force: name one that is, or say 'not sure'.",
    ),
    Rule(
        id="identifier",
        effect="ask",
        applies=_identifier_of_some,
        sentence="Say whether the identifier would stay in one service or follow people across services.",
    ),
    Rule(
        id="turned_against_users",
        effect="ask",
        applies=_turned_against,
        sentence="Name the offence. Using a service's data against the people it helps may keep them away from it.",
    ),
    Rule(
        id="two_purposes",
        effect="ask",
        applies=_two_purposes,
        sentence="The request mixes a service with enforcement: make two requests.",
    ),
    Rule(
        id="health_with_a_company",
        effect="ask",
        applies=_health_with_a_company,
        sentence="Say under whose instructions the company would hold the health records, and in which instance.",
    ),
    Rule(
        id="health_in_bulk",
        effect="condition",
        applies=_health_in_bulk_elsewhere,
        sentence="Health records in bulk outside health: standard lane, Caldicott Guardian's advice, leader 2.",
    ),
    Rule(
        id="service_data_for_enforcement",
        effect="condition",
        applies=_service_data_in_bulk,
        sentence="Service data in bulk for enforcement: only the named offence, leader 3 decides, and it is published.",
    ),
)
