"""One importer per kind of record: people, enterprises, certificates, training hours."""
