"""The HTTP API for machines, under `/api`: what the command line does, with its documents."""
