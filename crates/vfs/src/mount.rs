//! Back ends hung into one tree.

use std::rc::Rc;

use crate::backend::{Backend, Ino};
use crate::{Attributes, Errno};

/// A back end in its place.
#[derive(Debug)]
pub(crate) struct Mount {
    /// `st_dev` of its nodes.
    pub(crate) device: u64,
    pub(crate) backend: Rc<dyn Backend>,
    /// The directory it hides, `None` for the topmost.
    pub(crate) covers: Option<Node>,
}

/// A node of some mount. It is only a name: see [`Pin`] for what keeps the node alive.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) mount: Rc<Mount>,
    pub(crate) ino: Ino,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.mount, &other.mount) && self.ino == other.ino
    }
}

impl Node {
    pub(crate) fn backend(&self) -> &dyn Backend {
        &*self.mount.backend
    }

    pub(crate) fn attributes(&self) -> Result<Attributes, Errno> {
        self.backend().attributes(self.ino)
    }

    pub(crate) fn sibling(&self, ino: Ino) -> Self {
        Self {
            mount: self.mount.clone(),
            ino,
        }
    }

    pub(crate) fn same_mount(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.mount, &other.mount)
    }
}

/// A node that stays while this value lives, names or no names.
#[derive(Debug)]
pub(crate) struct Pin(Node);

impl Pin {
    pub(crate) fn new(node: Node) -> Self {
        node.backend().retain(node.ino);
        Self(node)
    }

    pub(crate) fn node(&self) -> &Node {
        &self.0
    }
}

impl Clone for Pin {
    fn clone(&self) -> Self {
        Self::new(self.0.clone())
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.0.backend().release(self.0.ino);
    }
}

/// All mounts; the first is the topmost.
#[derive(Debug)]
pub(crate) struct MountTable {
    mounts: Vec<Rc<Mount>>,
    next_device: u64,
}

impl MountTable {
    pub(crate) fn new(backend: Rc<dyn Backend>) -> (Self, Node) {
        let mount = Rc::new(Mount {
            device: 1,
            covers: None,
            backend,
        });
        let root = Node {
            ino: mount.backend.root(),
            mount: mount.clone(),
        };
        (
            Self {
                mounts: vec![mount],
                next_device: 2,
            },
            root,
        )
    }

    /// The node that is seen where `node` is: the root of what is mounted there.
    pub(crate) fn cross(&self, mut node: Node) -> Node {
        // The first mount covers nothing, so one without others costs nothing.
        while let Some(mount) = self
            .mounts
            .iter()
            .skip(1)
            .find(|mount| mount.covers.as_ref() == Some(&node))
        {
            node = Node {
                ino: mount.backend.root(),
                mount: mount.clone(),
            };
        }
        node
    }

    pub(crate) fn add(&mut self, covers: Node, backend: Rc<dyn Backend>) {
        let device = self.next_device;
        self.next_device += 1;
        self.mounts.push(Rc::new(Mount {
            device,
            backend,
            covers: Some(covers),
        }));
    }

    /// Takes out the mount with this root; `EBUSY` while anything refers to it but the table and `root`.
    pub(crate) fn remove(&mut self, root: &Node) -> Result<Rc<Mount>, Errno> {
        let index = self
            .mounts
            .iter()
            .position(|mount| Rc::ptr_eq(mount, &root.mount))
            .ok_or(Errno::EINVAL)?;
        if root.ino != root.mount.backend.root() || root.mount.covers.is_none() {
            return Err(Errno::EINVAL);
        }
        if Rc::strong_count(&root.mount) > 2 {
            return Err(Errno::EBUSY);
        }
        Ok(self.mounts.remove(index))
    }
}
