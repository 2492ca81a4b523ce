"""Pieces of JSON Schema (2020-12), each with a description and an example."""

from typing import Any

from ...base.params import MAX_ID

Schema = dict[str, Any]
PLACE = "#/components/schemas/"
STORED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"


def typed(kind: str, description: str, example: Any, **more: Any) -> Schema:
    return {"type": kind, "description": description, "examples": [example], **more}


def text(description: str, example: str, **more: Any) -> Schema:
    return typed("string", description, example, **more)


def integer(description: str, example: int, low: int = 0, **more: Any) -> Schema:
    return typed("integer", description, example, minimum=low, **more)


def ident(description: str, example: int = 1) -> Schema:
    return integer(description, example, 1, maximum=MAX_ID)


def flag(description: str, example: bool, **more: Any) -> Schema:
    return typed("boolean", description, example, **more)


def time(description: str, example: str) -> Schema:
    return text(f"{description}; UTC.", example, format="date-time", pattern=STORED)


def array(description: str, items: Schema, example: list[Any], **more: Any) -> Schema:
    return typed("array", description, example, items=items, **more)


def texts(description: str, example: list[str], **more: Any) -> Schema:
    return array(description, {"type": "string"}, example, **more)


def nullable(schema: Schema) -> Schema:
    """What may be null as well."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def ref(name: str) -> Schema:
    return {"$ref": PLACE + name}


def record(description: str, properties: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "description": description, "properties": properties, "required": required}


def body(description: str, properties: dict[str, Schema], required: tuple[str, ...], example: Any) -> Schema:
    """The JSON object of a request: closed, with a whole example."""
    schema = {**record(description, properties, tuple(properties)), "additionalProperties": False}
    return {**schema, "required": list(required), "examples": [example]}
