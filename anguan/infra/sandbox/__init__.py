"""Sandbox for untrusted files: `client` runs in the application, all other modules in the worker process."""
