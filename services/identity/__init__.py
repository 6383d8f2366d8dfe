"""Who an agency is on this machine: key files, signers, the directory's folder, and its changes by the root."""
