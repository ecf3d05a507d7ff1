"""One-time codes: shown once to whoever wrote, to read what became of it. Only a hash is kept."""

import re
import secrets
from hashlib import sha256

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another one
LENGTH = 20  # 98 bits, so nobody finds one by trying
CODE = re.compile(rf"[{LETTERS}]{{5}}(-[{LETTERS}]{{5}}){{3}}")


def new_code() -> str:
    """Four groups of five, to be written down."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(drawn[at : at + 5] for at in range(0, LENGTH, 5))


def code_hash(typed: str) -> str:
    """Of a code as somebody typed it: small letters, blanks and missing dashes make no difference."""
    plain = re.sub(r"[^0-9A-Z]", "", typed.upper())
    return sha256(plain.encode()).hexdigest()
