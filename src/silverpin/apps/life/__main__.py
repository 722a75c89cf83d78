"""`python -m silverpin.apps.life`: as a charger asks for it, after everything else in line."""

import os
import sys

from silverpin.drivers.children import end_with_parent, first_to_go

_AFTER_OTHERS = 15

if __name__ == "__main__":
    end_with_parent()  # before what is slow to load
    from silverpin.apps.life.program import main

    os.nice(_AFTER_OTHERS)
    first_to_go()
    sys.exit(main(contacts=False))
