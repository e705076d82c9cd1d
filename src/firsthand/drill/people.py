"""What the crews do in each view of the footage, second by second, and where they hold their lamps.

Rule: everything moves by the sine of the seconds, so a frame follows from its time alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from firsthand.drill.figures import Pose, figure, machine

if TYPE_CHECKING:
    from firsthand.drill.lamps import Lamps
    from firsthand.drill.pen import Layer


def front(people: Layer, lamps: Lamps, seconds: float, media: str) -> None:
    """Two of the crew look at the front; one lamp wanders over the slabs, the other over the heap."""
    pen, slow = people.pen, math.sin(seconds * 1.1)
    target = (330 + 86 * math.sin(seconds * 0.8), 206 + 26 * slow) if media == "shot-1" else (286, 232)
    other = (392 + 40 * math.sin(seconds * 0.7 + 2), 262 + 8 * slow) if media == "shot-1" else (300, 250)
    lamps.ambient((350, 300), (250, 92), 46)
    at = 190 + 9 * seconds
    stride = math.sin(seconds * 5) * 0.9 if media == "shot-1" else 0.4
    hand = figure(pen, at, 334, 92, Pose(stride=stride, arms=((1.5, 0.9), (-0.42, 1.0))))
    lamps.beam(hand, target, 58, 225)
    hand = figure(pen, 470, 324, 82, Pose(facing=-1, lean=-0.1, arms=((1.7, 0.9), (math.pi + 0.05, 0.95))))
    lamps.beam(hand, other, 44, 200)
    if media != "shot-1":
        figure(pen, 262, 306, 74, Pose(kneel=1, lean=0.45, arms=((0.5, 1.0), (0.9, 1.1))))


def with_machine(people: Layer, lamps: Lamps, seconds: float, media: str) -> None:
    """The backhoe lifts; a floodlight stands left, and one of the crew holds up a hand to guide the driver."""
    pen = people.pen
    lamps.ambient((330, 262), (260, 124), 104)
    still = media != "shot-2"
    machine(pen, 2.0 if still else seconds)
    pen.limb([(84, 330), (100, 226), (118, 330)], 2.4, (60, 60, 62))
    pen.line([(100, 226), (100, 332)], 2.4, (60, 60, 62))
    pen.box(86, 208, 116, 228, (86, 86, 88))
    lamps.beam((112, 218), (340, 252), 112, 205)
    wave = -1.35 + 0.16 * math.sin(seconds * 1.6)
    if still:
        figure(pen, 232, 330, 86, Pose(stride=0.3, arms=((1.4, 0.9), (1.75, 0.9))))
        figure(pen, 270, 326, 80, Pose(facing=-1, stride=0.3, arms=((1.4, 0.9), (1.7, 0.9))))
        return
    figure(pen, 214, 332, 90, Pose(stride=0.3, arms=((1.5, 0.9), (wave, 1.15))))
    hand = figure(pen, 404, 322, 76, Pose(facing=-1, lean=-0.12, arms=((1.7, 0.9), (math.pi - 0.25, 0.9))))
    lamps.beam(hand, (322 + 10 * math.sin(seconds), 268), 30, 170)


def with_ambulance(people: Layer, lamps: Lamps, seconds: float, media: str) -> None:
    """A stretcher goes to the ambulance; in the still the place is empty but for one who waits."""
    pen = people.pen
    lamps.ambient((420, 304), (240, 84), 92)
    lamps.beam((474, 232), (380, 318), 88, 150, bulb=False)
    if media == "still-3":
        hand = figure(pen, 396, 330, 88, Pose(facing=-1, stride=0.25, arms=((1.5, 0.9), (math.pi - 0.6, 0.9))))
        lamps.beam(hand, (270, 320), 40, 190)
        pen.limb([(300, 322), (372, 322)], 3, (128, 122, 108))
        pen.poly([(304, 320), (368, 320), (364, 312), (308, 312)], (112, 66, 52))
        return
    at, phase = 118 + 40 * seconds, seconds * 6
    bob = 1.2 * math.sin(phase * 2)
    front, rear = at + 118, at
    figure(pen, rear, 334, 92, Pose(lean=0.08, stride=math.sin(phase), arms=((0.9, 1.0), (1.0, 1.0))))
    pen.limb([(rear + 14, 290 + bob), (front - 8, 289 - bob)], 3.4, (150, 146, 134))
    pen.poly(
        [
            (rear + 26, 288 + bob),
            (rear + 36, 275 + bob),
            (front - 44, 274 - bob),
            (front - 26, 279 - bob),
            (front - 18, 287 - bob),
        ],
        (124, 74, 58),
    )
    pen.disc(front - 24, 280 - bob, 6, (96, 90, 84))
    figure(pen, front, 334, 92, Pose(lean=0.05, stride=math.sin(phase + 1.7), arms=((2.1, 1.0), (2.2, 1.0))))
    hand = figure(pen, at + 60, 322, 82, Pose(stride=math.sin(phase + 3), arms=((1.6, 0.9), (0.25, 0.9))))
    lamps.beam(hand, (at + 190, 322), 46, 200)


def at_door(people: Layer, lamps: Lamps, seconds: float, media: str) -> None:
    """Work at the basement door from near: one kneels and lifts stones, one swings a pick axe, one holds the lamp."""
    pen = people.pen
    lamps.ambient((320, 230), (280, 160), 60)
    if media != "shot-4":
        hand = figure(pen, 520, 344, 138, Pose(facing=-1, stride=0.3, arms=((1.6, 0.9), (math.pi + 0.12, 0.9))))
        lamps.beam(hand, (322, 214), 104, 215)
        return
    lift = math.sin(seconds * 1.9)
    kneeling = Pose(kneel=1, lean=0.4, arms=((0.7 - 0.25 * lift, 1.0), (0.95 - 0.25 * lift, 1.0)))
    stone = figure(pen, 208, 346, 132, kneeling)
    pen.poly(
        [
            (stone[0] - 2, stone[1] - 6),
            (stone[0] + 14, stone[1] - 9),
            (stone[0] + 19, stone[1] + 4),
            (stone[0] + 3, stone[1] + 8),
        ],
        (146, 134, 118),
    )
    swing = 0.5 + 0.5 * math.sin(seconds * 2.6)
    angle = math.pi + 0.75 - 1.45 * swing
    grip = figure(
        pen, 470, 346, 140, Pose(facing=-1, lean=-0.22, stride=0.8, arms=((angle, 0.95), (angle + 0.16, 0.85)))
    )
    tip = (grip[0] + 52 * math.cos(angle - 0.35), grip[1] + 52 * math.sin(angle - 0.35))
    pen.limb([grip, tip], 3.6, (128, 98, 66))
    across = (-math.sin(angle - 0.35), math.cos(angle - 0.35))
    head = [
        (tip[0] - 21 * across[0], tip[1] - 21 * across[1]),
        (tip[0] + 4 * math.cos(angle), tip[1] + 4 * math.sin(angle)),
    ]
    pen.limb([*head, (tip[0] + 21 * across[0], tip[1] + 21 * across[1])], 4.2, (150, 150, 152))
    lamps.beam((72, 150), (318 + 8 * math.sin(seconds * 0.9), 232 + 4 * lift), 112, 215)
