"""How a person and a machine are drawn: from behind or the side, and nobody has a face."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from firsthand.drill.pen import Pen

_JACKET: Final = (46, 52, 66)
_TROUSERS: Final = (30, 32, 40)
_HELMET: Final = (186, 160, 92)
_STRIPE: Final = (196, 190, 142)
_STEEL: Final = (158, 112, 40)


@dataclass(frozen=True, slots=True)
class Pose:
    """How a figure holds itself; arms are (angle, reach), angles in radians with the y axis down."""

    lean: float = 0.0
    stride: float = 0.35
    facing: int = 1
    kneel: float = 0.0
    arms: tuple[tuple[float, float], ...] = ((1.3, 1.0), (1.8, 1.0))


def figure(pen: Pen, x: float, y: float, high: float, pose: Pose) -> tuple[float, float]:
    """Draw a person from behind or the side, without a face, and return where the leading hand is."""
    hip = (x + pose.lean * high * 0.18, y - high * (0.47 - 0.2 * pose.kneel))
    neck = (hip[0] + pose.lean * high * 0.24, hip[1] - high * (0.34 - 0.08 * abs(pose.lean)))
    for side in (-1, 1):
        swing = side * pose.stride
        if pose.kneel:
            knee = (x + side * high * 0.13 + pose.facing * high * 0.06, y - high * 0.16 + (side > 0) * high * 0.12)
        else:
            knee = (x + swing * high * 0.11 + pose.facing * high * 0.03, y - high * 0.24)
        foot = (x + swing * high * 0.2 - (pose.facing * high * 0.1 if pose.kneel else side * high * 0.02), y)
        pen.limb([hip, knee, foot], high * 0.105, _TROUSERS)
        pen.limb([foot, (foot[0] + pose.facing * high * 0.06, y)], high * 0.07, (24, 24, 28))
    pen.limb([hip, (neck[0], neck[1] + high * 0.05)], high * 0.21, _JACKET)
    middle = ((hip[0] + neck[0]) / 2, (hip[1] + neck[1]) / 2 + high * 0.04)
    pen.line([(middle[0] - high * 0.095, middle[1]), (middle[0] + high * 0.095, middle[1])], high * 0.032, _STRIPE)
    hand = neck
    for angle, reach in pose.arms:
        shoulder = (neck[0], neck[1] + high * 0.06)
        elbow = (shoulder[0] + math.cos(angle) * high * 0.17, shoulder[1] + math.sin(angle) * high * 0.17 + high * 0.04)
        hand = (
            shoulder[0] + math.cos(angle) * high * 0.34 * reach,
            shoulder[1] + math.sin(angle) * high * 0.34 * reach,
        )
        pen.limb([shoulder, elbow, hand], high * 0.075, _JACKET)
    head = (neck[0] + pose.lean * high * 0.05, neck[1] - high * 0.085)
    pen.disc(*head, high * 0.068, (44, 40, 40))
    pen.dome(head[0], head[1] - high * 0.015, high * 0.085, _HELMET)
    return hand


def machine(pen: Pen, seconds: float) -> tuple[float, float]:
    """Draw the backhoe, its arm bending slowly, and return where the bucket is."""
    turn = math.sin(seconds * 0.9)
    base = (520.0, 252.0)
    elbow = (base[0] - 74, base[1] - 104 + 10 * turn)
    wrist = (elbow[0] - 78 + 8 * turn, elbow[1] + 66 + 20 * turn)
    pen.limb([(466, 316), (612, 316)], 22, (36, 36, 38))
    for wheel in range(468, 616, 24):
        pen.disc(wheel, 316, 7, (74, 72, 70))
    pen.poly([(470, 272), (618, 268), (618, 304), (470, 304)], _STEEL)
    pen.poly([(536, 206), (592, 206), (600, 270), (530, 270)], (140, 98, 34))
    pen.poly([(542, 214), (586, 214), (591, 248), (538, 248)], (52, 62, 72))
    pen.poly([(600, 246), (622, 250), (622, 270), (600, 270)], (112, 80, 32))
    pen.poly(
        [
            (base[0] - 9, base[1] + 22),
            (elbow[0] - 8, elbow[1] - 8),
            (elbow[0] + 8, elbow[1] - 6),
            (base[0] + 14, base[1] + 20),
        ],
        _STEEL,
    )
    pen.limb([(base[0] - 4, base[1] + 14), (elbow[0] + 26, elbow[1] + 44)], 4, (128, 128, 130))
    pen.limb([elbow, wrist], 11, (146, 102, 38))
    pen.disc(*elbow, 8, (90, 68, 34))
    scoop = (wrist[0] - 4, wrist[1] + 6)
    tilt = 0.5 * turn
    ring = [(-16, -6), (14, -10), (18, 6), (6, 24), (-14, 22), (-24, 8)]
    spun = [
        (scoop[0] + a * math.cos(tilt) - b * math.sin(tilt), scoop[1] + a * math.sin(tilt) + b * math.cos(tilt))
        for a, b in ring
    ]
    pen.poly(spun, (98, 78, 48))
    for tooth in spun[3:]:
        pen.line([tooth, (tooth[0] - 3, tooth[1] + 5)], 2.4, (150, 146, 138))
    return scoop
