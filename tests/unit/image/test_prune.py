"""What the image build deletes from its virtual environment."""

import runpy
import struct
from pathlib import Path

tools = runpy.run_path(str(Path(__file__).parents[3] / "deploy" / "prune.py"))


def test_documents_of_other_apis_and_sources_go_and_modules_stay(tmp_path):
    gone = (
        "googleapiclient/discovery_cache/documents/drive.v3.json",
        "google/ai/generativelanguage_v1alpha/types.py",
        "certifi/tests/test_where.py",
        "aiohttp/_http_parser.c",
        "dependency_injector/providers.pyx",
    )
    kept = ("google/ai/generativelanguage_v1beta/types.py", "certifi/cacert.pem", "aiohttp/client.py")
    for name in (*gone, *kept):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()

    tools["prune"](tmp_path)

    assert {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()} == set(kept)


def test_a_library_ends_behind_its_last_segment_and_has_no_section_headers(tmp_path):
    header = struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 3, 62, 1, 0, 64, 300, 0, 64, 56, 2, 64, 5, 4)
    segments = b"".join(struct.pack("<2I6Q", 1, 5, offset, 0, 0, 40, 40, 1) for offset in (176, 216))
    loaded = bytes(range(80))
    library = tmp_path / "module.so"
    library.write_bytes(header + segments + loaded + b"debug info and section headers")

    tools["strip"](library)

    stripped = library.read_bytes()
    assert stripped[64:] == segments + loaded
    assert struct.unpack_from("<Q", stripped, 40) == (0,)
    assert struct.unpack_from("<6H", stripped, 52) == (64, 56, 2, 64, 0, 0)


def test_what_is_not_an_elf_file_is_left_alone(tmp_path):
    script = tmp_path / "libwhatever.so"
    script.write_text("INPUT(libwhatever.so.1)")

    tools["strip"](script)

    assert script.read_text() == "INPUT(libwhatever.so.1)"
