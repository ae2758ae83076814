//! `_krait_zstd`: the native half of `_zstd` (RFC 8878). What frames look like and what a caller may ask for is in `_zstd.py`.

pub(super) use zstd::module_def;

use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, Dictionary, FrameDecoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use xxhash_rust::xxh64::Xxh64;

const MAGIC: u32 = 0xFD2F_B528;
/// The sixteen kinds of skippable frames begin with this and a last half byte of any value.
const SKIPPABLE: u32 = 0x184D_2A50;
/// Magic number, descriptor and window: how each frame of the encoder begins.
const HEADER: usize = 6;
const BLOCK_HEADER: usize = 3;
const RLE: u32 = 1;

// The sentences are those of CPython's library.
const NOT_ZSTD: &str = "Unknown frame descriptor";
const DAMAGED: &str = "Data corruption detected";
const CHECKSUM: &str = "Restored data doesn't match checksum";
const TOO_LARGE: &str = "Frame requires too much memory for decoding";
const NO_DICTIONARY: &str = "Dictionary mismatch";

fn sentence(error: &FrameDecoderError) -> &'static str {
    match error {
        FrameDecoderError::WindowSizeTooBig { .. } => TOO_LARGE,
        FrameDecoderError::DictNotProvided { .. } => NO_DICTIONARY,
        _ => DAMAGED,
    }
}

/// A block's header: whether it is the last one, and the bytes that follow.
fn block_header(bytes: &[u8]) -> Option<(bool, usize)> {
    let header = u32::from_le_bytes([*bytes.first()?, *bytes.get(1)?, *bytes.get(2)?, 0]);
    let size = if header >> 1 & 3 == RLE {
        1
    } else {
        (header >> 3) as usize
    };
    Some((header & 1 == 1, size))
}

/// Length of a frame's header, which says so itself.
fn header_length(descriptor: u8) -> usize {
    let single = descriptor >> 5 & 1;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let content = [usize::from(single), 2, 4, 8][usize::from(descriptor >> 6)];
    5 + usize::from(1 - single) + dictionary + content
}

fn word(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|word| u32::from_le_bytes(*word))
}

/// Blocks of a frame without its header, in each of which matches stay within 128 kB.
fn blocks(data: &[u8], last: bool) -> Vec<u8> {
    let mut frame = compress_to_vec(data, CompressionLevel::Fastest);
    frame.drain(..HEADER.min(frame.len()));
    if last {
        return frame;
    }
    let mut at = 0;
    while let Some((ends, size)) = block_header(&frame[at..]) {
        if !ends {
            at += BLOCK_HEADER + size;
        } else if size == 0 {
            frame.truncate(at);
            break;
        } else {
            frame[at] &= !1;
            break;
        }
    }
    frame
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Header,
    Skip(usize),
    Blocks,
    Done,
}

/// One frame that comes in pieces.
struct Frame {
    decoder: FrameDecoder,
    dictionary: Option<u32>,
    phase: Phase,
    /// What has come and was not decoded yet, from `at` on.
    input: Vec<u8>,
    at: usize,
    output: Vec<u8>,
    hash: Xxh64,
    checksum: bool,
}

impl Frame {
    fn new(window_log: u32, dictionary: Option<&[u8]>) -> Result<Self, &'static str> {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(1 << window_log);
        let mut id = None;
        if let Some(raw) = dictionary {
            let dictionary = Dictionary::decode_dict(raw).map_err(|_| NO_DICTIONARY)?;
            id = Some(dictionary.id);
            decoder.add_dict(dictionary).map_err(|_| NO_DICTIONARY)?;
        }
        Ok(Self {
            decoder,
            dictionary: id,
            phase: Phase::Header,
            input: Vec::new(),
            at: 0,
            output: Vec::new(),
            hash: Xxh64::new(0),
            checksum: false,
        })
    }

    /// Decodes until there are `wanted` bytes, the frame ends, or more must come (false).
    fn decode(&mut self, wanted: usize) -> Result<bool, &'static str> {
        while self.output.len() < wanted && self.phase != Phase::Done {
            if !self.step()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn step(&mut self) -> Result<bool, &'static str> {
        let rest = &self.input[self.at..];
        match self.phase {
            Phase::Header => {
                let Some(magic) = word(rest) else {
                    return Ok(false);
                };
                if magic & !0xF == SKIPPABLE {
                    let Some(size) = word(&rest[4..]) else {
                        return Ok(false);
                    };
                    self.at += 8;
                    self.phase = Phase::Skip(size as usize);
                    return Ok(true);
                }
                if magic != MAGIC {
                    return Err(NOT_ZSTD);
                }
                let Some(length) = rest.get(4).map(|descriptor| header_length(*descriptor)) else {
                    return Ok(false);
                };
                let Some(header) = rest.get(..length) else {
                    return Ok(false);
                };
                self.checksum = header[4] & 4 != 0;
                let named = header[4] & 3 != 0;
                self.decoder
                    .reset(header)
                    .map_err(|error| sentence(&error))?;
                if let (Some(id), false) = (self.dictionary, named) {
                    self.decoder
                        .force_dict(id)
                        .map_err(|error| sentence(&error))?;
                }
                self.at += length;
                self.phase = Phase::Blocks;
            }
            Phase::Skip(size) => {
                let skipped = size.min(rest.len());
                if skipped < size && skipped == 0 {
                    return Ok(false);
                }
                self.at += skipped;
                self.phase = if skipped == size {
                    Phase::Done
                } else {
                    Phase::Skip(size - skipped)
                };
            }
            Phase::Blocks => {
                let Some((last, size)) = block_header(rest) else {
                    return Ok(false);
                };
                let tail = if last && self.checksum { 4 } else { 0 };
                let Some(block) = rest.get(..BLOCK_HEADER + size + tail) else {
                    return Ok(false);
                };
                self.decoder
                    .decode_blocks(block, BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(|error| sentence(&error))?;
                self.at += block.len();
                if let Some(decoded) = self.decoder.collect() {
                    if self.checksum {
                        self.hash.update(&decoded);
                    }
                    self.output.extend_from_slice(&decoded);
                }
                if last {
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "the format keeps the lower half"
                    )]
                    let sum = self.hash.digest() as u32;
                    if self.checksum && self.decoder.get_checksum_from_data() != Some(sum) {
                        return Err(CHECKSUM);
                    }
                    self.phase = Phase::Done;
                }
            }
            Phase::Done => {}
        }
        Ok(true)
    }
}

#[rustpython_vm::pymodule(name = "_krait_zstd")]
mod zstd {
    use rustpython_vm::builtins::PyBytes;
    use rustpython_vm::common::lock::PyMutex;
    use rustpython_vm::function::ArgBytesLike;
    use rustpython_vm::{Py, PyPayload, PyRef, PyResult, VirtualMachine, pyclass};
    use xxhash_rust::xxh64::Xxh64;

    use super::{Frame, Phase, blocks};

    /// The blocks of one frame, and the sum over their contents.
    #[pyattr]
    #[pyclass(name = "Encoder")]
    #[derive(PyPayload)]
    struct Encoder {
        hash: PyMutex<Xxh64>,
    }

    impl std::fmt::Debug for Encoder {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("Encoder")
        }
    }

    #[pyfunction]
    fn encoder() -> Encoder {
        Encoder {
            hash: PyMutex::new(Xxh64::new(0)),
        }
    }

    #[pyclass]
    impl Encoder {
        /// The data as blocks; the last of them says so if it is the frame's last.
        #[pymethod]
        fn blocks(zelf: &Py<Self>, data: ArgBytesLike, last: bool) -> Vec<u8> {
            let data = data.borrow_buf();
            zelf.hash.lock().update(&data);
            blocks(&data, last)
        }

        /// The checksum behind the last block.
        #[pymethod]
        fn digest(zelf: &Py<Self>) -> u64 {
            zelf.hash.lock().digest() & 0xFFFF_FFFF
        }
    }

    /// One frame that comes in pieces.
    #[pyattr]
    #[pyclass(name = "Decoder")]
    #[derive(PyPayload)]
    struct Decoder {
        frame: PyMutex<Frame>,
    }

    impl std::fmt::Debug for Decoder {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("Decoder")
        }
    }

    /// `window_log` bounds the memory that a frame may ask for.
    #[pyfunction]
    fn decoder(
        window_log: u32,
        dictionary: Option<ArgBytesLike>,
        vm: &VirtualMachine,
    ) -> PyResult<Decoder> {
        let bytes = dictionary
            .as_ref()
            .map(|dictionary| dictionary.borrow_buf());
        let frame = Frame::new(window_log.min(30), bytes.as_deref())
            .map_err(|sentence| vm.new_value_error(sentence))?;
        Ok(Decoder {
            frame: PyMutex::new(frame),
        })
    }

    #[pyclass]
    impl Decoder {
        /// At most `max_length` decoded bytes (all if it is negative), whether the frame is at its end, and whether more
        /// must come first.
        #[pymethod]
        fn decode(
            zelf: &Py<Self>,
            data: ArgBytesLike,
            max_length: isize,
            vm: &VirtualMachine,
        ) -> PyResult<(PyRef<PyBytes>, bool, bool)> {
            let mut frame = zelf.frame.lock();
            let frame = &mut *frame;
            frame.input.extend_from_slice(&data.borrow_buf());
            let wanted = usize::try_from(max_length).unwrap_or(usize::MAX);
            let decoded = frame.decode(wanted);
            frame.input.drain(..frame.at);
            frame.at = 0;
            let going = decoded.map_err(|sentence| vm.new_value_error(sentence))?;
            let output: Vec<u8> = if frame.output.len() <= wanted {
                std::mem::take(&mut frame.output)
            } else {
                frame.output.drain(..wanted).collect()
            };
            let left = !frame.output.is_empty();
            Ok((
                vm.ctx.new_bytes(output),
                frame.phase == Phase::Done && !left,
                !going && !left,
            ))
        }

        /// What came behind the end of the frame.
        #[pymethod]
        fn rest(zelf: &Py<Self>) -> Vec<u8> {
            std::mem::take(&mut zelf.frame.lock().input)
        }
    }
}
