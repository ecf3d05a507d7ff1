"""What a sending body takes away to check grants by itself: the verifier and its test vectors (P3, docs/verifier.md).

They are the files that this installation runs and is tested with, as they stand.
"""

from pathlib import Path

from fastapi import APIRouter, Request, Response

from api import grant_verifier
from api.register import kept_bytes

router = APIRouter(include_in_schema=False)

SOURCE = Path(grant_verifier.__file__)
VERIFIER = SOURCE.read_bytes()
VECTORS = SOURCE.with_name("grant_vectors.json").read_bytes()
HOUR = 3600


@router.get("/exchange/grant_verifier.py")
async def verifier(request: Request) -> Response:
    return kept_bytes(request, VERIFIER, HOUR, "text/x-python; charset=utf-8")


@router.get("/exchange/grant-vectors.json")
async def vectors(request: Request) -> Response:
    return kept_bytes(request, VECTORS, HOUR, "application/json")
