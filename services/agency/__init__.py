"""One agency's service: decide, sign, store, publish, admit, answer and react."""
