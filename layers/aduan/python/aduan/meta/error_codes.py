"""Meta's error codes that decide what becomes of a message.

https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/
"""

OUTSIDE_WINDOW = 131047  # more than 24 hours since the citizen last wrote; ours for Instagram, too
NOT_AVAILABLE = 551
# Not on WhatsApp, has blocked us, cannot be written to: until they write again, nothing gets through.
OUT_OF_REACH = frozenset({131026, 130403, NOT_AVAILABLE})
