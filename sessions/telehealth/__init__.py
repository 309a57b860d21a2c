"""Sessions by video or phone: where the client is, and the link to meet."""
