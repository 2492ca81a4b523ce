"""The columns of answers as CSV."""

from functools import cache

from .schema_kinds import Schema
from .schemas import SCHEMAS, parts


@cache
def columns(shape: str) -> list[str]:
    """The columns of the schema `shape`, in order. Parts of an object have its name in front: see `base.csv_table.flat`."""
    schema = SCHEMAS[shape]
    names: list[str] = []
    for name, part in schema["properties"].items():
        inner = parts(part)
        if name == "programs":
            names += columns("Program")
        elif "properties" in inner:
            names += [f"{name}_{column}" for column in _required(inner)]
        elif name in schema["required"]:
            names.append(name)
    return list(dict.fromkeys(names))


def _required(schema: Schema) -> list[str]:
    return [name for name in schema["properties"] if name in schema["required"]]
