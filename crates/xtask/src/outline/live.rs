//! Which locals are still read after an operator has run.

use anyhow::Result;
use wasmparser::Operator;

use super::body::Body;

/// A set of locals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locals(Vec<u64>);

impl Locals {
    /// The empty set, of a function with `count` locals.
    pub fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    pub fn insert(&mut self, local: u32) {
        self.0[local as usize / 64] |= 1 << (local % 64);
    }

    pub fn remove(&mut self, local: u32) {
        self.0[local as usize / 64] &= !(1 << (local % 64));
    }

    pub fn contains(&self, local: u32) -> bool {
        self.0[local as usize / 64] >> (local % 64) & 1 == 1
    }

    pub fn add(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        (0..)
            .take(self.0.len() * 64)
            .filter(|local| self.contains(*local))
    }
}

/// For each operator the locals whose values it, or what runs after it, reads.
pub fn before(body: &Body) -> Result<Vec<Locals>> {
    let mut live = vec![Locals::none(body.locals.len()); body.ops.len()];
    let mut successors = Vec::with_capacity(body.ops.len());
    for place in 0..body.ops.len() {
        successors.push(body.successors(place)?);
    }
    loop {
        let mut is_settled = true;
        for place in (0..body.ops.len()).rev() {
            let mut now = Locals::none(body.locals.len());
            for next in &successors[place] {
                now.add(&live[*next]);
            }
            match body.ops[place].operator {
                Operator::LocalGet { local_index } => now.insert(local_index),
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                    now.remove(local_index)
                }
                _ => {}
            }
            if now != live[place] {
                live[place] = now;
                is_settled = false;
            }
        }
        if is_settled {
            return Ok(live);
        }
    }
}
