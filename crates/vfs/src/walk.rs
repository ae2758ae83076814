//! From a path to a node.

use crate::attributes::Attributes;
use crate::flags::X_OK;
use crate::mount::Node;
use crate::path::{check, check_name, components, try_copy};
use crate::{Errno, FileKind, Result, Vfs};

/// How many symbolic links one path may lead through.
const LINKS_MAX: u32 = 40;

/// Whether the last component is followed if it is a symbolic link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    /// Always: `stat`, `open`.
    Always,
    /// Only if a slash comes after it: `lstat`, `readlink`.
    Slash,
    /// Only if no slash comes after it: `open` with `O_CREAT`, which refuses a slash before it looks where a link
    /// leads.
    Make,
    /// Never: calls that make, remove or move the name itself.
    Never,
}

/// What the last component is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Last {
    /// A name that an entry of the parent can have.
    Name(Vec<u8>),
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// There is none: the path is only slashes.
    Root,
}

/// The end of a walk.
#[derive(Debug)]
pub(crate) struct Walked {
    /// The directory that has, or would have, the last component.
    pub(crate) parent: Node,
    pub(crate) last: Last,
    /// The node itself; `None` if only the last component is missing.
    pub(crate) node: Option<Node>,
    /// A slash comes after the last component: it must be a directory.
    pub(crate) slash: bool,
}

impl Walked {
    /// The node, which must be there, and be a directory if a slash comes after it.
    pub(crate) fn existing(self) -> Result<Node> {
        let node = self.node.ok_or(Errno::ENOENT)?;
        if self.slash && node.attributes()?.kind != FileKind::Directory {
            return Err(Errno::ENOTDIR.into());
        }
        Ok(node)
    }

    /// The node is the root of a mount, which its parent's back end cannot move or remove.
    pub(crate) fn is_mount_point(&self) -> bool {
        self.node
            .as_ref()
            .is_some_and(|node| !node.same_mount(&self.parent))
    }
}

impl Vfs {
    /// The node that a path names, for calls that want one that exists.
    pub(crate) fn resolve(&self, path: &[u8], follow: Follow) -> Result<Node> {
        self.walk(path, follow)?.existing()
    }

    pub(crate) fn walk(&self, path: &[u8], follow: Follow) -> Result<Walked> {
        check(path)?;
        let mut current = if path[0] == b'/' {
            self.root.node().clone()
        } else {
            self.cwd.borrow().node().clone()
        };
        let mut slash = path.ends_with(b"/");
        let mut links = 0;
        // What is still to walk, the next component last.
        let mut pending = Vec::new();
        push_components(&mut pending, path)?;
        while let Some(part) = pending.pop() {
            let is_last = pending.is_empty();
            self.check_searchable(&current.attributes()?)?;
            if part == b"." || part == b".." {
                let last = if part == b"." {
                    Last::Dot
                } else {
                    Last::DotDot
                };
                if last == Last::DotDot {
                    current = self.parent_of(&current)?;
                }
                if is_last {
                    return Ok(Walked {
                        parent: current.clone(),
                        last,
                        node: Some(current),
                        slash,
                    });
                }
                continue;
            }
            check_name(&part)?;
            let Some(ino) = current.backend().lookup(current.ino, &part)? else {
                if is_last {
                    return Ok(Walked {
                        parent: current,
                        last: Last::Name(part),
                        node: None,
                        slash,
                    });
                }
                return Err(Errno::ENOENT.into());
            };
            let child = self.mounts.borrow().cross(current.sibling(ino));
            let followed = match follow {
                Follow::Always => true,
                Follow::Slash => slash,
                Follow::Make => !slash,
                Follow::Never => false,
            };
            let is_link = child.attributes()?.kind == FileKind::Symlink;
            if is_link && (!is_last || followed) {
                links += 1;
                if links > LINKS_MAX {
                    return Err(Errno::ELOOP.into());
                }
                let target = child.backend().read_link(child.ino)?;
                check(&target)?;
                if target[0] == b'/' {
                    current = self.root.node().clone();
                }
                if is_last {
                    slash |= target.ends_with(b"/");
                }
                push_components(&mut pending, &target)?;
                continue;
            }
            if is_last {
                return Ok(Walked {
                    parent: current,
                    last: Last::Name(part),
                    node: Some(child),
                    slash,
                });
            }
            current = child;
        }
        Ok(Walked {
            parent: current.clone(),
            last: Last::Root,
            node: Some(current),
            slash,
        })
    }

    fn check_searchable(&self, attributes: &Attributes) -> Result<(), Errno> {
        if attributes.kind != FileKind::Directory {
            return Err(Errno::ENOTDIR);
        }
        self.check_permission(attributes, X_OK)
    }

    /// The directory above; the topmost is its own.
    pub(crate) fn parent_of(&self, node: &Node) -> Result<Node, Errno> {
        if let Some((ino, _)) = node.backend().whereabouts(node.ino)? {
            return Ok(node.sibling(ino));
        }
        match &node.mount.covers {
            Some(covered) => self.parent_of(covered),
            None => Ok(node.clone()),
        }
    }

    /// The absolute path of a directory; `ENOENT` if it is removed.
    pub(crate) fn path_of(&self, directory: &Node) -> Result<Vec<u8>> {
        let mut names = Vec::new();
        let mut node = directory.clone();
        loop {
            if let Some((parent, name)) = node.backend().whereabouts(node.ino)? {
                names.push(name);
                node = node.sibling(parent);
            } else if let Some(covered) = node.mount.covers.clone() {
                node = covered;
            } else {
                break;
            }
        }
        if names.is_empty() {
            return Ok(b"/".to_vec());
        }
        let mut path = Vec::new();
        path.try_reserve(names.iter().map(|name| name.len() + 1).sum())
            .map_err(|_| Errno::ENOMEM)?;
        for name in names.iter().rev() {
            path.push(b'/');
            path.extend_from_slice(name);
        }
        Ok(path)
    }
}

fn push_components(pending: &mut Vec<Vec<u8>>, path: &[u8]) -> Result<(), Errno> {
    for part in components(path).rev() {
        pending.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
        pending.push(try_copy(part)?);
    }
    Ok(())
}
