"""The word, colour and icon of a session's state, wherever one is shown."""

from sessions.models import SessionState

BADGES = {
    SessionState.HELD: ("Held", "brand", "clock"),
    SessionState.SIGNED: ("Signed", "ok", "lock-closed"),
    SessionState.ARRIVED: ("In session", "brand", "play"),
    SessionState.CANCELLED: ("Canceled", "cancel", "x-mark"),
    SessionState.MISSED: ("Missed", "cancel", "x-mark"),
    SessionState.SCHEDULED: ("To log", "mute", "clock"),
}
