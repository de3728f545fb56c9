"""The water's height, as the sum of a few waves: the moon's and the sun's. Not to be used for navigation."""

from __future__ import annotations

import math

STEP = 10
"""Minutes from one height to the next."""

PER_DAY = 24 * 60 // STEP

# Degrees per hour of the main tidal constituents.
_SPEEDS = {"M2": 28.9841, "S2": 30.0, "N2": 28.4397, "K1": 15.0411, "O1": 13.9430, "M4": 57.9682}

# Metres and degrees: no place on any chart, but what the textbooks call these kinds of tide.
KINDS: dict[str, dict[str, tuple[float, float]]] = {
    "semidiurnal": {"M2": (2.1, 120), "S2": (0.7, 165), "N2": (0.4, 95), "K1": (0.1, 40), "O1": (0.08, 10), "M4": (0.12, 30)},
    "mixed": {"M2": (0.9, 60), "S2": (0.3, 80), "N2": (0.2, 30), "K1": (0.75, 110), "O1": (0.45, 95)},
    "diurnal": {"M2": (0.1, 20), "S2": (0.05, 70), "K1": (0.8, 15), "O1": (0.7, 330)},
}


def height(kind: str, hours: float) -> float:
    """Metres above mean level, so many hours after the epoch."""
    return sum(
        metres * math.cos(math.radians(_SPEEDS[name] * hours - phase)) for name, (metres, phase) in KINDS[kind].items()
    )
