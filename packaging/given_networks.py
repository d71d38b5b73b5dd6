"""Real networks for the sheets, from the folder that CNNVIZ_CHECK_DATA names; none ships."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

# A private place for settings: the person's own list of models is left alone. It must be known
# before the program looks for its settings.
HOME = Path(tempfile.mkdtemp(prefix="cnnviz-sheets-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["CNNVIZ_CONFIG"] = os.environ["CNNVIZ_CACHE"] = str(HOME)

import torch  # noqa: E402 - see above

from cnnviz_app import Lab  # noqa: E402
from cnnviz_app.nets import importing, trust  # noqa: E402

GOOGLENET, SQUEEZENET, VGG, SMALL_VGG = "googlenet-bvlc", "squeezenet", "vgg19", "vgg19-small"

_GOOGLENET = """
import sys
sys.path.append({folder!r})
from cnnviz_app.nets.labels import imagenet
from googlenet_bvlc import GoogLeNetBVLC
INPUT, LABELS = (3, 224, 224), imagenet()

def build():
    return GoogLeNetBVLC()
"""
# What is left of VGG-19 names no classes: its maps are averaged so that something comes out.
_VGG = """
import torchvision
from torch import nn
INPUT = (3, 224, 224)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

def build():
    features = torchvision.models.vgg19(weights=None).features[:12]
    return nn.Sequential(*features, nn.AdaptiveAvgPool2d(1), nn.Flatten())
"""
_SMALL_VGG = """
import sys
sys.path.append({folder!r})
from vgg_style import SmallVGG16x
INPUT = (3, 224, 224)

class Averaged(SmallVGG16x):
    def forward(self, x):
        return super().forward(x).mean((2, 3))

def build():
    return Averaged()
"""


def open_lab() -> Lab:
    """The laboratory with the four networks of the folder on its list of models."""
    add_all()
    return Lab()


def add_all() -> None:
    """Put the networks of the folder on the list of models of these private settings."""
    named = os.environ.get("CNNVIZ_CHECK_DATA", "")
    folder = Path(named).resolve() / "weights"
    if not named or not folder.is_dir():
        sys.exit("CNNVIZ_CHECK_DATA must name a folder with weights/ in it.")
    small = HOME / "small.pth"
    whole = torch.load(folder / "vgg19_small16x_wct_fp16.pth", weights_only=True)
    torch.save(whole["encoder5"], small)
    _add(GOOGLENET, folder / "googlenet_bvlc_fp16.pth", _GOOGLENET.format(folder=str(folder)))
    _add(VGG, folder / "vgg19_features_conv3_1_torchvision_layout.pth", _VGG)
    _add(SMALL_VGG, small, _SMALL_VGG.format(folder=str(folder)))
    importing.add_model(folder / "squeezenet1_1_imagenet.pth", name=SQUEEZENET)


def _add(name: str, weights: Path, code: str) -> None:
    builder = HOME / f"build_{name}.py"
    builder.write_text(code, encoding="utf-8")
    trust.grant(builder)
    importing.add_model(weights, builder=builder, attribute="build", name=name)
