"""What people read, in Vietnamese and English: one catalogue a language, by key."""

from services.texts.catalogue import DEFAULT_LANGUAGE, LANGUAGES, Texts

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "Texts"]
