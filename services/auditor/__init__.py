"""The auditor's service: takes in every copy, keeps the ledger, writes the transparency log and serves its tiles."""
