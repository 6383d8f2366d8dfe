"""The agency as a witness of the transparency log: it checks what the log shows, cosigns it, or raises the alarm."""
