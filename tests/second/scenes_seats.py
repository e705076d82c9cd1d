"""Scenes of `roster.json`: the seats and their bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from second.scenes import Case, are, officer, organisation, scene, start

if TYPE_CHECKING:
    from second.writer import Written


@scene("a seat's rotation: the old feed stands up to the cited seq, the new one has the seat")
def seat_rotated() -> Case:
    """The old key's later grant does nothing, the new key's does."""
    org, phone = start(rotating=True)
    new = org.rotate(org.roots[0])
    stale = org.grant(org.roots[0], org.device("x").feed)
    org.grant(new, phone.feed, ("field",))
    org.note(phone)
    return org, are("withdrawn", stale)


@scene("old and new feed of a seat are one seat")
def seat_rotated_counts_once() -> Case:
    """An officer's grant by the old feed, approved by the new one."""
    org = organisation(m=2, n=2, rotating=True)
    boss = officer(org, sign=1)
    made = org.written[-1]
    new = org.rotate(org.roots[0])
    org.approve(new, made)
    return org, are("waiting", org.note(boss))


@scene("m other seats withdraw a seat: what it wrote beyond does not stand, nor what the key writes that follows")
def seat_withdrawn() -> Case:
    """Its approval at seq 0 stays, that at seq 1 falls; the bound of the feed that follows is -1."""
    org = organisation(m=2, n=3, rotating=True)
    third = org.roots[2]
    early, late = officer(org, "early", sign=1), org.device("late")
    kept = org.approve(third, org.written[-1])
    org.enrol(org.roots[0], late.key)
    lost = org.approve(third, org.grant(org.roots[0], late.feed, ("officer",)))
    org.approve(org.roots[1], org.withdraw(org.roots[0], third.feed, 0, "captured"))
    third.seq, third.prev = 1, kept.id
    org.note(early)
    org.rotate(third)
    return org, are("withdrawn", lost, org.written[-1]) | are("waiting", org.note(late))


@scene("a seat's own signature does not count towards its withdrawal: where n - 1 < m no seat can be withdrawn")
def seat_withdrawn_by_itself_and_one() -> Case:
    """One other seat is not two, for the feed that follows neither."""
    org = organisation(m=2, n=2, rotating=True)
    org.approve(org.roots[1], org.withdraw(org.roots[0], org.roots[1].feed, 3))
    org.rotate(org.roots[1])
    return org, {}


@scene("of concurrent withdrawals all win: seats beyond their own bound still count for withdrawing seats")
def seats_withdraw_one_another() -> Case:
    """0 and 1 withdraw 2 and 3; 2 and 3 withdraw 0 and 1."""
    org = organisation(m=2, n=4)
    made: list[Written] = []
    for i, j, target in ((0, 1, 2), (0, 1, 3), (2, 3, 0), (2, 3, 1)):
        at = 0 if target == 0 else -1
        gone = org.withdraw(org.roots[i], org.roots[target].feed, at, "captured")
        made += [gone, org.approve(org.roots[j], gone)]
    return org, are("withdrawn", *made)


@scene("a seat's fork bounds it: below stands, from there both branches are disputed, whoever adopts")
def seat_forked() -> Case:
    """And a grant on a branch does nothing."""
    org, phone = start(None)
    twin = org.roots[0].branch()
    left = org.grant(org.roots[0], phone.feed)
    right = org.note(twin)
    above = org.adopt(org.roots[0], left.entry)
    return org, are("disputed", left, right, above) | are("waiting", org.note(phone))


@scene("beyond the bound of a fork an entry is disputed even where a withdrawal lies lower")
def seat_forked_and_withdrawn() -> Case:
    """Disputed is tested first."""
    org = organisation(m=2, n=3)
    third = org.roots[2]
    org.note(third)
    low = org.note(third)
    twin = third.branch()
    left, right = org.note(third, "left"), org.note(twin, "right")
    org.approve(org.roots[1], org.withdraw(org.roots[0], third.feed, 0))
    return org, are("withdrawn", low) | are("disputed", left, right)


@scene("a withdrawal of a seat's old feed after its rotation reaches the feed that follows")
def seat_rotated_then_old_withdrawn() -> Case:
    """At a seq above the cited one: the old feed's entry stands, the new feed's do not."""
    org = organisation(n=2, rotating=True)
    org.note(org.roots[1])
    new = org.rotate(org.roots[1])
    lost = org.written[-1]
    org.withdraw(org.roots[0], org.roots[1].feed, 9)
    return org, are("withdrawn", lost, org.note(new))
