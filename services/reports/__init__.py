"""Reports and the calendar of an agency: public holidays, what falls due, and drafts filled from its own views."""
