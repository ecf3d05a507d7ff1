"""How a case travels to the engine: as JSON, squeezed, so that a whole case stays a small payload (P4)."""

import dataclasses
import zlib
from collections.abc import Sequence

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import PayloadCodec

ENCODING = b"binary/zlib"
WORTH_IT = 256  # bytes; a small answer is kept as it is


class Squeeze(PayloadCodec):
    """Compresses what is large. What others have put into a history, or was put there before, is read as it is."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [squeezed(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [unsqueezed(payload) for payload in payloads]


def squeezed(payload: Payload) -> Payload:
    if payload.ByteSize() < WORTH_IT:
        return payload
    return Payload(metadata={"encoding": ENCODING}, data=zlib.compress(payload.SerializeToString()))


def unsqueezed(payload: Payload) -> Payload:
    if payload.metadata.get("encoding") != ENCODING:
        return payload
    return Payload.FromString(zlib.decompress(payload.data))


# Whoever talks to the engine about a case uses this one.
converter = dataclasses.replace(pydantic_data_converter, payload_codec=Squeeze())


def size(value: object) -> int:
    """Bytes that a value takes in a history."""
    (payload,) = pydantic_data_converter.payload_converter.to_payloads([value])
    return squeezed(payload).ByteSize()
