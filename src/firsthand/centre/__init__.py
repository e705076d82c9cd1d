"""One running centre: store, files, keys and rooms put together; what commands and, later, the server call."""
