"""One module for each command, loaded when it is called: `phoihop cases` never loads the broker's client."""
