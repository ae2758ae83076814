//! Paths as bytes: what is a legal one, and its components.

use crate::{Errno, Error, Result};

/// Longest path, counting the NUL that a C program would put after it.
pub const PATH_MAX: usize = 4096;
/// Longest name of one component.
pub const NAME_MAX: usize = 255;

/// Refuses what no call takes: an empty path, one with a NUL byte, one too long.
pub(crate) fn check(path: &[u8]) -> Result<()> {
    // Python looks for the NUL before it makes any call, so this comes first.
    if path.contains(&0) {
        return Err(Error::NulInPath);
    }
    if path.is_empty() {
        return Err(Errno::ENOENT.into());
    }
    if path.len() >= PATH_MAX {
        return Err(Errno::ENAMETOOLONG.into());
    }
    Ok(())
}

/// Refuses a name too long for a directory entry.
pub(crate) fn check_name(name: &[u8]) -> Result<(), Errno> {
    if name.len() > NAME_MAX {
        Err(Errno::ENAMETOOLONG)
    } else {
        Ok(())
    }
}

/// The parts between slashes; repeated, leading and trailing slashes give none.
pub(crate) fn components(path: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/')
        .filter(|part| !part.is_empty())
}

/// A copy of `bytes`, or `ENOMEM`.
pub(crate) fn try_copy(bytes: &[u8]) -> Result<Vec<u8>, Errno> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len())
        .map_err(|_| Errno::ENOMEM)?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::{NAME_MAX, PATH_MAX, check, check_name, components};
    use crate::{Errno, Error};

    #[test]
    fn bad_paths_are_told_apart() {
        assert_eq!(check(b""), Err(Error::Os(Errno::ENOENT)));
        assert_eq!(check(b"a\0b"), Err(Error::NulInPath));
        assert_eq!(check(&vec![b'a'; PATH_MAX - 1]), Ok(()));
        assert_eq!(
            check(&vec![b'a'; PATH_MAX]),
            Err(Error::Os(Errno::ENAMETOOLONG))
        );
        assert_eq!(check(&vec![0; PATH_MAX]), Err(Error::NulInPath));
        assert_eq!(check_name(&[b'a'; NAME_MAX]), Ok(()));
        assert_eq!(check_name(&[b'a'; NAME_MAX + 1]), Err(Errno::ENAMETOOLONG));
    }

    #[test]
    fn slashes_only_separate() {
        let parts: Vec<&[u8]> = components(b"//a/./b///").collect();
        assert_eq!(parts, [b"a".as_slice(), b".", b"b"]);
        assert_eq!(components(b"///").count(), 0);
    }
}
