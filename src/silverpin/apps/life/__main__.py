"""`python -m silverpin.apps.life`: as a charger asks for it, after everything else in line."""

import os
import sys

from silverpin.apps.life.program import main

_AFTER_OTHERS = 15

if __name__ == "__main__":
    os.nice(_AFTER_OTHERS)
    sys.exit(main(contacts=False))
