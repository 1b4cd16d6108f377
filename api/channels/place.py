"""Where a visitor is, from the address that a map names. Pure."""

from knowledge.places.regions import Place, Regions


def said_of(address: str, regions: Regions) -> str | None:
    """What the address says, as the visitor would say it: 我在赣州市章贡区; None where it names no
    city. A street that is named after another city comes later in an address and does not count.
    """
    named = [place for place in regions.find(address) if place.city]
    if not named:
        return None
    city = named[0].city
    county = next((place.county for place in named if _is_county_of(place, city)), None)
    return f"我在{city}{county or ''}"


def _is_county_of(place: Place, city: str | None) -> bool:
    return place.county is not None and place.city == city
