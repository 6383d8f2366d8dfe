"""The event types: a class each, named as the type, in modules by theme. `events.catalogue` collects them."""
