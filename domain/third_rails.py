"""§4: what each guard looks at. A predicate gives what it rests on in a few words, or an empty text.

Who a body is comes from the directory's status. What a request is for comes from its kind of use and, where the form
has no box for it, from its words; those lists are general on purpose and are tried both ways in the tests.
"""

import re
from collections.abc import Callable

from domain.bodies import CHARITY, COMPANY, CROSS_BORDER, FOREIGN, MIXED, NATIONAL, PUBLIC, UNKNOWN
from domain.clusters import CRIME, HEALTH, HUMAN, has
from domain.geography import is_nationwide
from domain.screened import Screened, has_health_records, is_about_everybody, is_enforcement, names

Predicate = Callable[[Screened], str]

# --- who ---------------------------------------------------------------------------------------------------------


def received_by(*statuses: str) -> Predicate:
    def applies(screened: Screened) -> str:
        return names(each for each in screened.receivers if each.status in statuses)

    return applies


def used_for(*categories: str) -> Predicate:
    return lambda screened: (
        f"the kind of use is '{screened.facts.category}'" if screened.facts.category in categories else ""
    )


def charities_alone(screened: Screened) -> str:
    """A charity among public bodies can be left out of the request, so that is a question and not an end."""
    statuses = {each.status for each in screened.receivers}
    return names(screened.receivers) if statuses == {CHARITY} else ""


def charities_among(screened: Screened) -> str:
    statuses = {each.status for each in screened.receivers}
    return names(each for each in screened.receivers if each.status == CHARITY) if len(statuses) > 1 else ""


def held_privately(screened: Screened) -> str:
    public = [each for each in screened.suppliers if each.status in (PUBLIC, MIXED, UNKNOWN, CROSS_BORDER)]
    return "" if public else names(screened.suppliers)


def held_partly_by_business(screened: Screened) -> str:
    return (
        ""
        if held_privately(screened)
        else names(each for each in screened.suppliers if each.status in (COMPANY, FOREIGN))
    )


def not_in_directory(screened: Screened) -> str:
    return names(each for each in screened.receivers if each.status == UNKNOWN)


def no_holder_known(screened: Screened) -> str:
    return "" if any(each.is_known for each in screened.suppliers) else names(screened.suppliers) or "nobody"


# --- what for ----------------------------------------------------------------------------------------------------

FREEDOM_OF_INFORMATION = (
    r"freedom of information|\bfoi(s?a)?\b|environmental information regulations|\beir 2004\b"
)
SUBJECT_ACCESS = r"subject access request|\bdsar\b"
OPEN_DATA = (
    r"\bopen (government )?data\b|open government licence|publish\w* (it |them |this )?(openly|as open)"
)
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
REGISTER_OF_PEOPLE = (
    r"population (register|spine)|register of (all|every|the whole|the population)|national identity"
    r"|(universal|national|compulsory|mandatory) (digital )?(id\b|identit|identifier|id card)|\bbrit ?card\b"
    r"|identity cards?\b|cross-domain identifier|(citizen|resident) (index|identifier|number) for (all|every)"
    r"|master (person|population|citizen) index"
)
AN_IDENTIFIER = (
    r"\b(single|unique|common|universal|persistent|consistent)( (?!property|place|address|business|company)\w+)?"
    r" identifier|\bdigital id(entity)?\b"
)
ONE_STORE = (
    r"(single|one|national|central) (patient |health |care |shared )*(record|database|repository|store|platform|pool"
    r"|data ?set)"
)
# A condition or an age makes a group; being a patient somewhere in the country does not.
PATIENTS_OF_A_NATION = (
    r"^(nhs )?(patients|people|residents)( (registered|resident|living|treated))?( (with|by|at) (a|the) (gp|nhs|hospital"
    r"|surgery)\w*)?( in (the )?"
    r"(england|wales|scotland|northern ireland|uk|united kingdom|great britain|country)( and wales)?)?$"
)
OFFENCES = (
    r"murder|homicide|manslaughter|\brape\b|sexual offen|traffick|slavery|terroris|robber|burglar|theft|stolen|fraud"
    r"|launder|knife|knives|\bgun|firearm|shooting|stabb|violen|assault|drug (deal|suppl|offen|traffick)|county lines"
    r"|exploitation|stalking|domestic abuse|convicted|serious (crime|offen|organised)|organised crime|wanted|warrant"
    r"|offender|prisoner|arson|kidnap|abduct|driving offen|uninsured|drink[- ]driv"
)
IMMIGRATION = r"immigration|leave to (be|remain|enter)|deport|overstay|illegal(ly)? (in|work)|removal from the uk|without leave"
PROTECTED = (
    r"victim|witness|complainant|patient|pupil|child|student|claimant|asylum|refugee|rough sleep|homeless|tenant"
    r"|service user|survivor"
)
ENFORCEMENT = r"immigration enforcement|enforce immigration|deport|prosecut\w+ (them|parents|claimants|patients|tenants)"


def asks_for(pattern: str, *, also_power: bool = False) -> Predicate:
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


def everybody_watched(screened: Screened) -> str:
    facts = screened.facts
    outside = all(each.cluster != CRIME for each in screened.suppliers)
    if is_enforcement(screened) and facts.is_bulk and outside and is_about_everybody(facts):
        return f"in bulk, about {facts.subjects}"
    return ""


def faces_searched(screened: Screened) -> str:
    """However one by one it is worded, a search for an unknown face goes through everybody who is on file."""
    kept_by_others = any(each.cluster != CRIME for each in screened.suppliers)
    searched = has(r"search|match|recogni|identify|unknown", screened.words)
    if (
        is_enforcement(screened)
        and kept_by_others
        and searched
        and has(LIKENESS, *screened.facts.items, screened.words)
    ):
        return f"{screened.facts.items[0]}, kept for another purpose by {names(screened.suppliers)}"
    return ""


def for_intelligence(screened: Screened) -> str:
    agencies = [each for each in screened.receivers if each.kind == "intelligence agency"]
    return names(agencies) if screened.facts.is_bulk else ""


def identifier_of_everybody(screened: Screened) -> str:
    if has(REGISTER_OF_PEOPLE, screened.words, *screened.facts.items):
        return "it describes a register of people, or an identity for everybody"
    if not is_nationwide(screened.facts.region):
        return ""
    anybody = AN_IDENTIFIER if is_about_everybody(screened.facts) else r"\bdigital ids?\b"
    return asks_for(anybody)(screened)


def identifier_of_some(screened: Screened) -> str:
    return "" if identifier_of_everybody(screened) else asks_for(AN_IDENTIFIER)(screened)


def national_health_pool(screened: Screened) -> str:
    facts = screened.facts
    everybody = is_about_everybody(facts) or has(PATIENTS_OF_A_NATION, facts.subjects.strip())
    pooled = facts.is_bulk or has(ONE_STORE, screened.words)
    to_the_centre = any(each.level == NATIONAL for each in screened.receivers) or has(
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
    r"data protection act 19(84|98)|identity cards act 2006|coronavirus act 2020|national assistance act 1948"
)


def doubtful_power(screened: Screened) -> str:
    """Every power that is cited is doubtful. One that stands is enough."""
    powers = [each.strip() for each in screened.facts.power.split(";") if each.strip()]
    doubtful = [each for each in powers if has(DEAD_LAW, each) or has(REPEALED_ACTS, each)]
    return doubtful[0] if powers and len(doubtful) == len(powers) else ""


def turned_against(screened: Screened) -> str:
    """Enforcement against the people a service is for, and no serious offence is named."""
    facts = screened.facts
    from_service = any(each.cluster in (HEALTH, HUMAN) for each in screened.suppliers)
    of_protected = has(PROTECTED, facts.subjects)
    if not is_enforcement(screened) or not (from_service or of_protected):
        return ""
    told = (screened.words, facts.asking_team)
    if has(IMMIGRATION, *told):
        return (
            f"immigration enforcement with data about {facts.subjects.lower() or 'people who use a service'}"
        )
    if from_service and not has(OFFENCES, *told, facts.subjects):
        return f"{names(screened.suppliers)} would serve enforcement, and no offence is named"
    return ""


def two_purposes(screened: Screened) -> str:
    if is_enforcement(screened) or screened.facts.category in ("fraud_error_debt", "commercial", "research"):
        return ""
    service = any(each.cluster in (HEALTH, HUMAN) for each in screened.suppliers)
    return asks_for(ENFORCEMENT)(screened) if service else ""


def partly_abroad(screened: Screened) -> str:
    return f"the area is {screened.facts.region}" if screened.abroad else ""


def health_with_a_company(screened: Screened) -> str:
    """A processor is no recipient; who holds a whole area's health records is still for people to decide."""
    private = [each for each in screened.processors if each.status in (COMPANY, FOREIGN)]
    if private and screened.facts.is_bulk and has_health_records(screened):
        return names(private)
    return ""


def processed_abroad(screened: Screened) -> str:
    return names(each for each in screened.processors if each.status == FOREIGN)


def no_personal_data(screened: Screened) -> str:
    counts = r"\b(counts?|totals?|aggregate|percentage|numbers? of|rates? by|statistics)\b"
    facts = screened.facts
    all_counts = all(re.search(counts, item, re.IGNORECASE) for item in facts.items)
    nobody = has(r"^none\b|no personal|aggregate|anonym", facts.subjects)
    return (
        f"{facts.items[0]}: this is not about identifiable people"
        if nobody or (all_counts and not facts.special_category)
        else ""
    )


def no_place(screened: Screened) -> str:
    return "" if screened.facts.region else "no area is given"


# --- conditions -----------------------------------------------------------------------------------------------------


def health_in_bulk_elsewhere(screened: Screened) -> str:
    others = [each for each in screened.recipients if each.cluster != HEALTH]
    return names(others) if screened.facts.is_bulk and has_health_records(screened) else ""


def service_data_in_bulk(screened: Screened) -> str:
    services = [each for each in screened.suppliers if each.cluster in (HEALTH, HUMAN)]
    return names(services) if is_enforcement(screened) and screened.facts.is_bulk else ""
