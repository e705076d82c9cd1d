"""Scenes of `roster.json`: forks and adoptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from second.scenes import Case, are, organisation, scene, start

if TYPE_CHECKING:
    from second.writer import Device, Organisation, Written


def forked(*, above: int = 0) -> tuple[Organisation, Device, Device, list[Written]]:
    """A device whose feed forks at seq 0, or above so many entries, with one more entry on the left."""
    org, phone = start()
    for _ in range(above):
        org.note(phone)
    twin = phone.branch()
    left = [org.note(phone, "left"), org.note(phone, "left on")]
    return org, phone, twin, [*left, org.note(twin, "right")]


@scene("two entries at one position: below untouched, from there all are disputed")
def fork() -> Case:
    """Nobody adopts."""
    org, _, _, branches = forked(above=1)
    return org, are("disputed", *branches)


@scene("an adoption settles the fork for the branch that it names; other kinds and other feeds cannot replace it")
def fork_adopted() -> Case:
    """The head named is the left one. A grant, and an adoption about another feed, name the adoption."""
    org, phone, _, branches = forked()
    made = org.adopt(org.roots[0], branches[1].entry)
    org.note(phone)
    org.grant(org.roots[0], phone.feed, replaces=(made,))
    org.adopt(org.roots[0], org.genesis.entry, (made,))
    return org, are("disputed", branches[2])


@scene("an adoption that names the forked position itself settles all above")
def fork_adopted_at_the_position() -> Case:
    """Named at seq 0, holds at seq 1."""
    org, _, _, branches = forked()
    org.adopt(org.roots[0], branches[0].entry)
    return org, are("disputed", branches[2])


@scene("an adoption below the fork settles nothing")
def fork_adopted_below() -> Case:
    """Named at seq 0."""
    org, _, _, branches = forked(above=1)
    below = next(w for w in org.written if w.id == branches[0].entry.prev)
    org.adopt(org.roots[0], below.entry)
    return org, are("disputed", *branches)


@scene("two adoptions of different branches conflict: all stay disputed")
def fork_adoptions_conflict() -> Case:
    """Until one replaces the other."""
    org, _, _, branches = forked()
    org.adopt(org.roots[0], branches[0].entry)
    org.adopt(org.roots[0], branches[2].entry)
    return org, are("disputed", *branches)


@scene("an adoption that replaces the other settles the conflict")
def fork_adoption_replaced() -> Case:
    """The right branch wins."""
    org, _, _, branches = forked()
    first = org.adopt(org.roots[0], branches[0].entry)
    org.adopt(org.roots[0], branches[2].entry, (first,))
    return org, are("disputed", *branches[:2])


@scene("two adoptions on one branch agree")
def fork_adoptions_agree() -> Case:
    """At seq 0 and at seq 1."""
    org, _, _, branches = forked()
    org.adopt(org.roots[0], branches[0].entry)
    org.adopt(org.roots[0], branches[1].entry)
    return org, are("disputed", branches[2])


@scene("two forks, one above the other: an adoption of a head settles both")
def fork_within_a_fork() -> Case:
    """Forked at seq 0 and again at seq 1."""
    org, phone, _, branches = forked()
    phone.seq, phone.prev = 1, branches[0].id
    other = org.note(phone, "another")
    org.adopt(org.roots[0], other.entry)
    org.note(phone)
    return org, are("disputed", branches[1], branches[2])


@scene("two forks: an adoption of the lower position leaves the upper one unsettled")
def fork_within_a_fork_adopted_low() -> Case:
    """Entry 0 stands, the two entries at 1 do not."""
    org, phone, _, branches = forked()
    phone.seq, phone.prev = 1, branches[0].id
    other = org.note(phone, "another")
    org.adopt(org.roots[0], branches[0].entry)
    return org, are("disputed", other, branches[1], branches[2])


@scene("an entry whose ancestor at the fork cannot be followed stays disputed")
def fork_with_a_gap() -> Case:
    """Entry 1 of the adopted branch is not held."""
    org, phone, _, branches = forked()
    above = org.note(phone)
    org.written.remove(branches[1])
    org.adopt(org.roots[0], branches[0].entry)
    return org, are("disputed", branches[2], above)


@scene("a `prev` that names an id which is not held, beside one that is, forks that position")
def fork_by_prev() -> Case:
    """The other entry at seq 0 was never received."""
    org, _, twin, branches = forked()
    org.written.remove(branches[2])
    above = org.note(twin)
    return org, are("disputed", *branches[:2], above)


@scene("the same, settled for the branch that is held")
def fork_by_prev_adopted() -> Case:
    """Its head is adopted."""
    org, _, twin, branches = forked()
    org.written.remove(branches[2])
    above = org.note(twin)
    org.adopt(org.roots[0], branches[1].entry)
    return org, are("disputed", above)


@scene("one unknown id named by two entries is no fork by itself, but the two entries are one")
def fork_above_a_gap() -> Case:
    """Entry 1 is not held; two entries at seq 2 name it."""
    org, phone = start()
    org.note(phone)
    org.written.remove(org.note(phone))
    twin = phone.branch()
    return org, are("disputed", org.note(phone, "left"), org.note(twin, "right"))


@scene("disputed is tested before withdrawn; an adoption that names a withdrawal does not lift it")
def fork_and_withdrawn() -> Case:
    """A withdrawal of everything changes nothing on the branch that is not adopted."""
    org, _, _, branches = forked(above=1)
    below = next(w for w in org.written if w.id == branches[0].entry.prev)
    gone = org.withdraw(org.roots[0], below.entry.feed)
    org.adopt(org.roots[0], branches[0].entry, (gone,))
    return org, are("disputed", branches[2]) | are("withdrawn", below, *branches[:2])


@scene("a fork of a feed that nobody enrolled")
def fork_and_waiting() -> Case:
    """Disputed from the fork on, waiting below."""
    org = organisation()
    phone = org.device("phone")
    below = org.note(phone)
    twin = phone.branch()
    branches = [org.note(phone, "left"), org.note(twin, "right")]
    return org, are("waiting", below) | are("disputed", *branches)
