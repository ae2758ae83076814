//! Values as they travel between Python and this module: the format of Python's `marshal`, which the interpreter writes and reads
//! natively. Requests are of version 2, which has no references.

/// One value of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    /// An integer of more than 64 bits.
    Big,
    Float(f64),
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    Tuple(Vec<Value<'a>>),
    /// What SQLite has no type for.
    Other,
}

impl<'a> Value<'a> {
    /// Reads one value; `None` if the bytes are none.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        Reader { bytes, at: 0 }.value(16)
    }

    pub(crate) fn int(&self) -> i64 {
        match self {
            Self::Int(value) => *value,
            _ => 0,
        }
    }

    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Text(bytes) | Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::Tuple(items) => items,
            _ => &[],
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let part = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(part)
    }

    fn word(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        let tag = self.take(1)?[0];
        Some(match tag {
            b'N' => Value::Null,
            b'F' => Value::Int(0),
            b'T' => Value::Int(1),
            b'i' => Value::Int(i64::from(self.word()?.cast_signed())),
            b'I' => Value::Int(i64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            b'l' => self.long()?,
            b'g' => Value::Float(f64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            b'u' | b't' | b'a' | b'A' => {
                let length = self.word()? as usize;
                Value::Text(self.take(length)?)
            }
            b'z' | b'Z' => {
                let length = usize::from(self.take(1)?[0]);
                Value::Text(self.take(length)?)
            }
            b's' => {
                let length = self.word()? as usize;
                Value::Bytes(self.take(length)?)
            }
            b'(' | b'[' => {
                let count = self.word()? as usize;
                self.items(count, depth)?
            }
            b')' => {
                let count = usize::from(self.take(1)?[0]);
                self.items(count, depth)?
            }
            b'y' => {
                self.take(16)?;
                Value::Other
            }
            b'.' | b'S' => Value::Other,
            _ => return None,
        })
    }

    fn items(&mut self, count: usize, depth: usize) -> Option<Value<'a>> {
        let depth = depth.checked_sub(1)?;
        let mut items = Vec::with_capacity(count.min(self.bytes.len() - self.at));
        for _ in 0..count {
            items.push(self.value(depth)?);
        }
        Some(Value::Tuple(items))
    }

    /// A sign and a count of digits of 15 bits.
    fn long(&mut self) -> Option<Value<'a>> {
        let count = self.word()?.cast_signed();
        let digits = self.take(count.unsigned_abs() as usize * 2)?;
        if digits.len() > 10 {
            return Some(Value::Big);
        }
        let mut value = 0_i128;
        for (index, digit) in digits.chunks_exact(2).enumerate() {
            value |= i128::from(u16::from_le_bytes([digit[0], digit[1]])) << (15 * index);
        }
        let value = if count < 0 { -value } else { value };
        Some(i64::try_from(value).map_or(Value::Big, Value::Int))
    }
}

/// Writes an answer.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn none(&mut self) {
        self.bytes.push(b'N');
    }

    pub(crate) fn int(&mut self, value: i64) {
        if let Ok(small) = i32::try_from(value) {
            self.bytes.push(b'i');
            self.bytes.extend_from_slice(&small.to_le_bytes());
        } else {
            self.bytes.push(b'I');
            self.bytes.extend_from_slice(&value.to_le_bytes());
        }
    }

    pub(crate) fn float(&mut self, value: f64) {
        self.bytes.push(b'g');
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    fn sized(&mut self, tag: u8, bytes: &[u8]) {
        self.bytes.push(tag);
        self.count(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "memory has no more than 2^32 bytes"
    )]
    fn count(&mut self, count: usize) {
        self.bytes.extend_from_slice(&(count as u32).to_le_bytes());
    }

    /// A string; what is no UTF-8 is replaced.
    pub(crate) fn text(&mut self, text: &[u8]) {
        if core::str::from_utf8(text).is_ok() {
            self.sized(b'u', text);
        } else {
            self.sized(b'u', String::from_utf8_lossy(text).as_bytes());
        }
    }

    /// A string if the bytes are UTF-8.
    pub(crate) fn try_text(&mut self, text: &[u8]) -> bool {
        let is_text = core::str::from_utf8(text).is_ok();
        self.sized(if is_text { b'u' } else { b's' }, text);
        is_text
    }

    pub(crate) fn blob(&mut self, bytes: &[u8]) {
        self.sized(b's', bytes);
    }

    pub(crate) fn tuple(&mut self, count: usize) {
        self.bytes.push(b'(');
        self.count(count);
    }

    /// Begins a tuple whose length is not known; [`Writer::end`] wants what this gives.
    pub(crate) fn begin(&mut self) -> usize {
        self.tuple(0);
        self.bytes.len() - 4
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "memory has no more than 2^32 bytes"
    )]
    pub(crate) fn end(&mut self, mark: usize, count: usize) {
        if let Some(place) = self.bytes.get_mut(mark..mark + 4) {
            place.copy_from_slice(&(count as u32).to_le_bytes());
        }
    }

    /// A list stands for a failure, wherever an answer may hold one.
    pub(crate) fn failure(&mut self, count: usize) {
        self.bytes.push(b'[');
        self.count(count);
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, Writer};

    #[test]
    fn integers_survive() {
        for value in [
            0,
            -1,
            i64::from(i32::MIN),
            i64::from(i32::MAX) + 1,
            1 << 45,
            -(1 << 60),
            i64::MAX,
            i64::MIN,
        ] {
            let mut writer = Writer::default();
            writer.int(value);
            assert_eq!(Value::read(&writer.bytes), Some(Value::Int(value)));
        }
        // -2^45, as `marshal.dumps(-2**45, 2)` writes it.
        let long = b"l\xfc\xff\xff\xff\0\0\0\0\0\0\x01\0";
        assert_eq!(Value::read(long), Some(Value::Int(-(1 << 45))));
        // 2^63, as `marshal.dumps(2**63, 2)` writes it.
        let big = b"l\x05\0\0\0\0\0\0\0\0\0\0\0\x08\0";
        assert_eq!(Value::read(big), Some(Value::Big));
    }

    #[test]
    fn rests_and_rubbish_are_no_values() {
        for bytes in [
            &b""[..],
            b"i\0\0",
            b"u\xff\xff\xff\xff",
            b"(\xff\xff\xff\xff",
            b"?",
            b"l\xff\xff\xff\x7f",
        ] {
            assert_eq!(Value::read(bytes), None, "{bytes:?}");
        }
        let deep: Vec<u8> = b"(\x01\0\0\0".repeat(100);
        assert_eq!(Value::read(&deep), None);
    }

    #[test]
    fn texts_that_are_none_are_bytes() {
        let mut writer = Writer::default();
        assert!(!writer.try_text(b"\xff"));
        assert_eq!(Value::read(&writer.bytes), Some(Value::Bytes(b"\xff")));
    }
}
