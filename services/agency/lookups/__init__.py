"""Online look-ups: answered from the agency's own record, and recorded as a disclosure in the same commit."""
