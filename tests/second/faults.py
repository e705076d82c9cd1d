"""The one error of the second implementation."""


class FaultError(Exception):
    """Something is not as the reference page says; the text names what."""
