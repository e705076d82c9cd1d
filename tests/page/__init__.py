"""The page of a dossier in a real browser, and a small dossier written from the documents alone."""
