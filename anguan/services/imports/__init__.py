"""Import of existing people, enterprises and certificates: checked first, then written all or nothing."""
