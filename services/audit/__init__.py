"""Auditing: the history replayed and verified from the ledger, questions about it, and its evidence."""
