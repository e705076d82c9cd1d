"""An in-memory world: a city, a radio, cameras, a clock, a disk and a network that fail on demand."""
