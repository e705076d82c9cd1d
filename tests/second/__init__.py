"""A second implementation of the record and the dossier, written from the reference pages alone."""
