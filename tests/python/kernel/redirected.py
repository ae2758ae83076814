"""Standard streams follow their descriptors: `dup2` puts a file or a pipe in their place, and puts them back."""

import os
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "said")
    for stream, fd in ((sys.stdout, 1), (sys.stderr, 2)):
        with open(name, "wb") as file:
            stream.flush()
            kept = os.dup(fd)
            os.dup2(file.fileno(), fd)
            try:
                print("into the file", file=stream)
                os.write(fd, b"and more\n")
                stream.flush()
                assert not stream.isatty()
            finally:
                os.dup2(kept, fd)
                os.close(kept)
        with open(name) as file:
            assert file.read() == "into the file\nand more\n"
    print("not there")
    with open(name) as file:
        assert "not there" not in file.read()

# A descriptor that is closed is an error of who writes to it.
kept = os.dup(1)
sys.stdout.flush()
os.close(1)
try:
    sys.stdout.buffer.raw.write(b"lost")
except OSError as error:
    assert error.errno == 9, error
else:
    raise AssertionError("what was written to a closed descriptor is lost")
finally:
    os.dup2(kept, 1)
    os.close(kept)
