"""Zstandard: frames that CPython's library made, frames of our own, damaged ones, in one piece and in many."""

import base64
import io
import os
import pickle
import shutil
import tarfile
import tempfile
import zipfile
from compression import zstd

# `zstd -19 --check` of b"krait " * 40_000 and of squares; a dictionary of `zstd --train`, and `zstd -19 -D` with it.
FRAME = base64.b85decode(
    b"D77#Bq`j*H0CWHVFl%yQX>=d~0QdjNOA#dr049+k3BWtVY<Btma|Rs%9snKyMD|Rx$E?+MY{*^{F`v7+Hh^QT-aE@CX71}a2)i#OB$lx%t3`"
    b"H^7da+IXsjTyLlC58GCh@(Z1}IODApLKwM4szMg&wQkLwY9nwfCM!cf<6TWNGYG&IXKF6F6&{5Q1|60F*9B}lRkE;N86)K~ELDhFDqkzDi?q"
    b">QA{96*Q^vbzC-<+cC+|K9;h_kT<uo|n(J$Fl-#q}+z!*>>hXF<4A$R;+-R95gpVk7=|D^^WK5;3Nt9C2KUJ@EzUz{_9!aG(A&3A>La*YCYX"
    b"iT+krSj7yCL3g1zEN0n=0f&qpDJ*EMvw^O;3PP3>B99e;3Y-#QAc2B3B;c9s_Ay`!!&iuaZOHIoN0fpXBQ~"
)
DICTIONARY = base64.b85decode(
    b"H>5D^VOI!HBM`unB<V9S12ZrKGXNOERK|4>Mq=rNY_f@zPlc!ws4>PEV*mgoKv+gE<P87-1ONa5Bq>)30|-u8GKv7?ATtC20000000000000"
    b"000OVZ&0000000000000000000100004000080000Wb7gaLX>V>IaB^>Wc_4RaWo2w2YjR;}bRc(VWo2w2VsdYHb7gWMaCvlSZ*CxKa$#w7A"
    b"aHqfXm4&HcW7&JVQF+AaCvlSZ*CxMZ*^{TAYyWFcXMTOAaiANb7^mGAa`hGWo#gAZ*^{TAaHqfXm4&Hb7gaLX>V>IVsdYHb7gWMbaG*1Wgv5"
    b"9b8~5LZXjZEZ+CNLav*SWZ+LkicW7m0Y#?xQZ+LkiVsdYHb7gWMaB^>Wc_3?YVQF+Ab7gaLX>V>IaCvlSZ*CxPa&LHfAaHqfXm4&HXkl(-Y-"
    b"J#Ha$#d-AartJV`U(4a&LHfAZTH3WNc+1VsdYHb7gWMVsdYHb7gWMZEtmMbRcM9Ze(m_AZulEZe?sBcW7m0Y#?HCZ+CNLav*bMb8~5LZXj!N"
    b"VQF+AXkl(-Y-J!~a&LEYWpW@fGcyWkVQyq>Wgu&1a&Bd8AZv1AX>=fKa$#w7AZ>4TZge1Ga&LEYWpW^Jd30!RZXkDPWo2w2aCvlSZ*CxKWpZ"
    b"w1Y#?`NWo2w2ZEtmMbRcVTVQF+AVsdYHb7gWMYjR;}bRckYZ+LkibaG*1WgvHGWo2w2baG*1Wgu{QbZBpGAYyWFcXMTOAZulEZe?sB"
)
WITH_DICTIONARY = base64.b85decode(
    b"D77#BXJJ<eP!Rx?0RR|uHwqg3pz(<zsgNGiMCUr{2xL!%FTkEZgQ`I$C)`5)RtF)m6&JO9BS*G<LomGpbMqb-"
)
TEXT = b"krait " * 40_000 + " ".join(str(i * i) for i in range(120)).encode()
SAMPLE = (
    b"trace mount session wheel mount kernel proxy proxy session trace mount handle kernel kernel session proxy "
    b"session handle browser kernel session python mount krait proxy python mount session session trace kernel mount "
    b"session proxy proxy proxy browser handle wheel handle 7\n"
)


def raises(kind, words, function, *args, **options):
    try:
        function(*args, **options)
    except kind as error:
        assert type(error) is kind and words in str(error), repr(error)
        return
    raise AssertionError(f"{function}{args} did not raise {kind.__name__}")


# What others made.
assert zstd.decompress(FRAME) == TEXT
assert zstd.get_frame_info(FRAME).decompressed_size == len(TEXT)
assert zstd.get_frame_size(FRAME + b"more") == len(FRAME)
dictionary = zstd.ZstdDict(DICTIONARY)
assert len(dictionary) == len(DICTIONARY) and dictionary.dict_id == zstd.get_frame_info(WITH_DICTIONARY).dictionary_id
assert zstd.decompress(WITH_DICTIONARY, dictionary) == SAMPLE
raises(zstd.ZstdError, "Dictionary mismatch", zstd.decompress, WITH_DICTIONARY)

# Several frames, one that is skipped, what stands behind the end.
skipped = (0x184D2A53).to_bytes(4, "little") + (5).to_bytes(4, "little") + b"12345"
assert zstd.decompress(FRAME + skipped + FRAME) == TEXT * 2
decompressor = zstd.ZstdDecompressor()
assert decompressor.decompress(FRAME + b"behind") == TEXT and decompressor.eof and not decompressor.needs_input
assert decompressor.unused_data == b"behind"
raises(EOFError, "Already at the end", decompressor.decompress, b"")

# A byte at a time, and a few bytes of output at a time.
decompressor = zstd.ZstdDecompressor()
found = b""
for at in range(len(FRAME)):
    assert not decompressor.eof and decompressor.needs_input
    found += decompressor.decompress(FRAME[at : at + 1])
assert found == TEXT and decompressor.eof
decompressor = zstd.ZstdDecompressor()
pieces = [decompressor.decompress(FRAME, 1000)]
while not decompressor.eof:
    assert not decompressor.needs_input
    pieces.append(decompressor.decompress(b"", 1000))
assert b"".join(pieces) == TEXT and max(map(len, pieces)) == 1000
two = zstd.ZstdDecompressor(), zstd.ZstdDecompressor()
halves = [(one.decompress(FRAME[:99]), one) for one in two]
assert [half + one.decompress(FRAME[99:]) for half, one in halves] == [TEXT, TEXT]

# Damage: every byte of a frame, the end, other data. Without a checksum the data may be others, never anything worse.
raises(zstd.ZstdError, "before the end-of-stream marker", zstd.decompress, FRAME[:-1])
raises(zstd.ZstdError, "before the end-of-stream marker", zstd.decompress, b"")
raises(zstd.ZstdError, "Unknown frame descriptor", zstd.decompress, b"no such data")
raises(zstd.ZstdError, "doesn't match checksum", zstd.decompress, FRAME[:-1] + bytes((FRAME[-1] ^ 1,)))
plain = zstd.compress(SAMPLE * 3)
for whole in FRAME, plain:
    for at in range(4, len(whole)):
        for flip in 1, 0x80:
            damaged = whole[:at] + bytes((whole[at] ^ flip,)) + whole[at + 1 :]
            try:
                assert whole is plain or zstd.decompress(damaged) == TEXT
            except zstd.ZstdError:
                pass
# A window of 2 GB is refused before there is memory for it, one that is allowed is none that must be used.
large = b"\x28\xb5\x2f\xfd" + bytes((0, 21 << 3)) + b"\x01\x00\x00"
raises(zstd.ZstdError, "too much memory", zstd.decompress, large)
raises(
    zstd.ZstdError, "too much memory", zstd.decompress, large, options={zstd.DecompressionParameter.window_log_max: 30}
)
raises(ValueError, "illegal value", zstd.ZstdDecompressor, options={zstd.DecompressionParameter.window_log_max: 31})

# Frames of our own, of sizes around what changes in a header and around a block.
for size in 0, 1, 255, 256, 65_791, 65_792, 131_071, 131_072, 131_073, 400_000:
    data = (SAMPLE * (size // len(SAMPLE) + 1))[:size]
    frame = zstd.compress(data)
    assert zstd.decompress(frame) == data, size
    assert zstd.get_frame_info(frame).decompressed_size == size and zstd.get_frame_size(frame) == len(frame)
    assert size < 1000 or len(frame) < size // 4, (size, len(frame))
    frame = zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})
    assert zstd.decompress(frame) == data and len(frame) == len(zstd.compress(data)) + 4
noise = os.urandom(300_000)
assert zstd.decompress(zstd.compress(noise)) == noise and len(zstd.compress(noise)) < 300_050
assert zstd.decompress(zstd.compress(bytes(1_000_000), 22)) == bytes(1_000_000)
assert zstd.compress(memoryview(SAMPLE)) == zstd.compress(bytearray(SAMPLE), level=-5) == zstd.compress(SAMPLE)

# The names are found when they are asked for.
assert "zstdtar" in dict(shutil.get_archive_formats())
assert pickle.loads(pickle.dumps(zstd.Strategy.fast)) is zstd.Strategy.fast
assert {"compress", "ZstdFile"} <= set(dir(zstd)) and not hasattr(zstd, "nothing")
assert zstd.Strategy.__module__ == zstd.compress.__module__ == "compression.zstd"

# In pieces: what is flushed can be read, the size is not known before.
compressor = zstd.ZstdCompressor()
assert compressor.last_mode == compressor.FLUSH_FRAME
frame = compressor.compress(SAMPLE) + compressor.compress(SAMPLE, compressor.FLUSH_BLOCK)
assert compressor.last_mode == compressor.FLUSH_BLOCK and len(frame) > 50
assert zstd.ZstdDecompressor().decompress(frame) in (b"", SAMPLE * 2)
frame += compressor.compress(TEXT) + compressor.flush()
assert zstd.decompress(frame) == SAMPLE * 2 + TEXT and zstd.get_frame_info(frame).decompressed_size is None
assert zstd.decompress(compressor.compress(b"again", compressor.FLUSH_FRAME)) == b"again"
assert zstd.decompress(compressor.flush()) == b""
assert zstd.ZstdCompressor().flush(compressor.FLUSH_BLOCK) == b"" == zstd.ZstdCompressor().compress(b"a")
raises(TypeError, "must not be a Decomp", zstd.compress, b"", options={zstd.DecompressionParameter.window_log_max: 1})
compressor.set_pledged_input_size(10)
frame = compressor.compress(b"12345") + compressor.compress(b"67890", compressor.FLUSH_FRAME)
assert zstd.get_frame_info(frame).decompressed_size == 10 and zstd.decompress(frame) == b"1234567890"
compressor.set_pledged_input_size(10)
raises(zstd.ZstdError, "Src size is incorrect", compressor.compress, b"12345", compressor.FLUSH_FRAME)
raises(ValueError, "valid range is [-131072, 22]", zstd.compress, b"", 23)
raises(ValueError, "'window_log' received an illegal value 99", zstd.compress, b"", options={101: 99})
raises(ValueError, "unknown parameter (key 7)", zstd.compress, b"", options={7: 1})
raises(ValueError, "mode argument wrong value", zstd.ZstdCompressor().compress, b"", 3)
raises(TypeError, "Only one", zstd.ZstdCompressor, 1, {})
# What there is not.
raises(NotImplementedError, "dictionary", zstd.compress, b"", zstd_dict=dictionary)
raises(NotImplementedError, "dictionary", zstd.ZstdDecompressor, zstd.ZstdDict(b"raw content", is_raw=True))
raises(NotImplementedError, "dictionaries", zstd.train_dict, [SAMPLE] * 9, 600)
raises(ValueError, "invalid Zstandard dictionary", zstd.ZstdDict, b"raw content")
raises(zstd.ZstdError, "load", zstd.decompress, FRAME, zstd.ZstdDict(DICTIONARY[:60]))

# Files, and the modules that know the format.
with tempfile.TemporaryDirectory() as name:
    path = f"{name}/text.zst"
    with zstd.open(path, "wt", encoding="utf-8") as file:
        file.write("grün\n" * 100_000)
    with zstd.open(path, "rt", encoding="utf-8") as file:
        assert sum(line == "grün\n" for line in file) == 100_000
        file.seek(0)
        assert file.readline() == "grün\n"
    with zstd.open(path, "ab") as file:
        file.write(b"end")
    with zstd.open(path) as file:
        assert file.seek(-3, io.SEEK_END) and file.read() == b"end"
    with open(path, "r+b") as file:
        file.truncate(50)
    raises(EOFError, "end-of-stream", zstd.open(path).read)
    with zipfile.ZipFile(f"{name}/a.zip", "w", zipfile.ZIP_ZSTANDARD) as archive:
        archive.writestr("one.txt", TEXT)
    with zipfile.ZipFile(f"{name}/a.zip") as archive:
        assert archive.read("one.txt") == TEXT and archive.infolist()[0].compress_size < 2000
    os.mkdir(f"{name}/folder")
    with open(f"{name}/folder/two.txt", "wb") as file:
        file.write(TEXT)
    for mode in "w:zst", "w|zst":
        with tarfile.open(f"{name}/a.tar.zst", mode) as archive:
            archive.add(f"{name}/folder", "folder")
        with tarfile.open(f"{name}/a.tar.zst") as archive:
            assert archive.extractfile("folder/two.txt").read() == TEXT
    shutil.unpack_archive(shutil.make_archive(f"{name}/b", "zstdtar", name, "folder"), f"{name}/out")
    with open(f"{name}/out/folder/two.txt", "rb") as file:
        assert file.read() == TEXT
