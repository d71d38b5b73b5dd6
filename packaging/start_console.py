"""What the frozen `cnnviz` runs."""

import sys

from cnnviz_app.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
