"""The demonstration: a province's agencies in one process, and a real case played through them."""
