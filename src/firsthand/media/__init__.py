"""What files are: taken whole, stored once, looked at from a safe distance.

GROUND: knows nothing of rescue, imports no other room. `blobs` keeps bytes, `kinds` judges them by content, `probe`
asks a limited process what they show and claim.
"""

from firsthand.media.blobs import BlobMissing, BlobStore, ChangedWhileRead, Taken
from firsthand.media.disk import Disk, FileState, RealDisk
from firsthand.media.facts import ClaimedPlace, ClaimedTime, Credentials, Probe
from firsthand.media.kinds import Kind, kind_of
from firsthand.media.probe import Limits, Prober

__all__ = [
    "BlobMissing",
    "BlobStore",
    "ChangedWhileRead",
    "ClaimedPlace",
    "ClaimedTime",
    "Credentials",
    "Disk",
    "FileState",
    "Kind",
    "Limits",
    "Probe",
    "Prober",
    "RealDisk",
    "Taken",
    "kind_of",
]
