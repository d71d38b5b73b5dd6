"""What the frozen `cnnviz-app` runs: the double-click."""

import sys

from cnnviz_app.__main__ import main_gui

if __name__ == "__main__":
    sys.exit(main_gui())
