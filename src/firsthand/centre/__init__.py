"""One running centre: store, rooms and clock put together; what commands and the server call."""
