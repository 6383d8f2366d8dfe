"""Measuring the bus: against what the machine can do without it, and against its own past."""
