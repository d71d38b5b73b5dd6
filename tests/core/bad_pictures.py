"""Every way a picture can be bad: how to make one, and what opening it must answer.

`refused: …` means one sentence that contains the rest, and nothing opened; `accepted: …` means
it opens with a note that contains the rest; a bare `accepted:` means it opens without a word.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from cnnviz_app.core import png
from tests.core.picture_makers import (
    alpha,
    animation,
    cmyk,
    cut,
    damaged_middle,
    encoded,
    exif,
    float_tiff,
    grey16,
    header_only,
    palette,
    photo,
    sixteen_bits,
)


@dataclass(frozen=True)
class BadPicture:
    """One cause.

    Attributes:
        make: writes it into a folder and returns what to open.
        posix: needs a system with pipes, links and permissions.
        not_as_root: root may read anything, so there is nothing to see as root.
    """

    id: str
    make: Callable[[Path], Path]
    expected: str
    posix: bool = False
    not_as_root: bool = False

    @property
    def accepted(self) -> bool:
        return self.expected.startswith("accepted:")

    @property
    def words(self) -> str:
        return self.expected.partition(":")[2].strip()


def _file(name: str, data: Callable[[], bytes] | bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data() if callable(data) else data)
        return path

    return make


def _missing(folder: Path) -> Path:
    return folder / "nowhere.png"


def _misspelt(folder: Path) -> Path:
    (folder / "holiday.png").write_bytes(encoded("PNG"))
    return folder / "holyday.png"


def _no_folder(folder: Path) -> Path:
    return folder / "no such folder" / "cat.png"


def _directory(folder: Path) -> Path:
    (folder / "pictures.png").mkdir()
    return folder / "pictures.png"


def _broken_link(folder: Path) -> Path:
    (folder / "link.png").symlink_to(folder / "gone.png")
    return folder / "link.png"


def _circle(folder: Path) -> Path:
    (folder / "circle.png").symlink_to(folder / "circle.png")
    return folder / "circle.png"


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.png")
    return folder / "pipe.png"


def _socket(folder: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(folder)  # the path of a socket may not be long
        try:
            listener.bind("socket.png")
        finally:
            os.chdir(here)
    return folder / "socket.png"


def _device(folder: Path) -> Path:
    del folder
    return Path("/dev/zero")


def _forbidden(folder: Path) -> Path:
    path = _file("secret.png", encoded("PNG"))(folder)
    path.chmod(0)
    return path


def _through_a_file(folder: Path) -> Path:
    return _file("cat.png", encoded("PNG"))(folder) / "inside.png"


def _long_name(folder: Path) -> Path:
    return folder / ("x" * 300 + ".png")


def _address(folder: Path) -> Path:
    del folder
    return Path("https:") / "example.org" / "cat.png"


_SVG = b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'
_HTML = b"<!DOCTYPE html>\n<html><title>404</title></html>"


def _box(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + brand + b"mif1" + bytes(200)


def _refused(id: str, make: Callable[[Path], Path], words: str, **needs: bool) -> BadPicture:
    return BadPicture(id, make, f"refused: {words}", **needs)


def _accepted(id: str, make: Callable[[Path], Path], words: str, **needs: bool) -> BadPicture:
    return BadPicture(id, make, f"accepted: {words}", **needs)


FILES = (
    _refused("missing", _missing, "There is no file “nowhere.png”."),
    _refused("misspelt", _misspelt, "Did you mean “holiday.png”?"),
    _refused("no-folder", _no_folder, "There is no folder “no such folder”."),
    _refused("folder", _directory, "“pictures.png” is a folder, not a picture."),
    _refused("through-a-file", _through_a_file, "a part of its path is a file"),
    _refused("address", _address, "is an address, not a file"),
    _refused("name-too-long", _long_name, "the name is too long"),
    _refused("broken-link", _broken_link, "a link to a file that is no longer there", posix=True),
    _refused("circular-link", _circle, "a link that points to itself", posix=True),
    _refused("pipe", _pipe, "a pipe or a device", posix=True),
    _refused("socket", _socket, "a pipe or a device", posix=True),
    _refused("device", _device, "a pipe or a device", posix=True),
    _refused("forbidden", _forbidden, "you have no permission", posix=True, not_as_root=True),
    _refused("empty", _file("empty.png", b""), "is empty (0 bytes)"),
    _refused("zeros", _file("zeros.png", bytes(5000)), "nothing but zeros"),
    _refused("noise", _file("noise.png", bytes(range(255, 5, -1)) * 9), "not a picture CNNViz"),
    _refused("text", _file("notes.png", b"just words\n"), "is a text file, not a picture"),
)

OTHER_KINDS = (
    _refused("svg", _file("logo.svg", _SVG), "is an SVG drawing"),
    _refused("svg-as-png", _file("logo.png", _SVG), "is an SVG drawing"),
    _refused("web-page", _file("cat.jpg", _HTML), "is a web page"),
    _refused("pdf", _file("slide.pdf", b"%PDF-1.7\n..."), "is a PDF document"),
    _refused("postscript", _file("plot.eps", b"%!PS-Adobe-3.0 EPSF"), "is a PostScript drawing"),
    _refused("heic", _file("IMG_1.HEIC", _box(b"heic")), "is a HEIC photograph"),
    _refused("raw-cr3", _file("IMG_1.CR3", _box(b"crx ")), "is a raw file of a camera"),
    _refused("raw-nef", _file("DSC_1.NEF", lambda: encoded("TIFF")), "is a raw file of a camera"),
    _refused("raw-dng", _file("a.tif", lambda: encoded("TIFF", tiffinfo={50706: b"\1\4\0\0"})),
             "is a raw file of a camera"),
    _refused("video-mp4", _file("clip.jpg", _box(b"isom")), "is a video"),
    _refused("video-mkv", _file("clip.png", b"\x1a\x45\xdf\xa3" + bytes(99)), "is a video"),
    _refused("video-avi", _file("clip.webp", b"RIFF\0\0\0\0AVI LIST"), "is a video"),
    _refused("photoshop", _file("art.psd", b"8BPS\0\1" + bytes(50)), "is a Photoshop document"),
    _refused("openexr", _file("a.exr", b"\x76\x2f\x31\x01" + bytes(50)), "is an OpenEXR picture"),
    _refused("radiance", _file("a.hdr", b"#?RADIANCE\n"), "is a Radiance HDR picture"),
    _refused("fits", _file("m31.fits", b"SIMPLE  =    T"), "is a FITS file"),
    _refused("dicom", _file("scan.dcm", bytes(128) + b"DICM" + bytes(9)), "is a DICOM file"),
    _refused("icon", _file("cat.ico", b"\0\0\1\0\1\0" + bytes(50)), "is an icon"),
    _refused("jpeg-xl", _file("a.jxl", b"\xff\x0a" + bytes(50)), "is a JPEG XL picture"),
    _refused("archive", _file("cats.png", b"PK\x03\x04" + bytes(50)), "is an archive"),
    _refused("weights-zip", _file("net.pth", b"PK\x03\x04" + bytes(50)), "weights of a network"),
    _refused("weights", _file("net.safetensors", b"\x10\0\0\0\0\0\0\0{}" + b" " * 14 + b"\xff\1"),
             "weights of a network"),
    _refused("array", _file("maps.npy", b"\x93NUMPY\1\0" + bytes(50)), "is an array of numbers"),
)  # fmt: skip

DAMAGED = (
    _refused("cut-png", _file("half.png", cut("PNG", 0.5)), "is damaged or incomplete"),
    _refused("cut-png-header", _file("head.png", cut("PNG", 0.01)), "is damaged or incomplete"),
    _refused("cut-jpeg", _file("half.jpg", cut("JPEG", 0.6)), "is damaged or incomplete"),
    _refused("cut-progressive", _file("p.jpg", cut("JPEG", 0.7, progressive=True)),
             "is damaged or incomplete"),
    _refused("cut-gif", _file("half.gif", cut("GIF", 0.5)), "is damaged or incomplete"),
    _refused("cut-webp", _file("half.webp", cut("WEBP", 0.5)), "is damaged or incomplete"),
    _refused("odd-tiff", _file("bands.tif", lambda: encoded("TIFF", tiffinfo={339: (3, 3, 3)})),
             "is a TIFF of a kind CNNViz cannot read"),
    _refused("cut-bmp", _file("half.bmp", cut("BMP", 0.5)), "is damaged or incomplete"),
    _refused("cut-tiff", _file("half.tif", cut("TIFF", 0.5)), "is damaged or incomplete"),
    _refused("damaged-tiff", _file("hurt.tif", damaged_middle("TIFF", compression="tiff_lzw")),
             "is damaged"),
    _refused("damaged-png", _file("hurt.png", damaged_middle("PNG")), "is damaged"),
    _refused("bomb", _file("bomb.png", header_only(60000, 60000)),
             "has 60000 × 60000 pixels; at most 128 million"),
    _refused("side-20000", _file("big.png", header_only(20000, 20000)), "at most 128 million"),
    _refused("no-width", _file("flat.png", header_only(0, 10)), "flat.png"),
    _refused("header-lies", _file("lies.png", header_only(500, 500, b"\0" * 99)), "is damaged"),
)  # fmt: skip

CONVERTED = (
    _accepted("wide-20000", _file("wide.png", lambda: encoded("PNG", Image.new("L", (20000, 40)))),
              ""),
    _accepted("grey-16", _file("deep.png", grey16), "16 bits per colour channel"),
    _accepted("colour-16", _file("deep.png", sixteen_bits), "16 bits per colour channel"),
    _accepted("palette", _file("p.png", palette), "transparent parts are shown on white"),
    _accepted("palette-opaque", _file("p.gif", lambda: encoded("GIF")), ""),
    _accepted("alpha", _file("a.png", alpha("RGBA")), "transparent parts are shown on white"),
    _accepted("grey-alpha", _file("la.png", alpha("LA")), "transparent parts"),
    _accepted("opaque-alpha", _file("o.png", lambda: encoded(
        "PNG", Image.fromarray(photo()).convert("RGBA"))), ""),
    _accepted("cmyk-adobe", _file("print.jpg", cmyk(adobe=True)), "made for printing"),
    _accepted("cmyk-plain", _file("print.jpg", cmyk(adobe=False)), "made for printing"),
    _accepted("cmyk-tiff", _file("print.tif", lambda: encoded(
        "TIFF", Image.fromarray(photo()).convert("CMYK"))), "made for printing"),
    _accepted("one-bit", _file("fax.png", lambda: encoded(
        "PNG", Image.fromarray(photo()).convert("1"))), ""),
    _accepted("grey", _file("grey.jpg", lambda: encoded(
        "JPEG", Image.fromarray(photo()).convert("L"))), ""),
    _accepted("float-tiff", _file("f.tif", float_tiff(0, 1)), "values from 0 to 1; 0 is shown"),
    _accepted("float-wide", _file("f.tif", float_tiff(-3, 7)), "-3 is shown black and 7 white"),
    _accepted("float-holes", _file("f.tif", float_tiff(0, 1, hole=True)), "not numbers"),
    _accepted("animated-gif", _file("a.gif", animation("GIF")), "first frame is used"),
    _accepted("animated-webp", _file("a.webp", animation("WEBP")), "first frame is used"),
    _accepted("animated-png", _file("a.png", animation("PNG")), "first frame is used"),
    _accepted("pages-tiff", _file("a.tif", animation("TIFF")), "several pages"),
    _accepted("one-pixel", _file("1.png", lambda: encoded("PNG", Image.new("RGB", (1, 1)))), ""),
    _accepted("one-row", _file("r.png", lambda: encoded("PNG", Image.new("RGB", (3000, 1)))), ""),
    _accepted("turned", _file("turned.jpg", lambda: exif(6)), ""),
    _accepted("turned-nonsense", _file("turned.jpg", lambda: exif(77)), ""),
    _accepted("other-profile", _file("lab.jpg", lambda: encoded(
        "JPEG", icc_profile=b"not a profile")), "profile is damaged and was ignored"),
    _accepted("wrong-ending", _file("photo.png", lambda: encoded("JPEG")), ""),
    _accepted("no-ending", _file("photo", lambda: encoded("WEBP")), ""),
    _accepted("odd-name", _file("кошка 猫 “a\tb”.png", lambda: encoded("PNG")), ""),
    _accepted("long-text", _file("xmp.png", lambda: png.insert_texts(
        encoded("PNG"), {"XML:com.adobe.xmp": "x" * 900_000, "Comment": "y" * 1_000_000})), ""),
)  # fmt: skip

BAD_PICTURES = (*FILES, *OTHER_KINDS, *DAMAGED, *CONVERTED)
