"""Requests that the office itself files: corrections and sanctions."""
