"""The auditor's pages: its own house, its own addresses under `/audit`; an agency's people never reach them."""
