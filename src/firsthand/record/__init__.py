"""The record: signed entries in feeds, a log over them, and who may write. Knows bytes, keys and time. No rescue."""
