"""The namespace and the schema of the format."""

NAMESPACE = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
SCHEMA = "elmo/schema.xsd"
