"""Cases of `roster.json`: sets of entries, and the state that section 7 of the record gives to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from second.bodies import enrolment_statement
from second.entry import ZERO
from second.roster import Roster
from second.writer import Device, Organisation, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def start(roles: tuple[str, ...] | None = (), *, m: int = 1, n: int = 1) -> tuple[Organisation, Device]:
    """An organisation and one enrolled device, granted roles by the first root alone unless they are None."""
    org = Organisation("roster", m=m, n=n)
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


# Waiting


@scene("enrolment and grant by a seat: everything stands")
def plain() -> Case:
    """The usual case."""
    org, phone = start()
    org.note(phone)
    org.note(phone)
    return org, {}


@scene("a key that nobody enrolled")
def not_enrolled() -> Case:
    """Kept, without effect."""
    org = Organisation("roster")
    return org, are("waiting", org.note(org.device("phone")))


@scene("enrolment gives no right to write; a grant does")
def not_granted() -> Case:
    """Enrolled only."""
    org, phone = start(None)
    return org, are("waiting", org.note(phone))


@scene("a grant holds from its seq")
def granted_later() -> Case:
    """The first two entries are below the grant."""
    org, phone = start(None)
    early = [org.note(phone), org.note(phone)]
    org.grant(org.roots[0], phone.feed, seq=2)
    org.note(phone)
    return org, are("waiting", *early)


@scene("a grant for a key without enrolment")
def granted_without_enrolment() -> Case:
    """Enrolment is needed as well."""
    org = Organisation("roster")
    phone = org.device("phone")
    org.grant(org.roots[0], phone.feed)
    return org, are("waiting", org.note(phone))


@scene("an enrolment whose proof fails has no effect")
def enrolment_proof_fails() -> Case:
    """The proof is over another purpose."""
    org = Organisation("roster")
    phone = org.device("phone")
    body = {"alg": 1, "key": phone.key.public, "purpose": "radio", "next": None, "person": None}
    proof = phone.key.sign(enrolment_statement(body, org.org))
    org.enrol(org.roots[0], phone.key, next=None, person=None, proof=proof)
    org.grant(org.roots[0], phone.feed)
    return org, are("waiting", org.note(phone))


@scene("a proof made for another organisation has no effect")
def enrolment_proof_of_another_organisation() -> Case:
    """The proof covers `org`."""
    org = Organisation("roster")
    phone = org.device("phone")
    body = {"alg": 1, "key": phone.key.public, "purpose": "writer", "next": None, "person": None}
    proof = phone.key.sign(enrolment_statement(body, ZERO))
    org.enrol(org.roots[0], phone.key, next=None, person=None, proof=proof)
    org.grant(org.roots[0], phone.feed)
    return org, are("waiting", org.note(phone))


@scene("a key enrolled with another purpose than writer")
def purpose_not_writer() -> Case:
    """A grant does not make a log key a writer's."""
    org = Organisation("roster")
    log = org.device("log")
    org.enrol(org.roots[0], log.key, "log")
    org.grant(org.roots[0], log.feed)
    return org, are("waiting", org.note(log))


@scene("of two holding enrolments of one key that with the smallest id counts")
def enrolled_twice() -> Case:
    """One says writer and one says radio; which wins is a matter of ids."""
    org = Organisation("roster")
    phone = org.device("phone")
    first = org.enrol(org.roots[0], phone.key, "writer")
    second = org.enrol(org.roots[0], phone.key, "radio")
    org.grant(org.roots[0], phone.feed)
    said = org.note(phone)
    return org, are("standing" if first.id < second.id else "waiting", said)


@scene("a device without role officer enrols and grants: no effect")
def enrolled_by_a_writer() -> Case:
    """What a plain writer says about the roster is kept and does nothing."""
    org, phone = start()
    other = org.device("other")
    org.enrol(phone, other.key)
    org.grant(phone, other.feed)
    return org, are("waiting", org.note(other))


@scene("predecessors that are not held do not matter")
def gap() -> Case:
    """Entry 1 is missing."""
    org, phone = start()
    org.note(phone)
    org.written.remove(org.note(phone))
    org.note(phone)
    return org, {}


@scene("a roster entry whose body has another shape than its type's has no effect")
def roster_body_of_another_shape() -> Case:
    """A grant whose body has a key too many is kept without effect."""
    org, phone = start(None)
    body = {"feed": phone.feed, "seq": 0, "entry": None, "roles": [], "replaces": [], "more": 1}
    org.keep(org.roots[0].write("record.grant/1", body))
    return org, are("waiting", org.note(phone))


# Officers


@scene("an officer enrols, grants and withdraws")
def officer_acts() -> Case:
    """One signature is enough for ordinary feeds."""
    org = Organisation("roster", m=2, n=3)
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
    org = Organisation("roster", m=2, n=3)
    boss = officer(org, sign=1)
    phone = org.device("phone")
    acts = [org.enrol(boss, phone.key), org.grant(boss, phone.feed)]
    return org, are("waiting", *acts, org.note(phone))


@scene("two signatures of one seat are one")
def officer_approved_by_the_same_seat() -> Case:
    """M counts distinct seats."""
    org = Organisation("roster", m=2, n=3)
    boss = officer(org, sign=1)
    org.approve(org.roots[0], org.written[-1])
    return org, are("waiting", org.note(boss))


@scene("an approval by someone who is no seat does not count")
def officer_approved_by_an_officer() -> Case:
    """Only seats make officers."""
    org = Organisation("roster", m=2, n=3)
    boss = officer(org)
    second = officer(org, "second", sign=1)
    org.approve(boss, org.written[-1])
    return org, are("waiting", org.note(second))


@scene("a grant of officer written by an officer and approved by m seats holds")
def officer_grant_written_by_an_officer() -> Case:
    """Signers are the author and the approvers; m of them have to be seats."""
    org = Organisation("roster", m=2, n=3)
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
    org = Organisation("roster", m=2, n=3)
    boss, second = officer(org), officer(org, "second")
    org.withdraw(boss, second.feed)
    org.note(second)
    return org, {}


@scene("m seats withdraw an officer; what it did beyond has no effect")
def officer_withdrawn_by_m() -> Case:
    """Its grant at seq 1 falls, that at seq 0 stays."""
    org = Organisation("roster", m=2, n=3)
    boss = officer(org)
    phones = [org.device("phone"), org.device("other")]
    for phone in phones:
        org.enrol(org.roots[0], phone.key)
    org.grant(boss, phones[0].feed)
    late = org.grant(boss, phones[1].feed)
    made = org.withdraw(org.roots[2], boss.feed, 0, "captured")
    org.approve(org.roots[1], made)
    org.note(phones[0])
    return org, are("withdrawn", late) | are("waiting", org.note(phones[1]))


@scene("an officer feed that an officer enrolled has no holding enrolment")
def officer_enrolled_by_an_officer() -> Case:
    """An officer's key is enrolled by a standing seat."""
    org = Organisation("roster", m=2, n=3)
    boss = officer(org)
    second = org.device("second")
    org.enrol(boss, second.key)
    made = org.grant(org.roots[0], second.feed, ("officer",))
    org.approve(org.roots[1], made)
    return org, are("waiting", org.note(second))


@scene("an adoption that names an officer feed takes m seats")
def officer_fork_adopted_by_one() -> Case:
    """One seat of two is not enough."""
    org = Organisation("roster", m=2, n=3)
    boss = officer(org)
    twin = boss.branch()
    left, right = org.note(boss, "EXERCISE left"), org.note(twin, "EXERCISE right")
    org.adopt(org.roots[0], left.entry)
    return org, are("disputed", left, right)


@scene("an adoption that names an officer feed takes m seats")
def officer_fork_adopted_by_m() -> Case:
    """Two seats are."""
    org = Organisation("roster", m=2, n=3)
    boss = officer(org)
    twin = boss.branch()
    left, right = org.note(boss, "EXERCISE left"), org.note(twin, "EXERCISE right")
    org.approve(org.roots[1], org.adopt(org.roots[0], left.entry))
    phone = org.device("phone")
    org.enrol(boss, phone.key)
    org.grant(boss, phone.feed)
    org.note(phone)
    return org, are("disputed", right)


# Withdrawal and renewed grants


@scene("a withdrawal holds from the next seq")
def withdrawn_from_the_next() -> Case:
    """Entry 1 stands, entry 2 does not."""
    org, phone = start()
    org.note(phone)
    org.note(phone)
    late = org.note(phone)
    org.withdraw(org.roots[0], phone.feed, 1)
    return org, are("withdrawn", late)


@scene("seq -1 withdraws all")
def withdrawn_entirely() -> Case:
    """Nothing of the feed stands."""
    org, phone = start()
    said = [org.note(phone), org.note(phone)]
    org.withdraw(org.roots[0], phone.feed)
    return org, are("withdrawn", *said)


@scene("of two withdrawals both hold, so the lower one decides")
def withdrawn_twice() -> Case:
    """At 2 and at 0."""
    org, phone = start()
    org.note(phone)
    late = [org.note(phone), org.note(phone)]
    org.withdraw(org.roots[0], phone.feed, 2)
    org.withdraw(org.roots[0], phone.feed, 0)
    return org, are("withdrawn", *late)


@scene("a grant of the same seq that does not name the withdrawal does not lift it: concurrent, the withdrawal wins")
def granted_concurrently() -> Case:
    """Two grants at 0, one withdrawal."""
    org, phone = start()
    said = org.note(phone)
    org.withdraw(org.roots[0], phone.feed)
    org.grant(org.roots[0], phone.feed, ("field",))
    return org, are("withdrawn", said)


@scene("a grant that names the withdrawal in `replaces` lifts it from its own seq on")
def granted_again_naming_the_withdrawal() -> Case:
    """Entry 1 stays withdrawn, entry 2 stands."""
    org, phone = start()
    org.note(phone)
    late = org.note(phone)
    gone = org.withdraw(org.roots[0], phone.feed, 0)
    org.grant(org.roots[0], phone.feed, seq=2, replaces=(gone,))
    org.note(phone)
    return org, are("withdrawn", late)


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
    """An officer is made a plain device at seq 1: its second grant to a phone does nothing."""
    org = Organisation("roster")
    boss = officer(org)
    made = org.written[-1]
    phones = [org.device("phone"), org.device("other")]
    for phone in phones:
        org.enrol(org.roots[0], phone.key)
    org.grant(org.roots[0], boss.feed, ("field",), seq=1, replaces=(made,))
    org.grant(boss, phones[0].feed)
    org.grant(boss, phones[1].feed)
    org.note(phones[0])
    return org, are("waiting", org.note(phones[1]))


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


@scene("an admission by someone without the role does nothing")
def admitted_by_a_writer() -> Case:
    """The device admits itself."""
    org, phone = start()
    org.withdraw(org.roots[0], phone.feed, 1)
    org.note(phone)
    org.note(phone)
    late = org.note(phone)
    mate = org.device("mate")
    org.enrol(org.roots[0], mate.key)
    org.grant(org.roots[0], mate.feed)
    org.admit(mate, late)
    return org, are("withdrawn", late)


@scene("an admission does not help an entry that waits")
def admitted_while_waiting() -> Case:
    """Admission is for withdrawn entries."""
    org, phone = start(None)
    said = org.note(phone)
    org.admit(org.roots[0], said)
    return org, are("waiting", said)


# Rotation


@scene("the feed that follows by rotation inherits the roles and the right to write")
def rotated() -> Case:
    """It needs no enrolment and no approval."""
    org = Organisation("roster", m=2, n=3)
    boss = officer(org)
    org.note(boss)
    new = org.rotate(boss)
    phone = org.device("phone")
    org.enrol(new, phone.key)
    org.grant(new, phone.feed)
    org.note(phone)
    return org, {}


@scene("a rotation withdraws the old feed at the cited seq")
def rotated_old_goes_on() -> Case:
    """What the old key writes later is withdrawn."""
    org, phone = start()
    org.note(phone)
    org.note(org.rotate(phone))
    return org, are("withdrawn", org.note(phone))


@scene("rotations follow one another")
def rotated_twice() -> Case:
    """The third key writes."""
    org, phone = start()
    org.note(phone)
    second = org.rotate(phone)
    third = org.rotate(second)
    org.note(third)
    return org, are("withdrawn", org.note(second))


@scene("a rotation to a key that was not committed does not hold")
def rotated_to_another_key() -> Case:
    """Anyone can write it; it does nothing."""
    org, phone = start()
    org.note(phone)
    thief = org.device("thief")
    body: dict[str, Any] = {"old": phone.feed, "seq": 0, "entry": phone.prev, "alg": 1}
    made = org.keep(thief.write("record.rotate/1", body | {"key": thief.key.public, "next": None}))
    org.note(phone)
    return org, are("waiting", made, org.note(thief))


@scene("a rotation from a feed that waits hands on nothing")
def rotated_while_waiting() -> Case:
    """No grant, none inherited."""
    org, phone = start(None)
    said = org.note(phone)
    new = org.rotate(phone)
    return org, are("waiting", said, org.written[-1], org.note(new))


@scene("an officer's rotated feed is an officer feed: one officer cannot withdraw it")
def rotated_officer_withdrawn_by_an_officer() -> Case:
    """It takes m seats there too."""
    org = Organisation("roster", m=2, n=3)
    boss, second = officer(org), officer(org, "second")
    org.note(boss)
    new = org.rotate(boss)
    org.withdraw(second, new.feed)
    org.note(new)
    return org, {}


@scene("a withdrawal of the new feed holds like any other")
def rotated_then_withdrawn() -> Case:
    """The rotation itself at seq 0 stands."""
    org, phone = start()
    org.note(phone)
    new = org.rotate(phone)
    org.withdraw(org.roots[0], new.feed, 0)
    return org, are("withdrawn", org.note(new))


# Seats


@scene("a seat's rotation: the old feed stands up to the cited seq, the new one has the seat")
def seat_rotated() -> Case:
    """The old key's later grant does nothing, the new key's does."""
    org, phone = start()
    new = org.rotate(org.roots[0])
    stale = org.grant(org.roots[0], org.device("x").feed)
    org.grant(new, phone.feed, ("field",))
    org.note(phone)
    return org, are("withdrawn", stale)


@scene("old and new feed of a seat are one seat")
def seat_rotated_counts_once() -> Case:
    """An officer's grant by the old feed, approved by the new one."""
    org = Organisation("roster", m=2, n=3)
    boss = officer(org, sign=1)
    made = org.written[-1]
    new = org.rotate(org.roots[0])
    org.approve(new, made)
    return org, are("waiting", org.note(boss))


@scene("m other seats withdraw a seat; what it wrote beyond does not stand")
def seat_withdrawn() -> Case:
    """Its approval at seq 0 stays, that at seq 1 falls."""
    org = Organisation("roster", m=2, n=3)
    early, late = officer(org, "early", sign=1), org.device("late")
    org.approve(org.roots[2], org.written[-1])
    org.enrol(org.roots[0], late.key)
    lost = org.approve(org.roots[2], org.grant(org.roots[0], late.feed, ("officer",)))
    org.approve(org.roots[1], org.withdraw(org.roots[0], org.roots[2].feed, 0, "captured"))
    org.note(early)
    return org, are("withdrawn", lost) | are("waiting", org.note(late))


@scene("a seat's own signature does not count towards its withdrawal")
def seat_withdrawn_by_itself_and_one() -> Case:
    """One other seat is not two."""
    org = Organisation("roster", m=2, n=3)
    org.approve(org.roots[2], org.withdraw(org.roots[0], org.roots[2].feed))
    return org, {}


@scene("of concurrent withdrawals all win: seats beyond their own bound still count for withdrawing seats")
def seats_withdraw_one_another() -> Case:
    """0 and 1 withdraw 2 and 3; 2 and 3 withdraw 0 and 1."""
    org = Organisation("roster", m=2, n=4)
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
    org = Organisation("roster", m=2, n=3)
    third = org.roots[2]
    org.note(third)
    low = org.note(third)
    twin = third.branch()
    left, right = org.note(third, "EXERCISE left"), org.note(twin, "EXERCISE right")
    org.approve(org.roots[1], org.withdraw(org.roots[0], third.feed, 0))
    return org, are("withdrawn", low) | are("disputed", left, right)


# Forks


def forked() -> tuple[Organisation, Device, Device, list[Written]]:
    """A device whose feed forks at seq 1, with one more entry on the left."""
    org, phone = start()
    org.note(phone)
    twin = phone.branch()
    left = [org.note(phone, "EXERCISE left"), org.note(phone, "EXERCISE left on")]
    return org, phone, twin, [*left, org.note(twin, "EXERCISE right")]


@scene("two entries at one position: below untouched, from there all are disputed")
def fork() -> Case:
    """Nobody adopts."""
    org, _, _, branches = forked()
    return org, are("disputed", *branches)


@scene("an adoption settles the fork for the branch that it names, what comes later included")
def fork_adopted() -> Case:
    """The head named is the left one."""
    org, phone, _, branches = forked()
    org.adopt(org.roots[0], branches[1].entry)
    org.note(phone)
    return org, are("disputed", branches[2])


@scene("an adoption that names the forked position itself settles all above")
def fork_adopted_at_the_position() -> Case:
    """Named at seq 1, holds at seq 2."""
    org, _, _, branches = forked()
    org.adopt(org.roots[0], branches[0].entry)
    return org, are("disputed", branches[2])


@scene("an adoption below the fork settles nothing")
def fork_adopted_below() -> Case:
    """Named at seq 0."""
    org, _, _, branches = forked()
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
    """At seq 1 and at seq 2."""
    org, _, _, branches = forked()
    org.adopt(org.roots[0], branches[0].entry)
    org.adopt(org.roots[0], branches[1].entry)
    return org, are("disputed", branches[2])


@scene("an adoption by someone without the role does nothing")
def fork_adopted_by_a_writer() -> Case:
    """Another plain device."""
    org, _, _, branches = forked()
    mate = org.device("mate")
    org.enrol(org.roots[0], mate.key)
    org.grant(org.roots[0], mate.feed)
    org.adopt(mate, branches[0].entry)
    return org, are("disputed", *branches)


@scene("two forks, one above the other: an adoption of a head settles both")
def fork_within_a_fork() -> Case:
    """Forked at seq 1 and again at seq 2."""
    org, phone, _, branches = forked()
    phone.seq, phone.prev = 2, branches[0].id
    other = org.note(phone, "EXERCISE another 2")
    org.adopt(org.roots[0], other.entry)
    org.note(phone)
    return org, are("disputed", branches[1], branches[2])


@scene("two forks: an adoption of the lower position leaves the upper one unsettled")
def fork_within_a_fork_adopted_low() -> Case:
    """Entry 1 stands, the two entries at 2 do not."""
    org, phone, _, branches = forked()
    phone.seq, phone.prev = 2, branches[0].id
    other = org.note(phone, "EXERCISE another 2")
    org.adopt(org.roots[0], branches[0].entry)
    return org, are("disputed", other, branches[1], branches[2])


@scene("an entry whose ancestor at the fork cannot be followed stays disputed")
def fork_with_a_gap() -> Case:
    """Entry 2 of the adopted branch is not held."""
    org, phone, _, branches = forked()
    above = org.note(phone)
    org.written.remove(branches[1])
    org.adopt(org.roots[0], branches[0].entry)
    return org, are("disputed", branches[2], above)


@scene("a `prev` that names an id which is not held, beside one that is, forks that position")
def fork_by_prev() -> Case:
    """The other entry at seq 1 was never received."""
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
    return org, are("disputed", org.note(phone, "EXERCISE left"), org.note(twin, "EXERCISE right"))


@scene("disputed is tested before withdrawn and before waiting")
def fork_and_withdrawn() -> Case:
    """A withdrawal of everything changes nothing from the fork on."""
    org, _, _, branches = forked()
    below = next(w for w in org.written if w.id == branches[0].entry.prev)
    org.withdraw(org.roots[0], below.entry.feed)
    return org, are("disputed", *branches) | are("withdrawn", below)


@scene("a fork of a feed that nobody enrolled")
def fork_and_waiting() -> Case:
    """Disputed from the fork on, waiting below."""
    org = Organisation("roster")
    phone = org.device("phone")
    below = org.note(phone)
    twin = phone.branch()
    branches = [org.note(phone, "EXERCISE left"), org.note(twin, "EXERCISE right")]
    return org, are("waiting", below) | are("disputed", *branches)


def states(org: Organisation, order: Callable[[list[Written]], list[Written]] = list) -> dict[str, str]:
    """State of every entry by id."""
    written = order(org.written)
    roster = Roster([w.entry for w in written], org.org)
    return {w.id.hex(): roster.state(w.entry) for w in written}


def cases() -> Iterator[dict[str, Any]]:
    """All scenes; `expected` has the states in the order of `entries`.

    What is expected is written in the scene, and compared with what the roster finds.
    """
    for name, (why, tell) in SCENES.items():
        org, expected = tell()
        full = {w.id.hex(): expected.get(w.id, "standing") for w in org.written}
        found = states(org)
        if found != full:
            named = {w.id.hex(): f"{i} {w.entry.type}" for i, w in enumerate(org.written)}
            wrong = [f"{named[i]}: {found[i]}, not {full[i]}" for i in full if found[i] != full[i]]
            raise ValueError(f"{name}: {wrong}")
        raws = [w.entry.raw.hex() for w in org.written]
        yield {"name": name, "why": why, "org": org.org.hex(), "entries": raws, "expected": list(full.values())}
