"""The message broker: a NATS server with one account an agency.

Nothing here decides what may be said; it only sees to it that an agency speaks
under its own name and reads its own mail. See ``docs/broker.md``.
"""
