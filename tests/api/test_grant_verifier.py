"""The verifier that sending bodies put before their services (P3, edge cases 64 to 66): one file that says no well."""

import ast
import base64
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import grant_verifier
from api.grant_verifier import SENTENCES, Result, verify
from docs.examples import make_vectors
from docs.examples.make_vectors import AUDIENCE, ISSUER, NOW, TWO_BITS, at, but, document, listed, signed

HERE = Path(grant_verifier.__file__)
COMMITTED = json.loads((HERE.parent / "grant_vectors.json").read_text(encoding="utf-8"))
JWKS = COMMITTED["jwks"]
VECTORS = {each["name"]: each for each in COMMITTED["vectors"]}
EXAMPLES = 2_000 if os.environ.get("SHARECASE_FULL") == "1" else 200
QUICK = settings(max_examples=EXAMPLES, deadline=None)
REASONS = {
    "valid", "malformed", "alg_not_allowed", "wrong_type", "unknown_key", "bad_signature", "wrong_issuer",
    "wrong_audience", "not_yet", "expired", "revoked", "suspended", "narrowed", "status_unknown", "item_not_covered",
    "purpose_not_covered",
}  # fmt: skip


def asked(token: Any, **more: Any) -> Result:
    usual: dict[str, Any] = {"issuer": ISSUER, "audience": AUDIENCE, "now": NOW, "status_list": listed()}
    keys = more.pop("jwks", JWKS)
    return verify(token, keys, **{**usual, **more})


def test_the_published_vectors_are_what_the_generator_writes_and_say_what_they_are() -> None:
    assert document() == COMMITTED, "python docs/examples/make_vectors.py >api/grant_vectors.json"
    assert "FOR TESTS ONLY" in COMMITTED["about"]
    assert all(key["for_tests_only"] for key in COMMITTED["private_keys_for_tests_only"])
    assert not any("d" in key for key in JWKS["keys"])
    assert {each["reason"] for each in VECTORS.values()} == REASONS == set(SENTENCES)
    assert len(VECTORS) == len(COMMITTED["vectors"])


@pytest.mark.parametrize("name", VECTORS)
def test_the_verifier_gives_each_vector_its_reason(name: str) -> None:
    one = dict(VECTORS[name])
    expected = (one.pop("valid"), one.pop("reason"))
    del one["name"]
    result = verify(one.pop("token"), JWKS, **one)
    assert (result.valid, result.reason) == expected, result.sentence
    assert bool(result) is result.valid
    assert result.sentence.endswith(".") and "{" not in result.sentence
    believed = expected[1] not in (
        "malformed", "alg_not_allowed", "wrong_type", "unknown_key", "bad_signature"
    )  # fmt: skip
    assert (result.claims is not None) is believed


def test_a_small_list_does_not_become_a_large_one() -> None:
    """And a list that has more behind its end, or the shape of something else, is none."""

    def of(data: bytes) -> str:
        return listed(lst=base64.urlsafe_b64encode(data).rstrip(b"=").decode())

    usual = bytes([0xE4, 0, 0, 0])
    assert asked(signed(), status_list=of(zlib.compress(usual))).valid
    for bomb in (zlib.compress(bytes(50_000_000)), zlib.compress(usual) + b"more", zlib.compress(b""), usual):
        assert asked(signed(), status_list=of(bomb)).reason == "status_unknown"
    for told in ([], "x", None, {"bits": 2}, {"bits": "2", "lst": TWO_BITS}, {"bits": 2, "lst": [1]}):
        assert asked(signed(), status_list=listed(status_list=told)).reason == "status_unknown", told
    for told in (None, "soon", True, -1, 10**400):
        assert asked(signed(), status_list=listed(exp=told)).reason == "status_unknown", told
        assert asked(signed(), status_list=listed(iat=told)).reason == "status_unknown", told
    full = bytearray(25_000)
    full[-1] = 0b11_00_00_00
    whole = of(zlib.compress(bytes(full)))
    assert [asked(at(index), status_list=whole).reason for index in (99_998, 99_999, 100_000)] == [
        "valid", "narrowed", "status_unknown",
    ]  # fmt: skip


def test_nothing_is_valid_by_a_key_set_or_a_clock_that_is_none() -> None:
    key = JWKS["keys"][0]
    for keys in (
        None, [], {}, {"keys": None}, {"keys": [None, 1, [], {}]}, {"keys": {key["kid"]: key}},
        {"keys": [{**key, "kty": "EC"}]}, {"keys": [{**key, "crv": "X25519"}]}, {"keys": [{**key, "x": key["x"][:-4]}]},
        {"keys": [{**key, "x": 7}]}, {"keys": [{**key, "use": "enc"}]}, {"keys": [{**key, "alg": "HS256"}]},
        {"keys": [{**key, "kid": ""}]},
    ):  # fmt: skip
        assert asked(signed(), jwks=keys).reason == "unknown_key", keys
    assert asked(signed(), jwks={"keys": [{"kid": key["kid"]}, {**key, "alg": "Ed25519"}]}).valid
    assert asked(signed(), now=float("nan")).reason == "not_yet"
    assert asked(signed(), now=float("inf")).reason == "expired"
    assert asked(None).reason == asked(b"a.b.c").reason == asked("[" * 50_000).reason == "malformed"
    deep = make_vectors.b64(b"[" * 10_000)
    assert (
        asked(f"{deep}.e30.e30").reason
        == asked("é.e30.e30").reason
        == asked("\ud800.e30.e30").reason
        == "malformed"
    )


@QUICK
@given(st.text() | st.from_regex(r"[A-Za-z0-9_=.-]*", fullmatch=True))
def test_no_text_is_valid_or_breaks_it(text: str) -> None:
    for result in (asked(text), asked(signed(), status_list=text)):
        assert not result.valid and result.reason in REASONS and result.sentence


TOKEN, STATUSES = signed(), listed()
PIECES = st.sampled_from(["A", "_", ".", "=", "", "\n", "é", "\ud800", "e30", "\x00"]) | st.characters()


@QUICK
@given(st.integers(0, len(TOKEN) - 1), st.integers(0, 4), PIECES)
def test_no_changed_token_is_valid(where: int, gone: int, instead: str) -> None:
    changed = TOKEN[:where] + instead + TOKEN[where + gone :]
    assert asked(changed).valid is (changed == TOKEN)


@QUICK
@given(st.integers(0, len(STATUSES) - 1), st.integers(0, 4), PIECES)
def test_no_changed_status_list_is_believed(where: int, gone: int, instead: str) -> None:
    changed = STATUSES[:where] + instead + STATUSES[where + gone :]
    assert asked(TOKEN, status_list=changed).valid is (changed == STATUSES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["status_list", "idx", "uri", "x"]), inner)
    ),
    max_leaves=6,
)


@QUICK
@given(st.sampled_from([*make_vectors.CLAIMS, *make_vectors.HEADER]), JSON)
def test_whatever_is_signed_has_the_right_shape_or_is_refused(name: str, value: Any) -> None:
    """Also by the holder of the key: each claim as any JSON, and never an exception."""
    is_header = name in make_vectors.HEADER
    result = asked(signed(**{name: value}) if is_header else but(**{name: value}))
    assert result.reason in REASONS
    if result.valid and not is_header:
        read = result.claims or {}
        assert isinstance(read["items"], list) and read["mode"] in ("transactional", "bulk")
        assert read["iss"] == ISSUER and read["aud"] == AUDIENCE and read["exp"] > NOW


def test_it_is_one_file_that_works_alone_on_an_older_python(tmp_path: Path) -> None:
    """Nothing of the project, and of others only `cryptography`; the loop of docs/verifier.md checks the vectors."""
    source = HERE.read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        each.module.split(".")[0]
        for each in ast.walk(tree)
        if isinstance(each, ast.ImportFrom) and each.module
    }
    imported |= {name.name for each in ast.walk(tree) if isinstance(each, ast.Import) for name in each.names}
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}
    assert len(source.splitlines()) <= 300
    (tmp_path / "grant_verifier.py").write_text(source, encoding="utf-8")
    (tmp_path / "grant-vectors.json").write_text(json.dumps(COMMITTED), encoding="utf-8")
    page = (HERE.parents[1] / "docs" / "verifier.md").read_text(encoding="utf-8")
    loop = page.partition("```python\n")[2].partition("```")[0]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", loop],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        env={},
    )
    assert done.returncode == 0 and f"{len(VECTORS)} vectors" in done.stdout, done.stderr


def test_the_page_lists_each_reason() -> None:
    page = (HERE.parents[1] / "docs" / "verifier.md").read_text(encoding="utf-8")
    assert {reason for reason in REASONS if f"| `{reason}` |" in page} == REASONS
