"""What needs an operating system says why there is none, and what there is instead."""

import asyncio
import errno
import os
import socket
import subprocess
import urllib.request


def refused(part, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except OSError as error:
        while isinstance(getattr(error, "reason", None), OSError):
            error = error.reason
        assert error.errno == errno.ENOTSUP and part in str(error), error
        return error
    raise AssertionError((part, call, args))


refused("a page cannot open sockets; use", socket.socket)
refused("a page cannot open sockets; use", socket.socket, socket.AF_INET, socket.SOCK_STREAM)
for call in socket.getaddrinfo, socket.create_connection:
    arguments = ("example.org", 80) if call is socket.getaddrinfo else (("example.org", 80),)
    error = refused("a page cannot look up hosts or connect to them; use pyodide.http.pyfetch", call, *arguments)
    assert isinstance(error, socket.gaierror)
refused("a page cannot look up hosts", socket.gethostbyname, "example.org")
refused("a page cannot look up hosts", urllib.request.urlopen, "http://example.org/")
assert socket.gethostbyname("localhost") == socket.gethostbyname(socket.gethostname()) == "127.0.0.1"
assert socket.gethostbyname("10.1.2.3") == "10.1.2.3"
assert socket.gethostbyname_ex("localhost") == ("localhost", [], ["127.0.0.1"])

# A file has an address, too.
with open("/tmp/address.txt", "w") as file:
    file.write("by its address")
for address in "file:///tmp/address.txt", "file://localhost/tmp/address.txt":
    with urllib.request.urlopen(address) as answer:
        assert answer.read() == b"by its address", address
os.remove("/tmp/address.txt")

for call in (
    lambda: subprocess.run(["ls", "-l"]),
    lambda: subprocess.Popen("ls", shell=True),
    lambda: subprocess.check_output(["ls"], text=True, timeout=3),
):
    error = refused("a page cannot start processes; call a library that does it, or use a js.Worker", call)
    assert "ls" in error.filename, error.filename
assert subprocess.CompletedProcess(["a"], 0).returncode == 0 and subprocess.list2cmdline(["a", "b c"]) == 'a "b c"'
try:
    await asyncio.create_subprocess_exec("ls")
except (OSError, NotImplementedError):
    pass
else:
    raise AssertionError
