"""The levels (AQRF) and licences of courses. Pure."""

from app.foundation.languages import gettext as _
from app.foundation.languages import number

LICENCES = {
    "CC-BY-4.0": "CC BY 4.0",
    "CC-BY-SA-4.0": "CC BY-SA 4.0",
    "CC-BY-NC-4.0": "CC BY-NC 4.0",
    "CC-BY-NC-SA-4.0": "CC BY-NC-SA 4.0",
    "CC0-1.0": "CC0 1.0",
}
# Under what an adaptation of each may be put (Creative Commons, "adapter's license" chart).
ADAPTED_UNDER = {
    "CC-BY-4.0": ("CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0"),
    "CC-BY-SA-4.0": ("CC-BY-SA-4.0",),
    "CC-BY-NC-4.0": ("CC-BY-NC-4.0", "CC-BY-NC-SA-4.0"),
    "CC-BY-NC-SA-4.0": ("CC-BY-NC-SA-4.0",),
    "CC0-1.0": (*LICENCES, ""),
}
LEVELS = range(1, 9)


def level_name(level: int) -> str:
    """What an AQRF level stands for, in words of everyday."""
    if level <= 2:
        return _("Level %(level)s of 8: no experience needed", level=number(level))
    if level <= 4:
        return _("Level %(level)s of 8: after secondary school", level=number(level))
    if level == 5:
        return _("Level %(level)s of 8: technician or diploma", level=number(level))
    if level == 6:
        return _("Level %(level)s of 8: bachelor’s degree", level=number(level))
    if level == 7:
        return _("Level %(level)s of 8: master’s degree", level=number(level))
    return _("Level %(level)s of 8: doctoral studies", level=number(level))


def licence_name(code: str) -> str:
    return LICENCES.get(code) or _("All rights reserved")
