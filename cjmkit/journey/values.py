"""What all parts of a journey have in common: frozen to the bottom, no unknown fields; and their small types."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

T = TypeVar("T")


def frozen(value: Any) -> Any:
    """The same value with nothing in it that can change: mappings read-only, lists as tuples.

    >>> frozen({"blank": [11]})
    mappingproxy({'blank': (11,)})
    """
    if isinstance(value, Mapping):
        return MappingProxyType({name: frozen(v) for name, v in value.items()})
    return tuple(frozen(v) for v in value) if isinstance(value, list | tuple) else value


def thawed(value: Any) -> Any:
    """A frozen value as plain dicts and lists, for JSON.

    >>> thawed(frozen({"blank": [11]}))
    {'blank': [11]}
    """
    if isinstance(value, Mapping):
        return {name: thawed(v) for name, v in value.items()}
    return [thawed(v) for v in value] if isinstance(value, tuple) else value


FrozenMap = Annotated[Mapping[str, T], AfterValidator(frozen), PlainSerializer(thawed)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Duration = Annotated[
    str, Field(pattern=r"^P([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?$", min_length=3)
]
Evidence = Literal["assumed", "observed", "measured"]
Phase = Literal["before", "after"]
Rule = Literal["continue-or-quit", "disproportionate-impact", "largest-gap", "impression"]
Points = Annotated[int, Field(ge=1, le=5)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Number = Annotated[int | float, Field(allow_inf_nan=False)]


class Value(BaseModel):
    """What all parts of a journey have in common: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Item(Value):
    """A line of a list, with what it rests on; in JSON a plain text where nothing is said of that.

    >>> Item.model_validate("quiet").text
    'quiet'
    """

    text: str
    evidence: Evidence | None = None
    source: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data

    @model_serializer(mode="wrap")
    def _short(self, handler: SerializerFunctionWrapHandler) -> Any:
        return self.text if self.evidence is None and not self.source else handler(self)


Items = tuple[Item, ...]
