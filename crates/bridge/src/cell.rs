//! Cells: how one value crosses. `js/cells.js` describes the layout and has the same table of tags.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) const CELLS: usize = 256;
/// Code units that a short string may have; the scratch area gives each four bytes.
pub(crate) const SHORT: usize = 96;
/// Slots below this one are constants and pinned methods, which are counted here instead of being held and released.
pub(crate) const FIRST_HANDLE: u32 = 256;

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
    text: UnsafeCell<[u32; SHORT]>,
    /// References to each slot below `FIRST_HANDLE`. JavaScript finds them behind the text area.
    pins: [AtomicU32; FIRST_HANDLE as usize],
}

#[allow(
    unsafe_code,
    reason = "the exchange area is shared with JavaScript by address"
)]
// SAFETY: wasm32-unknown-unknown without atomics has one thread; nothing else ever sees the area.
unsafe impl Sync for Exchange {}

static EXCHANGE: Exchange = Exchange {
    cells: UnsafeCell::new([Cell::EMPTY; CELLS]),
    text: UnsafeCell::new([0; SHORT]),
    pins: [const { AtomicU32::new(0) }; FIRST_HANDLE as usize],
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

#[allow(
    unsafe_code,
    reason = "the exchange area is shared with JavaScript by address"
)]
pub(crate) fn write(n: usize, cell: Cell) {
    assert!(n < CELLS, "cell {n} does not exist");
    // SAFETY: in bounds by the assertion; no reference into the area exists.
    unsafe { std::ptr::write_volatile(EXCHANGE.cells.get().cast::<Cell>().add(n), cell) }
}

/// Unit `n` of a short string, in UTF-16.
#[allow(
    unsafe_code,
    reason = "the exchange area is shared with JavaScript by address"
)]
pub(crate) fn text_unit(n: usize) -> u32 {
    assert!(n < SHORT, "a short string has at most {SHORT} units");
    // SAFETY: in bounds by the assertion; JavaScript wrote the unit before it returned.
    unsafe { std::ptr::read_volatile(EXCHANGE.text.get().cast::<u32>().add(n)) }
}
