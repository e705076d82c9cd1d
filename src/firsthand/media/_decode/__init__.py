"""Decoders, run only inside the limited worker: they read what strangers made."""
