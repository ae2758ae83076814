//! The file of names.
//!
//! ```text
//! "KRNAMES1"
//! u32 count, count x { 3 bytes: the distance from the one before }        characters with a name, ascending
//! count names, each ended by a newline, in the same order
//! ```
//! All numbers are little-endian. The file is not compressed; the transport does that.

use std::sync::OnceLock;

const MAGIC: &[u8; 8] = b"KRNAMES1";

/// The bytes are no table of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the table of character names is cut short or of another version of Krait; download it again")
    }
}

impl std::error::Error for Broken {}

/// The names of all characters, apart from those that a rule makes.
#[derive(Debug)]
pub struct Table {
    bytes: Vec<u8>,
    /// Character and where its name begins, ascending.
    names: Vec<(u32, u32)>,
    /// Hash of a name and its place in `names`, ascending; made when a name is first searched.
    by_name: OnceLock<Vec<(u32, u32)>>,
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, Broken> {
        let mut at = MAGIC.len();
        if bytes.get(..at) != Some(MAGIC) {
            return Err(Broken);
        }
        let number = |at: &mut usize, width: usize| -> Result<u32, Broken> {
            let part = bytes.get(*at..*at + width).ok_or(Broken)?;
            *at += width;
            Ok(part
                .iter()
                .rev()
                .fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
        };
        let count = number(&mut at, 4)?;
        let mut names = Vec::new();
        let mut character = 0;
        for _ in 0..count {
            character += number(&mut at, 3)?;
            names.push((character, 0));
        }
        for (_, start) in &mut names {
            *start = u32::try_from(at).map_err(|_| Broken)?;
            let rest = bytes.get(at..).ok_or(Broken)?;
            let length = rest.iter().position(|byte| *byte == b'\n').ok_or(Broken)?;
            if !rest[..length].is_ascii() {
                return Err(Broken);
            }
            at += length + 1;
        }
        Ok(Self {
            bytes,
            names,
            by_name: OnceLock::new(),
        })
    }

    /// The name of a character, if the table has it.
    #[must_use]
    pub fn name(&self, c: char) -> Option<String> {
        let code = u32::from(c);
        let place = self.names.binary_search_by_key(&code, |(c, _)| *c).ok()?;
        Some(self.text(self.names[place].1).to_owned())
    }

    /// The character of a name in capitals.
    #[must_use]
    pub fn character(&self, name: &str) -> Option<char> {
        let index = self.by_name.get_or_init(|| {
            let mut index: Vec<(u32, u32)> = (0..)
                .zip(&self.names)
                .map(|(place, (_, start))| (hash(self.text(*start)), place))
                .collect();
            index.sort_unstable();
            index
        });
        let wanted = hash(name);
        let first = index.partition_point(|(hash, _)| *hash < wanted);
        index[first..]
            .iter()
            .take_while(|(hash, _)| *hash == wanted)
            .map(|(_, place)| self.names[*place as usize])
            .find(|(_, start)| self.text(*start) == name)
            .and_then(|(code, _)| char::from_u32(code))
    }

    fn text(&self, start: u32) -> &str {
        let rest = self.bytes.get(start as usize..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or_default();
        std::str::from_utf8(&rest[..length]).unwrap_or_default()
    }

    /// The file of these names, which must ascend; those that a rule makes are left out.
    #[must_use]
    pub fn write(names: impl Iterator<Item = (char, String)>) -> Vec<u8> {
        let named: Vec<_> = names
            .filter(|(c, _)| crate::rules::name(*c).is_none())
            .collect();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(u32::try_from(named.len()).unwrap_or(u32::MAX).to_le_bytes());
        let mut before = 0;
        for (c, _) in &named {
            bytes.extend(&(u32::from(*c) - before).to_le_bytes()[..3]);
            before = u32::from(*c);
        }
        for (_, name) in &named {
            bytes.extend(name.as_bytes());
            bytes.push(b'\n');
        }
        bytes
    }
}

/// FNV-1a.
fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
