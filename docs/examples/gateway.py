"""A gateway: no call reaches the data unless a grant of Sharecase covers it. Its people are made up.

curl --silent --remote-name "$SHARECASE/exchange/grant_verifier.py"
SHARECASE=http://localhost:8000 AUDIENCE=hmrc-paye-records PORT=8099 python gateway.py
curl "localhost:8099/people/1?item=Address" --header "Authorization: Bearer $TOKEN"
"""

import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from grant_verifier import Result, verify

SHARECASE = os.environ.get("SHARECASE", "http://localhost:8000")  # whom this service trusts, and nobody else
AUDIENCE = os.environ["AUDIENCE"]  # the id of this service, or of the sending team where it has none
KEEP = min(60.0, float(os.environ.get("KEEP", "60")))  # seconds: so long may a suspension go unseen
NOT_HERE = {"revoked", "suspended", "narrowed", "status_unknown", "item_not_covered", "purpose_not_covered"}
copies = {}


def fetched(url: str, keep: float) -> str:
    """A copy until it is `keep` seconds old; the last one where Sharecase does not answer: it says how long it holds."""
    at, text = copies.get(url, (float("-inf"), "{}"))
    if time.monotonic() - at >= keep:
        try:
            text = urlopen(url, timeout=5).read().decode()
            copies[url] = (time.monotonic(), text)
        except OSError as trouble:
            print(f"{url}: {trouble}", flush=True)
    return text


def check(token: str, item: str, keep: float = KEEP) -> Result:
    keys = json.loads(fetched(f"{SHARECASE}/.well-known/jwks.json", keep))
    asked = {"issuer": SHARECASE, "audience": AUDIENCE, "item": item, "now": time.time()}
    result = verify(token, keys, status_list=None, **asked)
    if result.reason == "unknown_key" and keep > 5:  # it may be newer than our copy
        return check(token, item, keep=5)
    if result.reason == "status_unknown":  # signed, so its word for where the list is may be believed
        listed = fetched(result.claims["status"]["status_list"]["uri"], KEEP)
        result = verify(token, keys, status_list=listed, **asked)
    return result


class Gateway(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        item = parse_qs(urlsplit(self.path).query).get("item", [""])[0]
        result = check(self.headers.get("Authorization", "").removeprefix("Bearer "), item)
        sample = {"person": self.path, item: f"made up: {item}"}
        told = sample if result else {"reason": result.reason, "sentence": result.sentence}
        self.send_response(200 if result else 403 if result.reason in NOT_HERE else 401)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode() + b"\n")


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8099"))), Gateway)
    print(f"ready at http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
