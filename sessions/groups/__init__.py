"""Group sessions: one appointment for several clients, one narrative, a note for each."""
