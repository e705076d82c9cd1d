"""Scenes of `roster.json`: feeds that follow by rotation."""

from __future__ import annotations

from typing import Any

from second.scenes import Case, are, officer, organisation, scene, start
from second.writer import Device


@scene("the feed that follows inherits the roles; a grant may take the place of the rotation")
def rotated() -> Case:
    """It needs no enrolment and no approval. From seq 2 on the role is gone."""
    org = organisation(rotating=True)
    boss = officer(org)
    org.note(boss)
    new = org.rotate(boss)
    org.grant(org.roots[0], new.feed, ("field",), seq=2, replaces=(org.written[-1],))
    phone = org.device("phone")
    org.enrol(new, phone.key)
    org.grant(new, phone.feed, seq=1)
    early = org.note(phone)
    return org, are("waiting", early, org.note(phone))


@scene("a rotation withdraws the old feed at the cited seq; a grant of the old feed may name it like a withdrawal")
def rotated_old_goes_on() -> Case:
    """What the old key writes later is withdrawn, and stands again from seq 2."""
    org, phone = start(rotating=True)
    org.note(phone)
    org.rotate(phone)
    late = org.note(phone)
    org.grant(org.roots[0], phone.feed, seq=2, replaces=(org.written[-2],))
    org.note(phone)
    return org, are("withdrawn", late)


@scene("rotations follow one another")
def rotated_twice() -> Case:
    """The third key writes."""
    org, phone = start(rotating=True)
    org.note(phone)
    second = org.rotate(phone)
    third = org.rotate(second)
    org.note(third)
    return org, are("withdrawn", org.note(second))


@scene("a rotation to a key that was not committed does not hold, nor one that cites nothing")
def rotated_to_another_key() -> Case:
    """Anyone can write the one; the other is by the right key, but its body has another shape."""
    org, phone = start(rotating=True)
    org.note(phone)
    thief, new = org.device("thief"), Device(phone.key.following(), org.org)
    body: dict[str, Any] = {"old": phone.feed, "seq": 0, "entry": phone.prev, "alg": 1, "next": None}
    made = [org.keep(thief.write("record.rotate/1", body | {"key": thief.key.public}))]
    body |= {"seq": -1, "entry": None, "key": new.key.public}
    made.append(org.keep(new.write("record.rotate/1", body)))
    org.note(phone)
    return org, are("waiting", *made)


@scene("a rotation from a feed that waits hands on nothing")
def rotated_while_waiting() -> Case:
    """No grant, none inherited."""
    org, phone = start(None, rotating=True)
    said = org.note(phone)
    new = org.rotate(phone)
    return org, are("waiting", said, org.written[-1], org.note(new))


@scene("an officer's rotated feed is an officer feed: one seat of two cannot withdraw it, nor the old one")
def rotated_officer_withdrawn_by_one() -> Case:
    """It takes m seats there too."""
    org = organisation(m=2, n=2, rotating=True)
    boss = officer(org)
    org.note(boss)
    new = org.rotate(boss)
    org.withdraw(org.roots[0], new.feed)
    org.withdraw(org.roots[0], boss.feed)
    return org, {}


@scene("a withdrawal of the new feed holds like any other")
def rotated_then_withdrawn() -> Case:
    """The rotation itself at seq 0 stands."""
    org, phone = start(rotating=True)
    org.note(phone)
    new = org.rotate(phone)
    org.withdraw(org.roots[0], new.feed, 0)
    return org, are("withdrawn", org.note(new))


@scene("a withdrawal reaches the feed that follows, at -1: whoever captured a key may hold its successor too")
def rotated_after_withdrawal() -> Case:
    """The rotation cites what stands, and is withdrawn all the same; a grant that names the withdrawal helps."""
    org, phone = start(rotating=True)
    org.note(phone)
    gone = org.withdraw(org.roots[0], phone.feed, 0, "captured")
    new = org.rotate(phone)
    lost = org.written[-1]
    org.grant(org.roots[0], new.feed, seq=1, replaces=(gone,))
    org.note(new)
    return org, are("withdrawn", lost)


@scene("a withdrawal of the old feed after two rotations, above what they cite, reaches both feeds that follow")
def rotated_twice_then_old_withdrawn() -> Case:
    """The second feed may not write where the third cites it, so that the third has no grant and waits."""
    org, phone = start(rotating=True)
    org.note(phone)
    second = org.rotate(phone)
    rotated_once = org.written[-1]
    third = org.rotate(second)
    org.withdraw(org.roots[0], phone.feed, 7)
    return org, are("withdrawn", rotated_once) | are("waiting", org.written[-2], org.note(third))


@scene("a rotation that cites a seq at which the old feed has no roles is no grant")
def rotated_beyond_a_withdrawal() -> Case:
    """It cites entry 0 of a feed that was withdrawn from the start: the new feed waits."""
    org, phone = start(rotating=True)
    org.withdraw(org.roots[0], phone.feed)
    late = org.note(phone)
    org.rotate(phone)
    return org, are("withdrawn", late) | are("waiting", org.written[-1])
