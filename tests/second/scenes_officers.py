"""Scenes of `roster.json`: officers, and what takes m seats."""

from __future__ import annotations

from second.scenes import Case, are, officer, organisation, scene, start


@scene("an officer enrols, grants and withdraws")
def officer_acts() -> Case:
    """One signature is enough for ordinary feeds."""
    org = organisation()
    boss = officer(org)
    phone = org.device("phone")
    org.enrol(boss, phone.key)
    org.grant(boss, phone.feed)
    org.note(phone)
    late = org.note(phone)
    org.withdraw(boss, phone.feed, 0)
    return org, are("withdrawn", late)


@scene("one seat's grant of officer does not hold where m is 2")
def officer_by_one_of_two() -> Case:
    """Neither the would-be officer nor its grants."""
    org = organisation(m=2, n=2)
    boss = officer(org, sign=1)
    phone = org.device("phone")
    acts = [org.enrol(boss, phone.key), org.grant(boss, phone.feed)]
    return org, are("waiting", *acts, org.note(phone))


@scene("two signatures of one seat are one")
def officer_approved_by_the_same_seat() -> Case:
    """M counts distinct seats."""
    org = organisation(m=2, n=2)
    boss = officer(org, sign=1)
    org.approve(org.roots[0], org.written[-1])
    return org, are("waiting", org.note(boss))


@scene("an approval by someone who is no seat does not count")
def officer_approved_by_an_officer() -> Case:
    """Only seats make officers."""
    org = organisation(m=2, n=2)
    boss = officer(org)
    second = officer(org, "second", sign=1)
    org.approve(boss, org.written[-1])
    return org, are("waiting", org.note(second))


@scene("a grant of officer written by an officer and approved by m seats holds")
def officer_grant_written_by_an_officer() -> Case:
    """Signers are the author and the approvers; m of them have to be seats."""
    org = organisation(m=2, n=2)
    boss = officer(org)
    second = org.device("second")
    org.enrol(org.roots[0], second.key)
    made = org.grant(boss, second.feed, ("officer",))
    for root in org.roots[:2]:
        org.approve(root, made)
    org.note(second)
    return org, {}


@scene("an officer's withdrawal of another officer does not hold")
def officer_withdrawn_by_an_officer() -> Case:
    """It takes m seats."""
    org = organisation()
    boss, second = officer(org), officer(org, "second")
    org.withdraw(boss, second.feed)
    org.note(second)
    return org, {}


@scene("m seats withdraw an officer: what it did beyond has no effect, nor what the key does that follows")
def officer_withdrawn_by_m() -> Case:
    """Its grant at seq 0 stays, that at seq 1 falls; whoever holds the key that follows goes on in vain."""
    org = organisation(m=2, n=2, rotating=True)
    boss = officer(org)
    phone = org.device("phone")
    org.enrol(org.roots[0], phone.key)
    org.grant(boss, phone.feed, seq=1)
    late = org.grant(boss, phone.feed)
    org.approve(org.roots[1], org.withdraw(org.roots[0], boss.feed, 0, "captured"))
    boss.seq, boss.prev = 1, late.entry.prev
    new = org.rotate(boss)
    lost = [org.written[-1], org.grant(new, phone.feed)]
    early = org.note(phone)
    org.note(phone)
    return org, are("withdrawn", late, *lost) | are("waiting", early)


@scene("an officer feed that an officer enrolled has no holding enrolment")
def officer_enrolled_by_an_officer() -> Case:
    """An officer's key is enrolled by a standing seat."""
    org = organisation()
    boss = officer(org)
    second = org.device("second")
    org.enrol(boss, second.key)
    org.grant(org.roots[0], second.feed, ("officer",))
    return org, are("waiting", org.note(second))


@scene("an adoption that names an officer feed takes m seats")
def officer_fork_adopted_by_one() -> Case:
    """One seat of two is not enough."""
    org = organisation(m=2, n=2)
    boss = officer(org)
    twin = boss.branch()
    left, right = org.note(boss, "left"), org.note(twin, "right")
    org.adopt(org.roots[0], left.entry)
    return org, are("disputed", left, right)


@scene("m seats adopt a branch of an officer feed")
def officer_fork_adopted_by_m() -> Case:
    """Two seats are enough."""
    org = organisation(m=2, n=2)
    boss = officer(org)
    twin = boss.branch()
    left, right = org.note(boss, "left"), org.note(twin, "right")
    org.approve(org.roots[1], org.adopt(org.roots[0], left.entry))
    return org, are("disputed", right)


@scene("what single officers said of a feed before it became an officer feed no longer counts")
def officer_later() -> Case:
    """One seat granted and withdrew; two make it an officer's from seq 1."""
    org, phone = start(m=2, n=2)
    early = org.note(phone)
    org.withdraw(org.roots[1], phone.feed, 0)
    org.approve(org.roots[1], org.grant(org.roots[0], phone.feed, ("officer",), seq=1))
    org.note(phone)
    return org, are("waiting", early)
