"""The pages officers and auditors work in, and the HTTP API for machines."""
