"""The published OpenAPI description of a Security Server's management API, held against what is sent and answered.

It reads the folder that `SHARECASE_X_ROAD_OPENAPI` names (openapi-definition.yaml and what that refers to). The parts of
OpenAPI 3.0 that the description uses are checked strictly: what it does not name may not be sent.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from aiohttp import web

FILE = "openapi-definition.yaml"
BASE = "/api/v1"


class NotAsDescribed(AssertionError):
    pass


class Description:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, Any] = {}
        self.version = str(self._file(FILE)["info"]["version"])

    def _file(self, name: str) -> Any:
        if name not in self.files:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            self.files[name] = yaml.load((self.folder / name).read_text(encoding="utf-8"), Loader=loader)
        return self.files[name]

    def resolved(self, schema: Any, file: str = FILE) -> tuple[Any, str]:
        while "$ref" in schema:
            name, _, pointer = schema["$ref"].partition("#")
            file = name.removeprefix("./") or file
            schema = self._file(file)
            for part in pointer.strip("/").split("/"):
                schema = schema[part]
        return schema, file

    def operation(self, method: str, path: str) -> tuple[Any, dict[str, str]]:
        """What describes this call, and the values of its path. Raises `NotAsDescribed`."""
        for template, item in self._file(FILE)["paths"].items():
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
            found = re.fullmatch(pattern, path)
            if found and method.lower() in item:
                values = {name: unquote(value) for name, value in found.groupdict().items()}
                operation = item[method.lower()]
                for each in operation.get("parameters", []):
                    if each["in"] == "path":
                        self.check(each["schema"], values[each["name"]], f"{path} {each['name']}")
                return operation, values
        raise NotAsDescribed(f"{method} {path} is not in the description")

    def check_request(self, operation: Any, body: bytes, headers: Any) -> None:
        scheme, _ = self.resolved(self._file(FILE)["components"]["securitySchemes"]["ApiKeyAuth"])
        prefix = scheme["description"].partition("<")[0]  # 'X-Road-ApiKey token='
        if scheme["in"] != "header" or not headers.get(scheme["name"], "").startswith(prefix):
            raise NotAsDescribed(f"{operation['operationId']}: no API key as described")
        described = operation.get("requestBody")
        if described is None:
            if body:
                raise NotAsDescribed(f"{operation['operationId']} takes no body")
            return
        if headers.get("content-type", "").partition(";")[0] != "application/json":
            raise NotAsDescribed(f"{operation['operationId']} takes JSON")
        schema = described["content"]["application/json"]["schema"]
        self.check(schema, json.loads(body), operation["operationId"], sends=True)

    def check_answer(self, operation: Any, status: int, told: Any) -> None:
        answers = operation["responses"]
        if str(status) not in answers:
            raise NotAsDescribed(f"{operation['operationId']} never answers {status}")
        content = answers[str(status)].get("content", {}).get("application/json")
        if content and told is not None:
            self.check(content["schema"], told, f"{operation['operationId']} {status}")

    def check(self, schema: Any, value: Any, where: str, file: str = FILE, *, sends: bool = False) -> None:
        """Raises `NotAsDescribed` naming the place. `sends`: what is read-only may not be there."""
        for problem in self._problems(schema, value, where, file, sends=sends):
            raise NotAsDescribed(problem)

    def _problems(self, schema: Any, value: Any, where: str, file: str, *, sends: bool) -> Iterator[str]:
        schema, file = self.resolved(schema, file)
        kinds: dict[str, Any] = {
            "object": dict,
            "array": list,
            "string": str,
            "integer": int,
            "boolean": bool,
        }
        kind = schema["type"]
        if not isinstance(value, kinds[kind]) or (kind == "integer" and isinstance(value, bool)):
            yield f"{where}: {value!r} is no {kind}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where}: {value!r} is none of {schema['enum']}"
        if kind == "string" and not schema.get("minLength", 0) <= len(value) <= schema.get(
            "maxLength", 10**9
        ):
            yield f"{where}: the length of {value!r}"
        if kind == "integer" and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{where}: {value} is too small or too large"
        if schema.get("format") == "date-time":
            datetime.fromisoformat(value)
        if kind == "array":
            if schema.get("uniqueItems") and len({json.dumps(each, sort_keys=True) for each in value}) < len(
                value
            ):
                yield f"{where}: twice the same"
            for number, each in enumerate(value):
                yield from self._problems(schema["items"], each, f"{where}[{number}]", file, sends=sends)
        if kind == "object":
            for name in set(schema.get("required", [])) - set(value):
                yield f"{where}: {name} is missing"
            for name, each in value.items():
                if name not in schema.get("properties", {}):
                    yield f"{where}: {name} is not described"
                    continue
                inner, _ = self.resolved(schema["properties"][name], file)
                if sends and inner.get("readOnly"):
                    yield f"{where}: {name} is read-only"
                yield from self._problems(
                    schema["properties"][name], each, f"{where}.{name}", file, sends=sends
                )

    def sample(self, schema: Any, facts: Any, file: str = FILE) -> Any:
        """A value of the schema with everything it describes, in which the facts stand."""
        schema, file = self.resolved(schema, file)
        match schema["type"]:
            case "object":
                facts = facts if isinstance(facts, dict) else {}
                properties = schema.get("properties", {})
                return {name: self.sample(inner, facts.get(name), file) for name, inner in properties.items()}
            case "array":
                return [self.sample(schema["items"], each, file) for each in facts or []]
            case kind if facts is None:
                example = schema.get("example", schema.get("enum", [None])[0])
                if schema.get("format") == "date-time":
                    return "2018-12-15T00:00:00.001Z"
                if kind == "string":
                    return "x" * max(1, schema.get("minLength", 1)) if example is None else str(example)
                return {"integer": 0, "boolean": False}[kind] if example is None else example
            case _:
                return facts


def described(description: Description, seen: list[str]) -> Any:
    """A middleware: each request must be as described, and each answer is made from its schema. `seen`: operations."""

    @web.middleware
    async def mock(request: web.Request, handler: Any) -> web.StreamResponse:
        path = request.rel_url.raw_path.removeprefix(BASE)
        operation, _ = description.operation(request.method, path)
        description.check_request(operation, await request.read(), request.headers)
        answer = await handler(request)
        told = json.loads(answer.body) if answer.body else None
        content = (
            operation["responses"].get(str(answer.status), {}).get("content", {}).get("application/json")
        )
        if content:
            told = description.sample(content["schema"], told)
        description.check_answer(operation, answer.status, told)
        seen.append(f"{operation['operationId']} {answer.status}")
        if told is None:
            return web.Response(status=answer.status)
        return web.json_response(told, status=answer.status)

    @web.middleware
    async def tells(request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            return await mock(request, handler)
        except NotAsDescribed as wrong:
            seen.append(f"NOT AS DESCRIBED: {wrong}")
            return web.Response(status=599)

    return tells
