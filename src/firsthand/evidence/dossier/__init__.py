"""The dossier: what a centre hands out about an incident, and its verification; docs/reference/dossier.md."""
