//! Whole files in one call, for the embedder.

use crate::descriptor::Target;
use crate::files::zeros;
use crate::path::{check, components};
use crate::walk::Follow;
use crate::{Errno, Error, FileKind, Result, Vfs};

impl Vfs {
    /// All bytes of a regular file.
    ///
    /// # Errors
    /// As for [`open`](Self::open); `EINVAL` for a device, `ENOMEM`, and the loader's of a
    /// [`StaticTree`](crate::StaticTree).
    pub fn read_file(&self, path: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let file = self.open_whole(path.as_ref(), false)?;
        let pin = match &file.target {
            Target::Regular(pin) => pin,
            Target::Directory(_) => return Err(Errno::EISDIR.into()),
            _ => return Err(Errno::EINVAL.into()),
        };
        let node = pin.node();
        let length = usize::try_from(node.attributes()?.size).map_err(|_| Errno::ENOMEM)?;
        let mut bytes = zeros(length)?;
        let mut done = 0;
        while done < length {
            match node
                .backend()
                .read(node.ino, done as u64, &mut bytes[done..])?
            {
                0 => break,
                read => done += read,
            }
        }
        bytes.truncate(done);
        Ok(bytes)
    }

    /// Makes a regular file with these bytes (mode 666 less the umask) or replaces its content.
    ///
    /// If room runs out the file stays with what fitted.
    ///
    /// # Errors
    /// As for [`open`](Self::open); `EINVAL` for a device, `ENOSPC`, `ENOMEM`.
    pub fn write_file(&self, path: impl AsRef<[u8]>, data: &[u8]) -> Result<()> {
        let file = self.open_whole(path.as_ref(), true)?;
        let Target::Regular(pin) = &file.target else {
            return Err(Errno::EINVAL.into());
        };
        let node = pin.node();
        let mut done = 0;
        while done < data.len() {
            match node
                .backend()
                .write(node.ino, done as u64, &data[done..], self.now())?
            {
                0 => return Err(Errno::EIO.into()),
                written => done += written,
            }
        }
        Ok(())
    }

    /// Makes a directory (mode 777 less the umask) and those on the way to it; one that is there is fine.
    ///
    /// # Errors
    /// `ENOTDIR` or `EEXIST` if something else is in the way, else as for [`mkdir`](Self::mkdir).
    pub fn mkdir_all(&self, path: impl AsRef<[u8]>) -> Result<()> {
        let path = path.as_ref();
        check(path)?;
        let mut prefix = if path[0] == b'/' {
            b"/".to_vec()
        } else {
            Vec::new()
        };
        for part in components(path) {
            prefix.extend_from_slice(part);
            match self.mkdir(&prefix, 0o777) {
                Err(Error::Os(Errno::EEXIST)) => {
                    if self.resolve(&prefix, Follow::Always)?.attributes()?.kind
                        != FileKind::Directory
                    {
                        return Err(Errno::EEXIST.into());
                    }
                }
                other => other?,
            }
            prefix.push(b'/');
        }
        Ok(())
    }

    /// Whether a path leads to something; symbolic links are followed.
    #[must_use]
    pub fn exists(&self, path: impl AsRef<[u8]>) -> bool {
        self.resolve(path.as_ref(), Follow::Always).is_ok()
    }
}
