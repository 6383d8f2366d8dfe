"""The regulations as data: rule tables (`rules/*.toml`), their conditions, and the judgement of an event by them."""
