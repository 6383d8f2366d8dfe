"""What a successor does when another agency's role has passed to it: it takes over the record."""
