"""`pyodide.http`: requests, their answers, and what goes wrong."""

# also in a worker

import asyncio
import pickle

import js
from pyodide.code import run_js
from pyodide.http import (
    AbortError,
    BodyUsedError,
    FetchResponse,
    HttpStatusError,
    XHRError,
    XHRNetworkError,
    open_url,
    pyfetch,
    pyxhr,
)

here = js.URL.new("/tests/python/page.html", js.location.href).href
response = await pyfetch(here)
assert response.ok and response.status == 200 and response.status_text == "OK" and response.type == "basic"
assert response.url == here and not response.redirected and not response.body_used
assert response.headers["content-type"].startswith("text/html")
copy = response.clone()
text = await response.text()
assert "One Python test file" in text and response.body_used
for again in (response.text, response.bytes, response.buffer, response.json):
    try:
        await again()
    except BodyUsedError as error:
        assert "already used" in str(error) and isinstance(error, OSError)
    else:
        raise AssertionError("a body was read twice")
try:
    response.clone()
except BodyUsedError:
    pass
else:
    raise AssertionError("an answer without a body was cloned")
assert await copy.bytes() == text.encode()
assert bytes(await (await pyfetch(here)).memoryview()) == text.encode()
assert (await (await pyfetch(here)).buffer()).byteLength == len(text.encode())
assert await (await pyfetch("data:application/json,%7B%22a%22%3A%201.5%7D")).json() == {"a": 1.5}
assert type(await (await pyfetch("data:,1.5")).json(parse_float=str)) is str
assert await (await pyfetch(js.Request.new(here))).text() == text

# Options arrive as JavaScript's own.
seen = []


def fetcher(url, options):
    seen.append((url, options))
    return js.Promise.resolve(js.Response.new("answer", status=201))


made = await pyfetch("x:y", fetcher=fetcher, method="POST", body="text", headers={"X-A": "1"})
assert made.status == 201 and await made.string() == "answer" and made.url == "x:y"
url, options = seen[0]
assert url == "x:y" and options.method == "POST" and js.JSON.stringify(options.headers) == '{"X-A":"1"}'
assert options.signal is not None and options.body == "text"

# Errors.
missing = await pyfetch("/tests/python/there-is-no-such-file")
assert missing.status == 404 and not missing.ok
try:
    missing.raise_for_status()
except HttpStatusError as error:
    assert (error.status, error.status_text) == (404, "Not Found") and "404 Client Error: Not Found for url" in str(
        error
    )
    assert pickle.loads(pickle.dumps(error)).url == error.url
else:
    raise AssertionError("404 was fine")
response.raise_for_status()
try:
    await pyfetch("http://localhost:1/")
except OSError as error:
    assert "localhost:1" in str(error)
else:
    raise AssertionError("nobody answered")

# Breaking off.
until_aborted = run_js("s => new Promise((_, reject) => s.addEventListener('abort', () => reject(s.reason)))")
controller = js.AbortController.new()
controller.abort()
try:
    await pyfetch(here, signal=controller.signal)
except AbortError as error:
    assert error.reason.name == "AbortError"
else:
    raise AssertionError("an aborted request was answered")
# Reasons of all kinds, those of a timeout too, break a request off.
for reason, says in (("enough", "enough"), (js.TypeError.new("typed"), "typed"), (5, "number"), (None, "aborted")):
    controller = js.AbortController.new()
    controller.abort(reason)
    try:
        await pyfetch(here, signal=controller.signal)
    except AbortError as error:
        assert says in str(error), (says, str(error))
    else:
        raise AssertionError("an aborted request was answered")
try:
    await pyfetch(here, signal=js.AbortSignal.timeout(0), fetcher=lambda url, options: until_aborted(options.signal))
except AbortError as error:
    assert error.reason.name == "TimeoutError"
else:
    raise AssertionError("a request outlived its time")
signals = []


def never(url, options):
    signals.append(options.signal)
    return js.Promise.new(lambda resolve, reject: None)


for message, says in (((), "aborted"), (("no more",), "no more")):
    task = asyncio.create_task(pyfetch(here, fetcher=never))
    await asyncio.sleep(0)
    signal = signals.pop()
    assert not signal.aborted
    task.cancel(*message)
    try:
        await task
    except asyncio.CancelledError:
        pass
    assert signal.aborted and signal.reason.name == "AbortError" and says in signal.reason.message
# An answer that has been aborted gives nothing, also if its body is there.
answered = await pyfetch(here)
copied = answered.clone()
answered.abort("for a reason")
for use in (answered.text, copied.bytes, copied.json):
    try:
        await use()
    except AbortError as error:
        assert str(error) == "for a reason" and error.reason.name == "AbortError"
    else:
        raise AssertionError("an aborted body was read")
open_response = await pyfetch(here)
open_response.abort()
try:
    await open_response.text()
except (AbortError, OSError):
    pass
else:
    raise AssertionError("an aborted body was read")
try:
    FetchResponse("x:y", js.Response.new("")).abort()
except ValueError as error:
    assert "abort_controller" in str(error)
else:
    raise AssertionError("abort without a controller")

# Requests that the page waits for.
assert open_url(here).read() == text
answer = pyxhr.get(here, params={"a": "b c"})
assert answer.ok and answer.status_code == 200 and answer.text == text and answer.url.endswith("?a=b+c")
assert answer.content == text.encode() and answer.headers["content-type"].startswith("text/html")
assert pyxhr.get("data:application/json,[1]").json() == [1]
assert pyxhr.get("data:application/octet-stream;base64,AP/+gA==").content == b"\x00\xff\xfe\x80"
assert pyxhr.head(here).content == b""
for request in (lambda: open_url("/tests/python/no-such"), lambda: pyxhr.get("/tests/python/no").raise_for_status()):
    try:
        request()
    except HttpStatusError as error:
        assert error.status == 404
    else:
        raise AssertionError("404 was fine")
try:
    pyxhr.get("http://localhost:1/")
except XHRNetworkError as error:
    assert isinstance(error, XHRError) and "localhost:1" in str(error)
else:
    raise AssertionError("nobody answered")
