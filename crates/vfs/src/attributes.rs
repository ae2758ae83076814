//! What is known about a file besides its bytes.

/// Nanoseconds since 1970-01-01 UTC; an `i64` reaches from 1677 to 2262.
pub type Timestamp = i64;

/// The mask of the file type in `st_mode`.
pub const S_IFMT: u32 = 0o170_000;
/// Set-user-id.
pub const S_ISUID: u32 = 0o4000;
/// Set-group-id.
pub const S_ISGID: u32 = 0o2000;
/// In a directory, only the owner of a file may remove it.
pub const S_ISVTX: u32 = 0o1000;

/// The bits of a mode that `chmod` sets.
pub(crate) const PERMISSION_BITS: u32 = 0o7777;

/// The type of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A file of bytes.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A character device.
    CharDevice,
    /// A pipe.
    Fifo,
}

impl FileKind {
    /// The type bits of `st_mode` (`S_IFREG` and so on).
    #[must_use]
    pub const fn mode_bits(self) -> u32 {
        match self {
            Self::Fifo => 0o010_000,
            Self::CharDevice => 0o020_000,
            Self::Directory => 0o040_000,
            Self::Regular => 0o100_000,
            Self::Symlink => 0o120_000,
        }
    }

    /// The `d_type` of a directory entry (`DT_REG` and so on).
    #[must_use]
    pub const fn d_type(self) -> u8 {
        (self.mode_bits() >> 12) as u8
    }
}

/// What a back end tells about a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// The type.
    pub kind: FileKind,
    /// The mode without the type bits.
    pub permissions: u32,
    /// How many names it has; a removed one has none.
    pub nlink: u32,
    /// The owner.
    pub uid: u32,
    /// The owner's group.
    pub gid: u32,
    /// Length in bytes; of a symbolic link, of its target.
    pub size: u64,
    /// Bytes that the content takes up in memory, less than `size` if it has holes.
    pub allocated: u64,
    /// Which device, for [`FileKind::CharDevice`].
    pub rdev: u64,
    /// Last read; back ends do not update it on reading.
    pub atime: Timestamp,
    /// Last change of the content.
    pub mtime: Timestamp,
    /// Last change of content or attributes.
    pub ctime: Timestamp,
}

/// The answer of `stat`, named as in C without the prefix `st_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Type and permissions.
    pub mode: u32,
    /// Number of the node, unique in its file system and never used again.
    pub ino: u64,
    /// Number of the file system.
    pub dev: u64,
    /// How many names it has.
    pub nlink: u32,
    /// The owner.
    pub uid: u32,
    /// The owner's group.
    pub gid: u32,
    /// Length in bytes.
    pub size: u64,
    /// Which device, for a device.
    pub rdev: u64,
    /// Best size of a transfer.
    pub blksize: u32,
    /// Units of 512 bytes in use.
    pub blocks: u64,
    /// Last read, in nanoseconds since 1970.
    pub atime: Timestamp,
    /// Last change of the content, in nanoseconds since 1970.
    pub mtime: Timestamp,
    /// Last change of content or attributes, in nanoseconds since 1970.
    pub ctime: Timestamp,
    /// The type, as in `mode`.
    pub kind: FileKind,
}

/// Block size that `stat` and `statvfs` report.
pub(crate) const BLOCK_SIZE: u32 = 4096;

impl Stat {
    pub(crate) fn new(dev: u64, ino: u64, a: &Attributes) -> Self {
        Self {
            mode: a.kind.mode_bits() | a.permissions,
            ino,
            dev,
            nlink: a.nlink,
            uid: a.uid,
            gid: a.gid,
            size: a.size,
            rdev: a.rdev,
            blksize: BLOCK_SIZE,
            blocks: a.allocated.div_ceil(512),
            atime: a.atime,
            mtime: a.mtime,
            ctime: a.ctime,
            kind: a.kind,
        }
    }

    /// The time in whole seconds and the nanoseconds after them, also before 1970.
    #[must_use]
    pub const fn split(time: Timestamp) -> (i64, u32) {
        const SECOND: i64 = 1_000_000_000;
        (time.div_euclid(SECOND), time.rem_euclid(SECOND) as u32)
    }
}

/// The answer of `statvfs`, named as in C without the prefix `f_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatVfs {
    /// Block size.
    pub bsize: u32,
    /// Unit of the counts of blocks.
    pub frsize: u32,
    /// Blocks in all.
    pub blocks: u64,
    /// Blocks free.
    pub bfree: u64,
    /// Blocks free for this user.
    pub bavail: u64,
    /// Nodes in all.
    pub files: u64,
    /// Nodes free.
    pub ffree: u64,
    /// Nodes free for this user.
    pub favail: u64,
    /// Bit 0 (`ST_RDONLY`): read-only.
    pub flag: u64,
    /// Longest name.
    pub namemax: u64,
}

/// A time for `utime`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetTime {
    /// The clock's time (`UTIME_NOW`).
    Now,
    /// Leave it (`UTIME_OMIT`).
    Omit,
    /// This time.
    At(Timestamp),
}

/// An entry of a directory, never `.` or `..`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The name's bytes.
    pub name: Vec<u8>,
    /// The node it names.
    pub ino: u64,
    /// The node's type; a symbolic link is not followed.
    pub kind: FileKind,
}

#[cfg(test)]
mod tests {
    use super::{FileKind, Stat};

    #[test]
    fn types_have_the_numbers_of_linux() {
        assert_eq!(FileKind::Fifo.d_type(), 1);
        assert_eq!(FileKind::CharDevice.d_type(), 2);
        assert_eq!(FileKind::Directory.d_type(), 4);
        assert_eq!(FileKind::Regular.d_type(), 8);
        assert_eq!(FileKind::Symlink.d_type(), 10);
    }

    #[test]
    fn times_before_1970_split_downwards() {
        assert_eq!(Stat::split(-1), (-1, 999_999_999));
        assert_eq!(Stat::split(1_500_000_000), (1, 500_000_000));
    }
}
