"""The namespaces and schemas of the two formats, and what they call the tables."""

_EWP = "https://github.com/erasmus-without-paper/ewp-specs-"
NAMESPACE = _EWP + "api-omobility-las/blob/stable-v1/endpoints/get-response.xsd"
UPDATE_NAMESPACE = _EWP + "api-omobility-las/blob/stable-v1/endpoints/update-request.xsd"
TERM_NAMESPACE = _EWP + "types-academic-term/tree/stable-v2"
SCHEMA = "ewp/omobility-las-get-response.xsd"
UPDATE_SCHEMA = "ewp/omobility-las-update-request.xsd"
# The tables in the order of the format, and what it calls them.
TABLES = {
    "studied": "components-studied",
    "recognised": "components-recognized",
    "virtual": "virtual-components",
    "blended": "blended-mobility-components",
    "doctoral": "short-term-doctoral-components",
}
