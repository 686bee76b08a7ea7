"""Set-up of a fresh clone with only the standard library: what uv and npm do not do by themselves."""
