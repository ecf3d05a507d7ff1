"""Domain objects to and from JSON. One adapter per shape, made once: making one is the expensive part."""

from typing import Any

from pydantic import TypeAdapter

from domain.case import Case
from domain.events import Event

_case: TypeAdapter[Case] = TypeAdapter(Case)
_event: TypeAdapter[Event] = TypeAdapter(Event)


def case_to_json(case: Case) -> dict[str, Any]:
    return _case.dump_python(case, mode="json")


def case_from_json(data: dict[str, Any]) -> Case:
    return _case.validate_python(data)


def event_to_json(event: Event) -> dict[str, Any]:
    return _event.dump_python(event, mode="json")


def event_from_json(data: dict[str, Any]) -> Event:
    return _event.validate_python(data)
