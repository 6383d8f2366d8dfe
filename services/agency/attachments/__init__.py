"""Attachments: files kept by their digest, and how they travel between those who sent and received the document."""
