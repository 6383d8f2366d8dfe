"""The files that documents of the demonstrations name as their attachments."""
