"""What the request form lets people choose from, in words."""

from domain.questions import Choice

USES = (
    Choice(
        value="deliver_service", label="Deliver a service", hint="Somebody asked for it or is entitled to it"
    ),
    Choice(value="protect_someone", label="Protect a child or an adult at risk"),
    Choice(
        value="prevent_harm",
        label="Prevent harm",
        hint="Reviewed at 12 and 24 months after the first delivery",
    ),
    Choice(
        value="proactive_help",
        label="Offer help before people ask",
        hint="Reviewed at 12 and 24 months after the first delivery",
    ),
    Choice(
        value="test_new",
        label="Test something new",
        hint="For 26 weeks at most, with a limit on how many people. Looked back at after 13 and 26 weeks",
    ),
    Choice(value="fraud_error_debt", label="Find fraud, error or debt", hint="Pilots in bulk are reviewed"),
    Choice(value="law_enforcement", label="Enforce the law"),
)

DUTIES = (
    Choice(value="none", label="No, none of these"),
    Choice(value="auto_enrolment", label="Enrol people automatically in something they are entitled to"),
    Choice(value="safeguarding", label="Safeguard a child or an adult"),
    Choice(value="continuity_of_care", label="Continue somebody's care"),
    Choice(value="correcting_error", label="Correct an error about somebody"),
    Choice(value="tell_us_once", label="Stop asking people for what government already holds"),
)

SEVERITIES = (
    Choice(value="low", label="An inconvenience"),
    Choice(value="moderate", label="Money, time or stress they will notice"),
    Choice(value="serious", label="Lasting harm to health, home or income"),
    Choice(value="severe", label="Danger to life or safety"),
)

YES_NO_UNKNOWN = (
    Choice(value="yes", label="Yes"),
    Choice(value="no", label="No"),
    Choice(value="not_known", label="Not known"),
)

PEOPLE_BANDS = (
    Choice(value="under_100", label="Fewer than 100"),
    Choice(value="100_to_10k", label="100 to 10,000"),
    Choice(value="10k_to_1m", label="10,000 to 1 million"),
    Choice(value="over_1m", label="More than 1 million"),
)

# Protection C: geography is required. Values are ONS codes (GSS), from small to large.
REGIONS = (
    Choice(value="E12000001", label="North East England"),
    Choice(value="E12000002", label="North West England"),
    Choice(value="E12000003", label="Yorkshire and the Humber"),
    Choice(value="E12000004", label="East Midlands"),
    Choice(value="E12000005", label="West Midlands"),
    Choice(value="E12000006", label="East of England"),
    Choice(value="E12000007", label="London"),
    Choice(value="E12000008", label="South East England"),
    Choice(value="E12000009", label="South West England"),
    Choice(value="E92000001", label="England"),
    Choice(value="W92000004", label="Wales"),
    Choice(value="S92000003", label="Scotland"),
    Choice(value="N92000002", label="Northern Ireland"),
    Choice(value="K04000001", label="England and Wales"),
    Choice(value="K03000001", label="Great Britain"),
    Choice(value="K02000001", label="United Kingdom"),
)

PATTERNS = (
    Choice(value="one_by_one", label="One person at a time, when needed"),
    Choice(value="file_once", label="One file, once"),
    Choice(value="file_regular", label="A file, regularly"),
)

OTHERS_SEE = (
    Choice(value="no", label="No"),
    Choice(value="contractor", label="Yes, a contractor or processor who works for us"),
    Choice(value="organisation", label="Yes, another organisation"),
    Choice(value="both", label="Yes, both"),
)

# C21: what makes a request urgent. Anything else is not, however soon it is wanted.
URGENCIES = (
    Choice(value="no", label="No"),
    Choice(value="risk_to_life", label="Yes: somebody's life is at risk"),
    Choice(value="harm_to_child_or_adult", label="Yes: serious harm to a child or an adult at risk"),
    Choice(value="public_health", label="Yes: a public health emergency"),
    Choice(value="imminent_crime", label="Yes: a serious crime is about to happen"),
)

PATHS = (
    Choice(value="standard", label="All twelve questions"),
    Choice(value="cluster", label="Both teams are in one cluster"),
    Choice(value="reliance", label="Relies on a decision already made"),
)

ALREADY_HELD = (Choice(value="not_enough", label="What we already have is not enough"),)


def region_code(words: str) -> str:
    """The ONS code of a region that somebody wrote in words; the whole United Kingdom when it names none."""
    said = f" {words.casefold().replace('&', 'and')} "
    named = [each for each in REGIONS if _short(each.label) in said]
    best = max(named, key=lambda each: len(each.label), default=None)
    return best.value if best else "K02000001"


def _short(label: str) -> str:
    return label.casefold().removesuffix(" england") if " " in label else label.casefold()
