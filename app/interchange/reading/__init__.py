"""Files of other systems are read with distrust: size, depth, declarations, then the schema.

Nothing is fetched, nothing is expanded, and a file that does not follow its format is not read in
part: whoever sent it is told in sentences what to mend, with the lines.
"""

from app.interchange.reading.checking import problems_of, root_of
from app.interchange.reading.nodes import Node
from app.interchange.reading.problems import (
    DEEPEST,
    LARGEST,
    MEGABYTE,
    PROBLEMS_TOLD,
    Reason,
    Unreadable,
)

__all__ = [
    "DEEPEST",
    "LARGEST",
    "MEGABYTE",
    "PROBLEMS_TOLD",
    "Node",
    "Reason",
    "Unreadable",
    "problems_of",
    "root_of",
]
