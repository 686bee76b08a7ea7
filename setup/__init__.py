"""Set-up of a fresh clone with the standard library alone: what uv and npm do not do by themselves."""
