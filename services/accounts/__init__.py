"""Who may enter an agency's pages and API: people's accounts, their sessions, and machines' tokens."""
