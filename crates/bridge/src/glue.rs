//! The functions of `js/`. Handles, addresses and lengths are plain numbers; results are left in cell 0.
//!
//! A file of `js/` is shipped if a block here names it and Rust uses a function of the block; imports between the files are
//! relative.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/memory.js")]
extern "C" {
    pub(crate) fn connect(exports: JsValue, memory: JsValue, cells: u32, text: u32);
    #[wasm_bindgen(js_name = fillTables)]
    pub(crate) fn fill_tables(tables: &[u8]) -> bool;
}

#[wasm_bindgen(module = "/js/rest.js")]
extern "C" {
    #[wasm_bindgen(js_name = loadRest)]
    pub(crate) fn load_rest();
}

#[wasm_bindgen(module = "/js/slab.js")]
extern "C" {
    pub(crate) fn hold(value: &JsValue) -> u32;
    pub(crate) fn release(index: u32);
    pub(crate) fn held(index: u32) -> JsValue;
    #[wasm_bindgen(js_name = liveHandles)]
    pub(crate) fn live_handles() -> u32;
    pub(crate) fn crossings() -> u32;
    #[wasm_bindgen(js_name = copiedStrings)]
    pub(crate) fn copied_strings() -> u32;
}

#[wasm_bindgen(module = "/js/cells.js")]
extern "C" {
    #[wasm_bindgen(js_name = takeText)]
    pub(crate) fn take_text(index: u32, at: u32, room: u32) -> u32;
    #[wasm_bindgen(js_name = takeUnits)]
    pub(crate) fn take_units(index: u32, at: u32);
}

#[wasm_bindgen(module = "/js/attributes.js")]
extern "C" {
    pub(crate) fn get(target: u32, at: u32, length: u32) -> u32;
    pub(crate) fn set(target: u32, at: u32, length: u32) -> u32;
    pub(crate) fn remove(target: u32, at: u32, length: u32) -> u32;
}

#[wasm_bindgen(module = "/js/operations.js")]
extern "C" {
    pub(crate) fn call(target: u32, this: u32, count: u32) -> u32;
    pub(crate) fn construct(target: u32, count: u32) -> u32;
    #[wasm_bindgen(js_name = getItem)]
    pub(crate) fn get_item(target: u32) -> u32;
    #[wasm_bindgen(js_name = setItem)]
    pub(crate) fn set_item(target: u32, deleting: bool) -> u32;
    pub(crate) fn ask(target: u32, what: u32) -> u32;
    pub(crate) fn next(target: u32) -> u32;
    pub(crate) fn contains(target: u32) -> u32;
    pub(crate) fn same(a: u32, b: u32) -> bool;
}

#[wasm_bindgen(module = "/js/steps.js")]
extern "C" {
    #[wasm_bindgen(js_name = nextSome)]
    pub(crate) fn next_some(target: u32, want: u32) -> i32;
}

#[wasm_bindgen(module = "/js/borrow.js")]
extern "C" {
    /// Says that a function keeps what it is given.
    pub(crate) fn keeps(function: &JsValue);
}

#[wasm_bindgen(module = "/js/containers.js")]
extern "C" {
    pub(crate) fn record(count: u32, from: u32) -> u32;
    pub(crate) fn array(count: u32) -> u32;
    pub(crate) fn push(target: u32);
    pub(crate) fn append(target: u32, count: u32);
    #[wasm_bindgen(js_name = emptyArray)]
    pub(crate) fn empty_array() -> u32;
    #[wasm_bindgen(js_name = emptyObject)]
    pub(crate) fn empty_object() -> u32;
    pub(crate) fn put(target: u32);
    #[wasm_bindgen(js_name = isOver)]
    pub(crate) fn is_over(target: u32, index: u32) -> bool;
    #[wasm_bindgen(js_name = byteLength)]
    pub(crate) fn byte_length(target: u32) -> i32;
    #[wasm_bindgen(js_name = copyBytes)]
    pub(crate) fn copy_bytes(target: u32, at: u32, room: u32) -> u32;
    pub(crate) fn item(target: u32, index: u32) -> u32;
}

#[wasm_bindgen(module = "/js/kinds.js")]
extern "C" {
    pub(crate) fn kind(index: u32) -> u32;
}

#[wasm_bindgen(module = "/js/objects.js")]
extern "C" {
    pub(crate) fn operate(target: u32, operation: u32, count: u32) -> u32;
    pub(crate) fn unhold(index: u32) -> u32;
    #[wasm_bindgen(js_name = itemFormat)]
    pub(crate) fn item_format(target: u32) -> u32;
    #[wasm_bindgen(js_name = constructorName)]
    pub(crate) fn constructor_name(target: u32) -> u32;
}

#[wasm_bindgen(module = "/js/deep.js")]
extern "C" {
    #[wasm_bindgen(js_name = newSeen)]
    pub(crate) fn new_seen() -> u32;
    pub(crate) fn open(target: u32, seen: u32) -> i32;
    pub(crate) fn remember(target: u32, seen: u32) -> u32;
    pub(crate) fn enter(target: u32) -> u32;
    #[wasm_bindgen(js_name = setAt)]
    pub(crate) fn set_at(target: u32, index: u32);
    pub(crate) fn add(target: u32);
    #[wasm_bindgen(js_name = emptySet)]
    pub(crate) fn empty_set() -> u32;
    #[wasm_bindgen(js_name = arrayOfBuffer)]
    pub(crate) fn array_of_buffer(at: u32, length: u32, format: u32, swap: bool) -> u32;
    #[wasm_bindgen(js_name = fillBytes)]
    pub(crate) fn fill_bytes(target: u32, at: u32, length: u32);
}

#[wasm_bindgen(module = "/js/flat.js")]
extern "C" {
    pub(crate) fn flatten(target: u32, depth: i32) -> i32;
    #[wasm_bindgen(js_name = takeFlat)]
    pub(crate) fn take_flat(stream_at: u32, text_at: u32) -> bool;
    #[wasm_bindgen(js_name = takeFlatUnits)]
    pub(crate) fn take_flat_units(at: u32);
}

#[wasm_bindgen(module = "/js/build.js")]
extern "C" {
    pub(crate) fn build(at: u32, is_from_entries: bool) -> u32;
    #[wasm_bindgen(js_name = isFromEntries)]
    pub(crate) fn is_from_entries(target: u32) -> bool;
}

#[wasm_bindgen(module = "/js/lent.js")]
extern "C" {
    #[wasm_bindgen(js_name = liveProxies)]
    pub(crate) fn live_proxies() -> u32;
}

#[wasm_bindgen(module = "/js/pyproxy.js")]
extern "C" {
    #[wasm_bindgen(js_name = createProxy)]
    pub(crate) fn create_proxy(id: u32, abilities: u32, capture_this: bool, roundtrip: bool)
    -> u32;
    pub(crate) fn unwrapped(target: u32) -> u32;
    pub(crate) fn workshop() -> JsValue;
}

#[wasm_bindgen(module = "/js/pybuffer.js")]
extern "C" {
    #[wasm_bindgen(js_name = bufferLayout)]
    pub(crate) fn buffer_layout(
        lease: u32,
        low: f64,
        high: f64,
        start: f64,
        itemsize: u32,
        dimensions: u32,
        flags: u32,
    ) -> u32;
}

// Rust calls nothing of these two; that they are named is what makes them ship.
#[wasm_bindgen(module = "/js/pyiteration.js")]
extern "C" {
    #[wasm_bindgen(js_name = promiseOf)]
    fn promise_of(lent: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/js/pysequence.js")]
extern "C" {
    #[wasm_bindgen(js_name = viewAsJson)]
    fn view_as_json(value: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/js/pythonerror.js")]
extern "C" {
    #[wasm_bindgen(js_name = pythonError)]
    pub(crate) fn python_error(type_at: u32, type_length: u32, id: u32) -> u32;
    #[wasm_bindgen(js_name = errorText)]
    pub(crate) fn error_text(target: u32) -> u32;
}

#[wasm_bindgen(module = "/js/loop.js")]
extern "C" {
    pub(crate) fn schedule(delay: f64, id: u32) -> f64;
    pub(crate) fn unschedule(timer: f64);
    #[wasm_bindgen(js_name = awaitPromise)]
    pub(crate) fn await_promise(target: u32, id: u32) -> u32;
}

#[wasm_bindgen(module = "/js/death.js")]
extern "C" {
    pub(crate) fn death() -> JsValue;
    pub(crate) fn panicked(message: &str);
    #[wasm_bindgen(js_name = onDeath)]
    pub(crate) fn on_death(f: &js_sys::Function);
    pub(crate) fn guard() -> js_sys::Function;
    pub(crate) fn report(index: u32);
    pub(crate) fn watch();
}

#[wasm_bindgen(module = "/js/host.js")]
extern "C" {
    pub(crate) fn now() -> f64;
    pub(crate) fn ticks() -> f64;
    pub(crate) fn block(milliseconds: f64) -> bool;
    pub(crate) fn entropy(buffer: &mut [u8]) -> bool;
    pub(crate) fn line(stream: u32, text: &str);
    #[wasm_bindgen(js_name = setHook)]
    pub(crate) fn set_hook(stream: u32, hook: &JsValue);
    #[wasm_bindgen(js_name = setFiles)]
    pub(crate) fn set_files(load: &js_sys::Function);
    pub(crate) fn files() -> JsValue;
    pub(crate) fn api() -> JsValue;
    #[wasm_bindgen(js_name = writeBytes)]
    pub(crate) fn write_bytes(stream: u32, bytes: &[u8]);
    #[wasm_bindgen(js_name = setInput)]
    pub(crate) fn set_input(hook: &JsValue);
    #[wasm_bindgen(js_name = readInput, catch)]
    pub(crate) fn read_input(max: u32) -> Result<js_sys::Uint8Array, JsValue>;
    #[wasm_bindgen(js_name = isTerminal)]
    pub(crate) fn is_terminal(descriptor: u32) -> bool;
    /// Says where the parts of the library lie: an object of addresses by name. JavaScript keeps it, since few pages ask.
    #[wasm_bindgen(js_name = setParts)]
    pub(crate) fn set_parts(addresses: &JsValue);
    #[wasm_bindgen(js_name = partAddress)]
    pub(crate) fn part_address(part: &str) -> Option<String>;
    #[wasm_bindgen(js_name = fetchNow, catch)]
    pub(crate) fn fetch_now(url: &str) -> Result<js_sys::Uint8Array, JsValue>;
}

#[wasm_bindgen(module = "/js/close.js")]
extern "C" {
    /// Called by the loader, not from here: after a trap nothing may enter this instance, not even to end it.
    pub(crate) fn close();
}

#[wasm_bindgen(module = "/js/sqlite.js")]
extern "C" {
    #[wasm_bindgen(js_name = startSqlite)]
    pub(crate) fn start_sqlite(part: &[u8]) -> String;
    #[wasm_bindgen(js_name = hasSqlite)]
    pub(crate) fn has_sqlite() -> bool;
    #[wasm_bindgen(js_name = callSqlite)]
    pub(crate) fn call_sqlite(at: u32, length: u32) -> i32;
    #[wasm_bindgen(js_name = takeSqlite)]
    pub(crate) fn take_sqlite(at: u32, length: u32);
    #[wasm_bindgen(js_name = brokenSqlite)]
    pub(crate) fn broken_sqlite() -> String;
}

#[wasm_bindgen(module = "/js/named.js")]
extern "C" {
    /// Called by the loader, not from here: what it makes is no part of this memory.
    #[wasm_bindgen(js_name = nameHandles)]
    pub(crate) fn name_handles() -> JsValue;
}

#[wasm_bindgen(module = "/js/stack.js")]
extern "C" {
    #[wasm_bindgen(js_name = stackFrames)]
    pub(crate) fn stack_frames(target: u32) -> u32;
}

#[wasm_bindgen(module = "/js/suspend.js")]
extern "C" {
    #[wasm_bindgen(js_name = canSuspend)]
    pub(crate) fn can_suspend() -> bool;
    #[wasm_bindgen(js_name = inWorker)]
    pub(crate) fn in_worker() -> bool;
    #[wasm_bindgen(js_name = connectSuspension)]
    pub(crate) fn connect_suspension(table: &JsValue, index: u32) -> bool;
    #[wasm_bindgen(js_name = isSuspended)]
    pub(crate) fn is_suspended() -> bool;
    #[wasm_bindgen(js_name = startJob)]
    pub(crate) fn start_job(id: u32);
    pub(crate) fn wake(token: u32);
}
