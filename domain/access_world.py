"""What the world may read without signing in, and how people come in at all (P2r, P7, P10, I10)."""

from domain.access_rows import EVERYBODY, SLACK, Table

TABLE: Table = {
    "GET /": EVERYBODY,
    "GET /about": EVERYBODY,
    "GET /static": EVERYBODY,  # style and pictures
    # coming in and going
    "GET POST /sign-in": EVERYBODY,
    "POST /sign-out": EVERYBODY,
    "POST /sign-in/provider": EVERYBODY,
    "GET /sign-in/callback": EVERYBODY.and_then(
        "whoever comes back with the state that this browser left with"
    ),
    "GET /sign-in/invitation/{code}": EVERYBODY.and_then("whoever holds the code"),
    "POST /sign-in/ended": EVERYBODY.and_then("the provider, by a token that it signed"),
    # the register
    "GET /register": EVERYBODY,
    "GET /register.csv": EVERYBODY,
    "GET /register.atom": EVERYBODY,
    "GET /register/alarms": EVERYBODY,
    "GET /register/{ref}": EVERYBODY,
    "GET /register/{ref}/v/{version}": EVERYBODY,
    "GET /overdue": EVERYBODY,
    "GET /counted": EVERYBODY,
    "GET /retired-questions": EVERYBODY,
    # what anybody may say about an entry; the code they were given reads what became of it
    "GET POST /register/{ref}/your-data": EVERYBODY,
    "GET POST /your-data": EVERYBODY,
    "GET POST /register/{ref}/concern": EVERYBODY,
    "GET /concerns": EVERYBODY,
    "GET POST /concerns/code": EVERYBODY,
    "GET /mediations": EVERYBODY,
    # figures
    "GET /figures": EVERYBODY,
    "GET /figures.csv": EVERYBODY,
    "GET /figures/rows": EVERYBODY,
    "GET /figures/rows.csv": EVERYBODY,
    "GET /figures/restatements": EVERYBODY,
    "GET /figures/restatements.csv": EVERYBODY,
    "GET /programmes": EVERYBODY,
    "GET /programmes/{programme}": EVERYBODY,
    "GET /programmes/{programme}/bodies.csv": EVERYBODY,
    "GET /friction": EVERYBODY,
    "GET /friction.csv": EVERYBODY,
    "GET /regulator/packs": EVERYBODY,
    "GET /regulator/packs/dictionary": EVERYBODY,
    "GET /regulator/packs/dictionary.csv": EVERYBODY,
    "GET /regulator/packs/dictionary.json": EVERYBODY,
    "GET /regulator/packs/{quarter}": EVERYBODY,
    "GET /regulator/packs/{quarter}.csv": EVERYBODY,
    "GET /regulator/packs/{quarter}.json": EVERYBODY,
    # rules, numbers and agreements
    "GET /guards": EVERYBODY,
    "GET /guards/{rule}": EVERYBODY,
    "GET /policy": EVERYBODY,
    "GET /policy/v/{version}": EVERYBODY,
    "GET /clusters": EVERYBODY,
    "GET /clusters/{ref}": EVERYBODY,
    "GET /clusters/{ref}/v/{version}": EVERYBODY,
    # bodies, by post and never by name
    "GET /appetite": EVERYBODY,
    "GET /appetite/{ref}": EVERYBODY,
    "GET /appetite/{ref}/v/{version}": EVERYBODY,
    "GET /scorecards": EVERYBODY,
    "GET /scorecards/{ref}": EVERYBODY,
    "GET /canaries": EVERYBODY,
    "GET /maturity": EVERYBODY,
    "GET /maturity/{ref}": EVERYBODY,
    "GET /government-changes": EVERYBODY,
    "GET /government-changes/{number}": EVERYBODY,
    # Slack
    "POST /slack/interactions": SLACK,
    "POST /slack/commands": SLACK,
    "POST /slack/events": SLACK,
    # machines that look after this one
    "GET /health/live": EVERYBODY,
    "GET /health/ready": EVERYBODY,
}
