"""What the scenes of `roster.json` share: the registry, and the beginnings of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from second.writer import Device, Organisation, Written

if TYPE_CHECKING:
    from collections.abc import Callable

# What is expected: written entry -> state. What is not named has to stand.
Expected = dict[bytes, str]
Case = tuple[Organisation, Expected]
SCENES: dict[str, tuple[str, Callable[[], Case]]] = {}


def scene(why: str) -> Callable[[Callable[[], Case]], Callable[[], Case]]:
    """Registers a scene under its function's name."""

    def register(tell: Callable[[], Case]) -> Callable[[], Case]:
        SCENES[tell.__name__] = (why, tell)
        return tell

    return register


def are(state: str, *entries: Written) -> Expected:
    """Each of these entries has that state."""
    return {w.id: state for w in entries}


def organisation(*, m: int = 1, n: int = 1, rotating: bool = False) -> Organisation:
    """An organisation; only where the scene rotates, keys that follow are committed."""
    return Organisation("roster", m=m, n=n, rotating=rotating)


def start(
    roles: tuple[str, ...] | None = (), *, m: int = 1, n: int = 1, rotating: bool = False
) -> tuple[Organisation, Device]:
    """An organisation and one enrolled device, granted roles by the first root alone unless they are None."""
    org = organisation(m=m, n=n, rotating=rotating)
    phone = org.device("phone")
    org.enrol(org.roots[0], phone.key)
    if roles is not None:
        org.grant(org.roots[0], phone.feed, roles)
    return org, phone


def officer(org: Organisation, label: str = "officer", *, sign: int | None = None) -> Device:
    """An enrolled device with the role officer, signed by that many seats (m of them if not given)."""
    device = org.device(label)
    org.enrol(org.roots[0], device.key)
    made = org.grant(org.roots[0], device.feed, ("officer",))
    body: Any = org.genesis.entry.body
    for root in org.roots[1 : sign or body["m"]]:
        org.approve(root, made)
    return device
