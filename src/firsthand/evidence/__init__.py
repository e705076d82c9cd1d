"""Items, custody, seals, consent, redaction and dossiers."""
