"""What a sign-in that came to nothing says: a heading, and a sentence with what to do. Nothing that came is repeated."""

# kind -> (heading, sentence). {provider}: what the account is called here; {number}: by which the log is searched.
FAILED: dict[str, tuple[str, str]] = {
    "again": (
        "Sign in again",
        "This sign-in was not begun in this browser, was used already, or took longer than 10 minutes. Nothing is wrong "
        "with your account. Sign in again.",
    ),
    "stopped": (
        "You are not signed in",
        "You came back from {provider} without signing in. Sign in again. If you are stopped there each time, ask those "
        "who look after that account.",
    ),
    "weak": (
        "Sign in more strongly",
        "You are not signed in: Sharecase needs a stronger way of signing in with {provider}, such as a second step with "
        "your phone. Sign in again in that way, or ask those who look after that account.",
    ),
    "away": (
        "Signing in does not work just now",
        "The service behind {provider} does not answer. Try again in a few minutes. Everybody can still read the public "
        "register.",
    ),
    "wrong": (
        "You are not signed in",
        "What came back from {provider} could not be checked, so it was not used. Sign in again. If it happens twice, "
        "tell the operator the number {number}.",
    ),
    "refused": ("You are not signed in", ""),
}
