"""The command line, `phoihop`: what officers and operators type, in Vietnamese or English, and as JSON."""
