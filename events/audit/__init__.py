"""What an auditor checks over the whole history: pure functions over logged events."""
