"""Delete from a virtual environment what a running service never reads: `prune.py VENV`."""

import shutil
import struct
import sys
from pathlib import Path

NEVER_READ = (
    # Descriptions of every Google API, 110 MB: a client that names its discovery address does not look here.
    "googleapiclient/discovery_cache/documents",
    # google.generativeai speaks v1beta alone.
    "google/ai/generativelanguage_v1",
    "google/ai/generativelanguage_v1alpha",
    "google/ai/generativelanguage_v1beta2",
    "google/ai/generativelanguage_v1beta3",
    "*/testing",
    "*/tests",
    # What extension modules were compiled from, and what only type checkers read.
    "**/*.c",
    "**/*.cc",
    "**/*.h",
    "**/*.pxd",
    "**/*.pxi",
    "**/*.pyi",
    "**/*.pyx",
)


def prune(site_packages: Path) -> None:
    for pattern in NEVER_READ:
        for path in list(site_packages.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    for library in site_packages.glob("**/*.so*"):
        strip(library)


def strip(library: Path) -> None:
    """Cut a 64-bit little-endian ELF file off behind its last segment.

    Only debuggers and linkers read what follows: debug sections, the symbol table, the section headers. The base
    image has no binutils, and wheels come with all of it: 14 of uvloop's 16 MB.
    """
    image = bytearray(library.read_bytes())
    if not image.startswith(b"\x7fELF\x02\x01"):
        return
    (headers,) = struct.unpack_from("<Q", image, 32)
    size, count = struct.unpack_from("<HH", image, 54)
    end = headers + size * count
    for header in range(headers, end, size):
        offset, _, _, length = struct.unpack_from("<4Q", image, header + 8)
        end = max(end, offset + length)
    struct.pack_into("<Q", image, 40, 0)  # no section headers: where they begin …
    struct.pack_into("<HH", image, 60, 0, 0)  # … how many there are, and which of them holds the names
    library.write_bytes(image[:end])


if __name__ == "__main__":
    (site_packages,) = Path(sys.argv[1]).glob("lib/python3.*/site-packages")
    prune(site_packages)
