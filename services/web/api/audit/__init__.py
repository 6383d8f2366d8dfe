"""The auditor's API: its questions for its own machines, read alone."""
