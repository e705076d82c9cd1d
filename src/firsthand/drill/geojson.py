"""A city as GeoJSON, for importers and maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firsthand.drill.plan import City, Point


def to_geojson(city: City, *, layer: str | None = None) -> dict[str, Any]:
    """Return neighbourhoods (polygons), streets (lines) and places (points) as one GeoJSON feature collection.

    Properties: layer, name_ar, name_en, names_alt (list; again as `names`, which our importer reads), pcode, kind,
    exercise (true). Coordinates are degrees.

    Args:
        city: what to export.
        layer: only this one of neighbourhood, street and place; None means all.
    """
    features = [
        _feature("Polygon", [_degrees(q.ring)], "neighbourhood", q.name_ar, q.name_en, q.pcode, list(q.names_alt))
        for q in city.neighbourhoods
    ]
    features += [
        _feature("LineString", _degrees(s.line), "street", s.name_ar, s.name_en, s.pcode, [], kind=s.kind, code=s.code)
        for s in city.streets
    ]
    features += [
        _feature("Point", _degrees([p.point])[0], "place", p.name_ar, p.name_en, "", [], kind=p.kind, code=p.code)
        for p in (*city.centres, city.hospital, *city.landmarks)
    ]
    chosen = [feature for feature in features if layer in {None, feature["properties"]["layer"]}]
    return {"type": "FeatureCollection", "name": city.name_en, "features": chosen}


def _feature(  # noqa: PLR0913 - a feature is its fields
    shape: str,
    coordinates: object,
    layer: str,
    name_ar: str,
    name_en: str,
    pcode: str,
    names_alt: list[str],
    **more: str,
) -> dict[str, Any]:
    properties = {
        "layer": layer,
        "name_ar": name_ar,
        "name_en": name_en,
        "pcode": pcode,
        "names_alt": names_alt,
        "names": names_alt,
    }
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": {**properties, **more, "exercise": True}}


def _degrees(points: Sequence[Point]) -> list[list[float]]:
    return [[point.lon_e7 / 1e7, point.lat_e7 / 1e7] for point in points]
