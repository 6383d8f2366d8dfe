"""The contract: event types, envelope, signature, directory, rules, subjects and proofs.

Pure values and functions. Nothing here does I/O or knows a broker, a database or a clock: the
current time is always passed in.
"""
