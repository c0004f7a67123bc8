"""Short names for messages and for the files in them, the same at every delivery.

Meta's own ids hold the citizen's phone number, and are not kept.
"""

import hashlib

from aduan.message import Inbound


def digest(message: Inbound) -> str:
    return digest_of(message.sender.channel, message.message_id)


def digest_of(channel: str, message_id: str) -> str:
    return hashlib.sha256(f"{channel}|{message_id}".encode()).hexdigest()[:24]


def digest_of_words(text: str) -> str:
    """Of what is said, however its lines are broken."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:24]


def photo_id(message_digest: str, index: int) -> str:
    return f"{message_digest}-{index}"


def recording_id(message_digest: str, index: int) -> str:
    return f"{message_digest}-r{index}"


def is_recording(file_id: str) -> bool:
    return file_id.rpartition("-")[2].startswith("r")
