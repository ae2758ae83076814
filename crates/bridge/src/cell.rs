//! Cells: how one value crosses. `js/cells.js` describes the layout and has the same table of tags.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) const CELLS: usize = 256;
/// Bytes of the text area, where JavaScript puts short strings.
const TEXT: usize = 4096;
/// Slots below this one are constants and pinned methods, which are counted here instead of being held and released.
pub(crate) const FIRST_HANDLE: u32 = 256;
/// Places for strings that come again and again; `js/memory.js` has the same number.
pub(crate) const REPEATED: usize = 256;

/// What is in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Tag {
    Undefined = 0,
    Null = 1,
    False = 2,
    True = 3,
    Integer = 4,
    Float = 5,
    BigInt = 6,
    StringShort = 7,
    StringHeld = 8,
    Object = 9,
    Function = 10,
    Promise = 11,
    PyObject = 12,
    Name = 13,
    Error = 14,
    String = 15,
    /// Only as an answer of `get`: a pinned method, its slot from bit 8 on.
    Method = 16,
    /// A `PyObject` that JavaScript has let go of.
    PyObjectLast = 17,
    /// A string that was kept, by its place.
    StringKept = 18,
}

impl Tag {
    pub(crate) fn from_number(number: u32) -> Self {
        match number {
            1 => Self::Null,
            2 => Self::False,
            3 => Self::True,
            4 => Self::Integer,
            5 => Self::Float,
            6 => Self::BigInt,
            7 => Self::StringShort,
            8 => Self::StringHeld,
            9 => Self::Object,
            10 => Self::Function,
            11 => Self::Promise,
            12 => Self::PyObject,
            13 => Self::Name,
            14 => Self::Error,
            15 => Self::String,
            16 => Self::Method,
            17 => Self::PyObjectLast,
            18 => Self::StringKept,
            _ => Self::Undefined,
        }
    }
}

/// One cell as it lies in memory.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(8))]
pub(crate) struct Cell {
    tag: u32,
    pub(crate) length: u32,
    payload: [u32; 2],
}

impl Cell {
    pub(crate) const EMPTY: Self = Self {
        tag: 0,
        length: 0,
        payload: [0; 2],
    };

    pub(crate) fn new(tag: Tag, length: u32, payload: u32) -> Self {
        Self {
            tag: tag as u32,
            length,
            payload: [payload, 0],
        }
    }

    /// The same with a second number in the payload.
    pub(crate) fn with_second(mut self, second: u32) -> Self {
        self.payload[1] = second;
        self
    }

    pub(crate) fn number(tag: Tag, value: f64) -> Self {
        let bits = value.to_bits();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the two halves of the bits"
        )]
        let payload = [bits as u32, (bits >> 32) as u32];
        Self {
            tag: tag as u32,
            length: 0,
            payload,
        }
    }

    pub(crate) fn tag(&self) -> Tag {
        Tag::from_number(self.tag)
    }

    pub(crate) fn index(&self) -> u32 {
        self.payload[0]
    }

    /// The second number of the payload.
    pub(crate) fn second(&self) -> u32 {
        self.payload[1]
    }

    pub(crate) fn as_f64(&self) -> f64 {
        f64::from_bits(u64::from(self.payload[0]) | (u64::from(self.payload[1]) << 32))
    }
}

/// The exchange area. The kernel is single-threaded, and no reference into the area outlives a statement.
#[repr(C)]
struct Exchange {
    cells: UnsafeCell<[Cell; CELLS]>,
    text: UnsafeCell<[u8; TEXT]>,
    /// References to each slot below `FIRST_HANDLE`. JavaScript finds these, and what follows, behind the text area.
    pins: [AtomicU32; FIRST_HANDLE as usize],
    /// Calls from JavaScript that have not returned.
    depth: AtomicU32,
    /// The number of the batch of items that was read ahead, 0 if there is none that is still right.
    ahead: AtomicU32,
    /// How many items of that batch were used.
    used: AtomicU32,
    /// The marks of the strings that were kept, by place.
    kept: [AtomicU32; REPEATED],
}

#[allow(
    unsafe_code,
    reason = "the exchange area is shared with JavaScript by address"
)]
// SAFETY: wasm32-unknown-unknown without atomics has one thread; nothing else ever sees the area.
unsafe impl Sync for Exchange {}

static EXCHANGE: Exchange = Exchange {
    cells: UnsafeCell::new([Cell::EMPTY; CELLS]),
    text: UnsafeCell::new([0; TEXT]),
    pins: [const { AtomicU32::new(0) }; FIRST_HANDLE as usize],
    depth: AtomicU32::new(0),
    ahead: AtomicU32::new(0),
    used: AtomicU32::new(0),
    kept: [const { AtomicU32::new(0) }; REPEATED],
};

/// Counts one more reference to a slot below [`FIRST_HANDLE`].
pub(crate) fn pin(slot: u32) {
    if let Some(count) = EXCHANGE.pins.get(slot as usize) {
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Takes a reference back that [`pin`] counted.
pub(crate) fn unpin(slot: u32) {
    if let Some(count) = EXCHANGE.pins.get(slot as usize) {
        count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How often [`pin`] counted a slot.
pub(crate) fn pins(slot: u32) -> u32 {
    EXCHANGE
        .pins
        .get(slot as usize)
        .map_or(0, |count| count.load(Ordering::Relaxed))
}

/// Calls from JavaScript that have not returned. A trap leaves the number where it was, which is how JavaScript notices it.
pub(crate) fn depth() -> u32 {
    EXCHANGE.depth.load(Ordering::Relaxed)
}

/// Counts a call from JavaScript that begins.
pub(crate) fn descend() {
    EXCHANGE.depth.fetch_add(1, Ordering::Relaxed);
}

/// Takes back what [`descend`] counted. JavaScript goes on, so nothing that was read ahead is right any more.
pub(crate) fn ascend() {
    EXCHANGE.depth.fetch_sub(1, Ordering::Relaxed);
    EXCHANGE.ahead.store(0, Ordering::Relaxed);
}

/// The number of the batch of items that was read ahead; 0 if JavaScript may have run since.
pub(crate) fn ahead() -> u32 {
    EXCHANGE.ahead.load(Ordering::Relaxed)
}

/// Counts an item of the batch as used.
pub(crate) fn use_one() {
    EXCHANGE.used.fetch_add(1, Ordering::Relaxed);
}

/// Tells JavaScript that the string of a place is kept.
pub(crate) fn tell_kept(place: usize, mark: u32) {
    if let Some(word) = EXCHANGE.kept.get(place) {
        word.store(mark, Ordering::Relaxed);
    }
}

/// Addresses of the cells and of the text area, for JavaScript.
pub(crate) fn addresses() -> (u32, u32) {
    (address(EXCHANGE.cells.get()), address(EXCHANGE.text.get()))
}

pub(crate) fn address<T: ?Sized>(pointer: *const T) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "addresses have 32 bits on wasm32"
    )]
    let address = pointer.cast::<u8>() as usize as u32;
    address
}

#[allow(
    unsafe_code,
    reason = "the exchange area is shared with JavaScript by address"
)]
pub(crate) fn read(n: usize) -> Cell {
    assert!(n < CELLS, "cell {n} does not exist");
    // SAFETY: in bounds by the assertion; JavaScript writes only while Rust waits in a call to it.
    unsafe { std::ptr::read_volatile(EXCHANGE.cells.get().cast::<Cell>().add(n)) }
}

/// The `count` doubles behind cell 0, the last one first.
#[allow(
    unsafe_code,
    reason = "the exchange area is shared with JavaScript by address"
)]
pub(crate) fn numbers(count: usize) -> Vec<f64> {
    assert!(count <= 2 * (CELLS - 1), "there is no room for {count}");
    // SAFETY: in bounds by the assertion, and a cell is two doubles wide and aligned; JavaScript wrote them before it returned.
    let read =
        |n| unsafe { std::ptr::read_volatile(EXCHANGE.cells.get().cast::<f64>().add(2 + n)) };
    (0..count).rev().map(read).collect()
}

#[allow(
    unsafe_code,
    reason = "the exchange area is shared with JavaScript by address"
)]
pub(crate) fn write(n: usize, cell: Cell) {
    assert!(n < CELLS, "cell {n} does not exist");
    // SAFETY: in bounds by the assertion; no reference into the area exists.
    unsafe { std::ptr::write_volatile(EXCHANGE.cells.get().cast::<Cell>().add(n), cell) }
}

/// The `length` bytes at `offset` of the text area.
#[allow(
    unsafe_code,
    reason = "the exchange area is shared with JavaScript by address"
)]
pub(crate) fn text(offset: u32, length: u32) -> Vec<u8> {
    let (offset, length) = (offset as usize, length as usize);
    assert!(
        offset <= TEXT && length <= TEXT - offset,
        "a short string lies in the text area"
    );
    let mut bytes = Vec::with_capacity(length);
    // SAFETY: in bounds by the assertion; JavaScript wrote the bytes before it returned, and the new buffer is elsewhere.
    unsafe {
        let start = EXCHANGE.text.get().cast::<u8>().add(offset);
        std::ptr::copy_nonoverlapping(start, bytes.as_mut_ptr(), length);
        bytes.set_len(length);
    }
    bytes
}

/// Appends what `write` puts into free room at the end of `bytes`: it gets the room's address and size, and answers how
/// many bytes it wrote.
#[allow(
    unsafe_code,
    reason = "JavaScript writes into memory that Rust has not written"
)]
pub(crate) fn append(bytes: &mut Vec<u8>, write: impl FnOnce(u32, u32) -> u32) {
    let room = bytes.spare_capacity_mut();
    let size = room.len();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "lengths have 32 bits on wasm32"
    )]
    let written = write(address(room.as_mut_ptr()), size as u32) as usize;
    assert!(written <= size, "more was written than there is room for");
    // SAFETY: within the capacity by the assertion, and JavaScript has written these bytes.
    unsafe { bytes.set_len(bytes.len() + written) }
}
