"""Places: points, neighbourhoods, and finding a place by an Arabic or Latin name. GROUND: knows nothing of rescue."""

from firsthand.places.areas import Areas
from firsthand.places.gazetteer import Candidate, Gazetteer, clear_winner, rivals
from firsthand.places.layouts import ADMIN_AREAS, ALTERNATIVES, NEIGHBOURHOODS, PLAIN, SETTLEMENTS, Layout
from firsthand.places.mentions import Mention
from firsthand.places.model import Neighbourhood, Place, Point, ReadReport, Source
from firsthand.places.names import key, normalise
from firsthand.places.neighbourhoods import NeighbourhoodMap
from firsthand.places.outlines import read_neighbourhoods
from firsthand.places.placement import Placement, place_of_text
from firsthand.places.plausible import Bounds
from firsthand.places.readers import add_names, read_places
from firsthand.places.skeleton import Skeleton, skeletons

__all__ = [
    "ADMIN_AREAS",
    "ALTERNATIVES",
    "NEIGHBOURHOODS",
    "PLAIN",
    "SETTLEMENTS",
    "Areas",
    "Bounds",
    "Candidate",
    "Gazetteer",
    "Layout",
    "Mention",
    "Neighbourhood",
    "NeighbourhoodMap",
    "Place",
    "Placement",
    "Point",
    "ReadReport",
    "Skeleton",
    "Source",
    "add_names",
    "clear_winner",
    "key",
    "normalise",
    "place_of_text",
    "read_neighbourhoods",
    "read_places",
    "rivals",
    "skeletons",
]
