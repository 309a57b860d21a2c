"""Writing a note: its kind, templates, phrases, copies from earlier notes, and the co-signature below it."""
