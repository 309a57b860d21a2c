"""A clinician's sessions in a calendar of her own, behind a secret address."""
