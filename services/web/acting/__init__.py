"""Acting: forms built from the event types' own schemas, drafts that clerks write and heads sign."""
