"""Firsthand: operations and evidence for a rescue service, from the first call to the proof."""

__version__ = "0.1.0"
