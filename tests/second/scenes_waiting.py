"""Scenes of `roster.json`: enrolments, grants, and bodies that have no effect."""

from __future__ import annotations

from second.bodies import enrolment_statement
from second.entry import ZERO
from second.scenes import Case, are, organisation, scene, start


@scene("enrolment and grant by a seat: everything stands")
def plain() -> Case:
    """The usual case."""
    org, phone = start()
    org.note(phone)
    return org, {}


@scene("a key that nobody enrolled")
def not_enrolled() -> Case:
    """Kept, without effect."""
    org = organisation()
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
    org = organisation()
    phone = org.device("phone")
    org.grant(org.roots[0], phone.feed)
    return org, are("waiting", org.note(phone))


@scene("an enrolment whose proof fails has no effect")
def enrolment_proof_fails() -> Case:
    """The proof is over another purpose."""
    org = organisation()
    phone = org.device("phone")
    body = {"alg": 1, "key": phone.key.public, "purpose": "radio", "next": None, "person": None}
    proof = phone.key.sign(enrolment_statement(body, org.org))
    org.enrol(org.roots[0], phone.key, next=None, person=None, proof=proof)
    org.grant(org.roots[0], phone.feed)
    return org, are("waiting", org.note(phone))


@scene("a proof made for another organisation has no effect")
def enrolment_proof_of_another_organisation() -> Case:
    """The proof covers `org`."""
    org = organisation()
    phone = org.device("phone")
    body = {"alg": 1, "key": phone.key.public, "purpose": "writer", "next": None, "person": None}
    proof = phone.key.sign(enrolment_statement(body, ZERO))
    org.enrol(org.roots[0], phone.key, next=None, person=None, proof=proof)
    org.grant(org.roots[0], phone.feed)
    return org, are("waiting", org.note(phone))


@scene("a key whose purpose is not writer writes nothing that stands: granted, admitted, or following by rotation")
def purpose_not_writer() -> Case:
    """A grant does not make a log key a writer's."""
    org = organisation(rotating=True)
    log = org.device("log")
    org.enrol(org.roots[0], log.key, "log")
    org.grant(org.roots[0], log.feed, ("field",))
    said = org.note(log)
    org.admit(org.roots[0], said)
    new = org.rotate(log)
    org.grant(org.roots[0], new.feed, ("field",))
    return org, are("waiting", said, org.written[-2], org.note(new))


@scene("of two holding enrolments of one key that with the smallest id counts")
def enrolled_twice() -> Case:
    """One says writer and one says radio; which wins is a matter of ids."""
    org = organisation()
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


@scene("a roster entry whose body or sealed fields are not those of its type has no effect")
def roster_body_of_another_shape() -> Case:
    """Grants with a key too many, with one too few, below 0, and with a sealed field."""
    org, phone = start(None)
    body = {"feed": phone.feed, "seq": 0, "entry": None, "roles": [], "replaces": []}
    org.keep(org.roots[0].write("record.grant/1", body | {"more": 1}))
    org.keep(org.roots[0].write("record.grant/1", {key: value for key, value in body.items() if key != "entry"}))
    org.keep(org.roots[0].write("record.grant/1", body | {"seq": -1}))
    org.keep(org.roots[0].write("record.grant/1", body, {"note": None}))
    return org, are("waiting", org.note(phone))
