"""The city's time."""

from datetime import timedelta, timezone

WIB = timezone(timedelta(hours=7), "WIB")  # Asia/Jakarta has had no other offset since 1964
