"""Entry types: which bodies may be written, and which fields of a type are sealed.

Rules: a type is a Pydantic model, immutable and strict, versioned by its name; a released one never changes. The
sealable fields of a type are a constant of it, and every entry of the type commits to all of them. Rooms register
theirs; the record knows only its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from firsthand.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Collection

Id = Annotated[bytes, Field(min_length=32, max_length=32)]
Ids = Annotated[tuple[Id, ...], Field(max_length=1000)]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Ms = Annotated[int, Field(ge=0, le=2**53 - 1)]
Short = Annotated[str, Field(max_length=200)]


class Shape(BaseModel):
    """A part of a body: immutable, strict, nothing unknown."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Body(Shape):
    """A body that may be written: `TYPE` is `room.name/version`, `SEALED` names the sealable fields.

    `ASPECT` groups the types that replace one another for one subject (section 8 of the record's reference); empty
    where nothing is replaced.
    """

    TYPE: ClassVar[str]
    SEALED: ClassVar[tuple[str, ...]] = ()
    ASPECT: ClassVar[str] = ""

    def plain(self) -> dict[str, Any]:
        """Return the body as plain maps, lists, texts, integers and bytes: what reading the entry again will give."""
        return _plain(self)  # type: ignore[no-any-return]


_ATOMS = frozenset((int, str, bytes, bool, type(None)))


def _plain(value: Any) -> Any:
    """Turn a shape into plain values; twice as quick as `model_dump` and a second pass for the tuples."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is tuple or kind is list:
        return [item if type(item) in _ATOMS else _plain(item) for item in value]
    fields = value if kind is dict else value.__dict__
    return {name: item if type(item) in _ATOMS else _plain(item) for name, item in fields.items()}


def _tuples(value: Any) -> Any:
    """Turn lists into tuples: a strict model with tuple fields refuses lists."""
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return value


class Registry:
    """The types that a centre knows."""

    def __init__(self, *rooms: tuple[type[Body], ...]) -> None:
        self._types = {body.TYPE: body for room in rooms for body in room}

    def __contains__(self, name: str) -> bool:
        return name in self._types

    def __iter__(self) -> Any:
        return iter(self._types.values())

    def get(self, name: str) -> type[Body] | None:
        """Return the model of a type, or None when it is unknown."""
        return self._types.get(name)

    def read(self, name: str, body: dict[str, Any], sealed: Collection[str] | None = None) -> Body | None:
        """Return the body as its model, or None when the type is unknown or the body does not fit it.

        An entry whose body does not fit is kept, logged and relayed like one of an unknown type; it has no effect.
        The same where `sealed`, the names of the fields it commits to, are given and are not exactly those of the
        type.
        """
        model = self._types.get(name)
        if model is None or (sealed is not None and set(sealed) != set(model.SEALED)):
            return None
        try:
            return model.model_validate(_tuples(body))
        except ValidationError:
            return None

    def check(self, name: str, body: dict[str, Any], sealed: set[str]) -> None:
        """Check what is about to be written.

        Raises:
            BadInput: unknown type, a body that does not fit, or not exactly the type's sealed fields.
        """
        model = self._types.get(name)
        if model is None:
            raise BadInput(f"There is no entry type {name!r}.")
        try:
            model.model_validate(_tuples(body))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise BadInput(
                f"A {name} cannot be written: {where}: {first['msg']}.", kept="Nothing was written."
            ) from None
        if sealed != set(model.SEALED):
            raise BadInput(f"A {name} must commit to exactly these sealed fields: {', '.join(model.SEALED) or 'none'}.")


@dataclass(frozen=True)
class Draft:
    """What a rule returns: an entry still to be signed, with the values of its sealed fields."""

    body: Body
    sealed: dict[str, Any] = field(default_factory=dict)
