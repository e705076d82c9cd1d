"""Scenes of `roster.json`: withdrawals, renewed grants, admissions."""

from __future__ import annotations

from second.scenes import Case, are, officer, organisation, scene, start


@scene("a withdrawal holds from the next seq; one without its sealed field has no effect")
def withdrawn_from_the_next() -> Case:
    """Entry 0 stands, entry 1 does not; `entry` decides nothing."""
    org, phone = start(None)
    granted = {"feed": phone.feed, "seq": 0, "entry": org.org, "roles": [], "replaces": []}
    org.keep(org.roots[0].write("record.grant/1", granted))
    org.note(phone)
    late = org.note(phone)
    body = {"feed": phone.feed, "seq": 0, "entry": org.org, "reason": "lost"}
    org.keep(org.roots[0].write("record.withdraw/1", body, {"note": None}))
    org.keep(org.roots[0].write("record.withdraw/1", body | {"seq": -1}))
    return org, are("withdrawn", late)


@scene("seq -1 withdraws all; a later grant that does not name it changes nothing")
def withdrawn_entirely() -> Case:
    """The grant is from seq 1, above the withdrawal."""
    org, phone = start()
    org.withdraw(org.roots[0], phone.feed)
    org.grant(org.roots[0], phone.feed, seq=1)
    return org, are("withdrawn", org.note(phone), org.note(phone))


@scene("of two withdrawals both hold, so the lower one decides")
def withdrawn_twice() -> Case:
    """At 1 and at 0."""
    org, phone = start()
    org.note(phone)
    late = org.note(phone)
    org.withdraw(org.roots[0], phone.feed, 1)
    org.withdraw(org.roots[0], phone.feed, 0)
    return org, are("withdrawn", late)


@scene("a grant of the same seq that does not name the withdrawal does not lift it: concurrent, the withdrawal wins")
def granted_concurrently() -> Case:
    """Two grants at 0, one withdrawal."""
    org, phone = start()
    said = org.note(phone)
    org.withdraw(org.roots[0], phone.feed)
    org.grant(org.roots[0], phone.feed, ("field",))
    return org, are("withdrawn", said)


@scene("a grant that names the withdrawal lifts it from its own seq on; the feed that follows inherits no such grant")
def granted_again_naming_the_withdrawal() -> Case:
    """Entry 0 stays withdrawn, entry 1 stands; the withdrawal reaches the feed that follows."""
    org, phone = start(rotating=True)
    late = org.note(phone)
    gone = org.withdraw(org.roots[0], phone.feed)
    org.grant(org.roots[0], phone.feed, seq=1, replaces=(gone,))
    org.note(phone)
    org.rotate(phone)
    return org, are("withdrawn", late, org.written[-1])


@scene("naming one of two withdrawals is not enough")
def granted_again_naming_one_of_two() -> Case:
    """The other still holds."""
    org, phone = start()
    first = org.withdraw(org.roots[0], phone.feed)
    org.withdraw(org.roots[0], phone.feed)
    org.grant(org.roots[0], phone.feed, replaces=(first,))
    return org, are("withdrawn", org.note(phone))


@scene("a grant that another one replaces no longer applies from the other's seq on")
def grant_replaced() -> Case:
    """An officer is made a plain device at seq 1: its second grant does nothing."""
    org = organisation()
    boss = officer(org)
    made = org.written[-1]
    phone = org.device("phone")
    org.enrol(org.roots[0], phone.key)
    org.grant(org.roots[0], boss.feed, ("field",), seq=1, replaces=(made,))
    org.grant(boss, phone.feed, seq=1)
    org.grant(boss, phone.feed)
    early = org.note(phone)
    org.note(phone)
    return org, are("waiting", early)


@scene("a holding admission lifts a late entry")
def admitted() -> Case:
    """One of two is admitted."""
    org, phone = start()
    late = [org.note(phone), org.note(phone)]
    org.withdraw(org.roots[0], phone.feed)
    org.admit(org.roots[0], late[0])
    return org, are("withdrawn", late[1])


@scene("an admission does not lift entries whose type begins with `record.`")
def admitted_roster_entry() -> Case:
    """A receipt stays withdrawn."""
    org, phone = start()
    late = org.keep(phone.write("record.receipt/1", {"entries": [org.org], "arrived": 5}))
    org.withdraw(org.roots[0], phone.feed)
    org.admit(org.roots[0], late)
    return org, are("withdrawn", late)


@scene("a device without role officer withdraws, admits, adopts and grants: no effect")
def acts_of_a_writer() -> Case:
    """Its entries stand, and do nothing."""
    org, phone = start()
    mate = org.device("mate")
    org.enrol(org.roots[0], mate.key)
    org.grant(org.roots[0], mate.feed, ("field",))
    org.withdraw(mate, phone.feed)
    org.note(phone)
    org.withdraw(org.roots[0], phone.feed, 0)
    late = org.note(phone)
    org.admit(mate, late)
    org.grant(mate, phone.feed, replaces=(org.written[-3],))
    twin = phone.branch()
    branches = [org.note(phone, "left"), org.note(twin, "right")]
    org.adopt(mate, branches[0].entry)
    return org, are("withdrawn", late) | are("disputed", *branches)


@scene("an admission does not help an entry that waits")
def admitted_while_waiting() -> Case:
    """Admission is for withdrawn entries."""
    org, phone = start(None)
    said = org.note(phone)
    org.admit(org.roots[0], said)
    return org, are("waiting", said)


@scene("`replaces` of a grant reaches neither grants nor withdrawals of another feed")
def replaced_by_another_feeds_grant() -> Case:
    """A seat grants to one feed and names the grant and the withdrawal of the other."""
    org, phone = start()
    made = org.written[-1]
    gone = org.withdraw(org.roots[0], phone.feed, 0)
    org.grant(org.roots[0], org.device("other").feed, replaces=(made, gone))
    org.note(phone)
    return org, are("withdrawn", org.note(phone))
