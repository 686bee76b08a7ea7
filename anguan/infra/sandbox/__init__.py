"""Opens strangers' files where they can do no harm: `box` is our side, the rest runs in the other process."""
