"""Other programs with the same list of requests: bare Flask (the limit), Flask-Admin and Django as they ship.

Their packages are the extra `bench`, which only `make bench` installs.
"""
