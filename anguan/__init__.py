"""安管: assessment and certification of the safety managers of water-construction firms."""

__version__ = "0.1.0"
