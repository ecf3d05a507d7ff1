"""§4, protection B: what Sharecase is not for, asked before any lane. Out of scope is not unlawful, so each rule says
in plain words where to go instead.

A rule has one of three effects. *block*: out of scope, with no override. *ask*: whether the rule applies cannot be
decided from the facts held, so people choose (C1a). *condition*: the request goes on, with something added.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from domain import phrases
from domain import third_rails as rails
from domain.bodies import COMPANY, CROSS_BORDER, FOREIGN, MIXED
from domain.screened import Screened

Effect = Literal["block", "ask", "condition"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`applies` gives what it rests on, or an empty text. Rules are never edited in place: a change is a version.

    `reads_words`: the words of the request alone decide, so a board may add phrases (`more_words`) and exceptions
    (`fewer_words`, which are taken out of the text before it is read).
    """

    id: str
    about: str
    effect: Effect
    applies: rails.Predicate
    sentence: str
    version: int = 1
    reads_words: bool = False
    more_words: tuple[str, ...] = ()
    fewer_words: tuple[str, ...] = ()

    def why(self, screened: Screened) -> str:
        """What it rests on that the rule applies, with the phrases in force; empty when it does not."""
        read = phrases.without(self.fewer_words, screened) if self.fewer_words else screened
        return self.applies(read) or (phrases.says(self.more_words, read) if self.more_words else "")


@dataclass(frozen=True, kw_only=True)
class Hit:
    rule: str
    version: int
    effect: Effect
    why: str
    sentence: str


BUSINESS = "Sharecase carries data between public bodies. "
RULES: tuple[Rule, ...] = (
    Rule(
        id="foi",
        about="Requests for information under freedom of information law",
        reads_words=True,
        effect="block",
        applies=rails.asks_for(rails.FREEDOM_OF_INFORMATION, also_power=True),
        sentence="Requests under freedom of information law have their own clock: send it to the body's FOI team.",
    ),
    Rule(
        id="subject_access",
        about="People asking for their own data",
        reads_words=True,
        effect="block",
        applies=rails.asks_for(rails.SUBJECT_ACCESS, also_power=True),
        sentence="People have a right to their own data without a share: send it to the body's data protection team.",
    ),
    Rule(
        id="individual_recipient",
        about="A private person would receive the data",
        effect="block",
        applies=rails.received_by("individual"),
        sentence=BUSINESS
        + "A person who asks for information can use freedom of information or subject access.",
    ),
    Rule(
        id="open_data",
        about="Data that is to be published for anybody",
        reads_words=True,
        effect="block",
        applies=rails.asks_for(rails.OPEN_DATA),
        sentence="What anybody may have is published, not shared: ask the holder to publish it as open data.",
    ),
    Rule(
        id="smart_data",
        about="Customers' data that goes to firms at their wish",
        reads_words=True,
        effect="block",
        applies=rails.asks_for(rails.SMART_DATA, also_power=True),
        sentence="Customers taking their own data to a firm is a smart data scheme, with rules of its own.",
    ),
    Rule(
        id="commercial_recipient",
        about="A business would receive the data",
        effect="block",
        applies=rails.received_by(COMPANY, "association"),
        sentence=BUSINESS + "Sharing with a business may be lawful under its own power; agree it directly.",
    ),
    Rule(
        id="commercial_use",
        about="The data is for a commercial use",
        effect="block",
        applies=rails.used_for("commercial"),
        sentence=BUSINESS + "A commercial use may be lawful under its own power; agree it directly.",
    ),
    Rule(
        id="academic_recipient",
        about="A university or research body would receive the data",
        effect="block",
        applies=rails.received_by("academic"),
        sentence="Research has its own gateways, such as accredited access under the Digital Economy Act.",
    ),
    Rule(
        id="research_use",
        about="The data is for research",
        effect="block",
        applies=rails.used_for("research"),
        sentence="Research has its own gateways, such as accredited access under the Digital Economy Act.",
    ),
    Rule(
        id="foreign_recipient",
        about="A body of another country would receive the data",
        effect="block",
        applies=rails.received_by(FOREIGN),
        sentence="Sharing with another country runs under treaties and the central authority for the subject.",
    ),
    Rule(
        id="journalistic_recipient",
        about="Journalists would receive the data",
        effect="block",
        applies=rails.received_by("press"),
        sentence="Journalists can ask the press office or use freedom of information.",
    ),
    Rule(
        id="political_recipient",
        about="A party or an elected member's office would receive the data",
        effect="block",
        applies=rails.received_by("political"),
        sentence="An elected member's office or a party is no public service. Casework goes to the service concerned.",
    ),
    Rule(
        id="charity_recipient",
        about="Only charities would receive the data",
        effect="block",
        applies=rails.charities_alone,
        sentence=BUSINESS + "A charity that works for you is your processor: name your team as the receiver.",
    ),
    Rule(
        id="data_gathering_power",
        about="No public body holds the data",
        effect="block",
        applies=rails.held_privately,
        sentence="No public body holds this. Powers to gather data from others are used under their own codes.",
    ),
    Rule(
        id="surveillance",
        about="Watching people, or gathering general intelligence",
        reads_words=True,
        effect="block",
        applies=rails.asks_for(rails.SURVEILLANCE),
        sentence="Watching people and gathering intelligence are powers with their own warrants and commissioners.",
    ),
    Rule(
        id="everybody_watched",
        about="A feed about everybody for enforcement",
        effect="block",
        applies=rails.everybody_watched,
        sentence="A feed about everybody for enforcement is surveillance. Ask about named cases one by one.",
    ),
    Rule(
        id="faces_searched",
        about="Searching pictures for an unknown face",
        effect="block",
        applies=rails.faces_searched,
        sentence="Searching a public service's pictures for an unknown person is surveillance of all who are in them.",
    ),
    Rule(
        id="intelligence",
        about="Bulk data for the intelligence agencies",
        effect="block",
        applies=rails.for_intelligence,
        sentence="Bulk data for the intelligence agencies needs a warrant under their own law.",
    ),
    Rule(
        id="population_register",
        about="An identity, or a register, of everybody",
        reads_words=True,
        effect="block",
        applies=rails.identifier_of_everybody,
        sentence="An identity or register of everybody is for Parliament. Ask for the data one service needs.",
    ),
    Rule(
        id="national_health_pool",
        about="Everybody's health records in one national place",
        effect="block",
        applies=rails.national_health_pool,
        sentence="A national pool of everybody's health records is ruled out. Ask for a region, or a named group.",
    ),
    Rule(
        id="no_place",
        about="No area is given",
        effect="ask",
        applies=rails.no_place,
        sentence="Say which area the data covers.",
    ),
    Rule(
        id="recipient_in_no_directory",
        about="A receiver is in no directory",
        effect="ask",
        applies=rails.not_in_directory,
        sentence="Whether this is a public body is not known here: the directory has to say.",
    ),
    Rule(
        id="holder_in_no_directory",
        about="No holder is in a directory",
        effect="ask",
        applies=rails.no_holder_known,
        sentence="Whether a public body holds this is not known here: the directory has to say.",
    ),
    Rule(
        id="recipient_of_two_kinds",
        about="A receiver of a kind that may be public or not, or answers to two governments",
        effect="ask",
        applies=rails.received_by(MIXED, CROSS_BORDER),
        sentence="Some bodies of this kind are public in this country and some are not: name which.",
    ),
    Rule(
        id="charity_among_recipients",
        about="A charity would receive the data beside public bodies",
        effect="ask",
        applies=rails.charities_among,
        sentence="A charity would receive it too: leave it out, or make it a processor of a public body.",
    ),
    Rule(
        id="business_among_holders",
        about="A business holds part of the data",
        effect="ask",
        applies=rails.held_partly_by_business,
        sentence="Part of the data is held by a business: split the request, and ask public bodies here.",
    ),
    Rule(
        id="partly_abroad",
        about="Part of the area lies outside the United Kingdom",
        effect="ask",
        applies=rails.partly_abroad,
        sentence="Part of it lies outside the United Kingdom: say what would leave the country.",
    ),
    Rule(
        id="processed_abroad",
        about="The data would be handled abroad",
        effect="ask",
        applies=rails.processed_abroad,
        sentence="The data would be handled abroad: say under whose instructions, and where.",
    ),
    Rule(
        id="no_personal_data",
        about="Nobody can be identified",
        effect="ask",
        applies=rails.no_personal_data,
        sentence="If nobody can be identified you do not need a share: ask the holder to send or publish the figures.",
    ),
    Rule(
        id="doubtful_power",
        about="The power that is named may not be in force",
        effect="ask",
        applies=rails.doubtful_power,
        sentence="The power that is named may not be in force: name one that is, or say 'not sure'.",
    ),
    Rule(
        id="identifier",
        about="An identifier that may follow people across services",
        reads_words=True,
        effect="ask",
        applies=rails.identifier_of_some,
        sentence="Say whether the identifier would stay in one service or follow people across services.",
    ),
    Rule(
        id="turned_against_users",
        about="A service's data would be used against the people it helps",
        effect="ask",
        applies=rails.turned_against,
        sentence="Name the offence. Using a service's data against the people it helps may keep them away from it.",
    ),
    Rule(
        id="two_purposes",
        about="A service and enforcement in one request",
        effect="ask",
        applies=rails.two_purposes,
        sentence="The request mixes a service with enforcement: make two requests.",
    ),
    Rule(
        id="health_with_a_company",
        about="A company would hold health records in bulk",
        effect="ask",
        applies=rails.health_with_a_company,
        sentence="Say under whose instructions the company would hold the health records, and in which instance.",
    ),
    Rule(
        id="health_in_bulk",
        about="Health records in bulk outside health",
        effect="condition",
        applies=rails.health_in_bulk_elsewhere,
        sentence="Health records in bulk outside health: standard lane, Caldicott Guardian's advice, leader 2.",
    ),
    Rule(
        id="service_data_for_enforcement",
        about="Data of a public service in bulk for enforcement",
        effect="condition",
        applies=rails.service_data_in_bulk,
        sentence="Service data in bulk for enforcement: only the named offence, leader 3 decides, and it is published.",
    ),
)


def hits(screened: Screened, rules: Iterable[Rule] = RULES) -> tuple[Hit, ...]:
    """Every rule that applies, in the order of the table. `rules`: the rulebook in force, else as it was written here."""
    return tuple(
        Hit(rule=rule.id, version=rule.version, effect=rule.effect, why=why, sentence=rule.sentence)
        for rule in rules
        if (why := rule.why(screened))
    )
