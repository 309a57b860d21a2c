"""The idle lock over the page, its PIN, and the open sign-ins of a person."""
