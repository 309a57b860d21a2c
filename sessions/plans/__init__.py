"""Plans of care: what is to be reached, how often and until when, who certified it, and when a report is due."""
