"""The commands: one module for each group, thin over `centre`."""
