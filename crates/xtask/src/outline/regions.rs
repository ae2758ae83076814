//! Which parts of a body become functions of their own.

use std::collections::BTreeSet;

use anyhow::Result;
use wasmparser::Operator;

use super::Worth;
use super::body::{Body, Target};
use super::live::Locals;

/// More arguments or results than these make the call larger than what is won.
const MOST_VALUES: usize = 12;

/// A part that is cut out: whole operators of one construct, with all that is in them.
#[derive(Debug)]
pub struct Region {
    /// The first operator.
    pub start: usize,
    /// The last one.
    pub last: usize,
    /// Locals whose values it is given.
    pub given: Vec<u32>,
    /// Locals whose values it gives back.
    pub results: Vec<u32>,
    /// Where control goes from it.
    pub exits: Vec<Target>,
}

/// The parts that are cold, each as large as can be: `is_cold` says it of each operator.
pub fn choose(body: &Body, live: &[Locals], is_cold: &[bool], worth: Worth) -> Result<Vec<Region>> {
    let mut chosen = Vec::new();
    let choice = Choice {
        body,
        live,
        is_cold,
        worth,
    };
    choice.level(0, body.ops.len() - 1, &mut chosen)?;
    Ok(chosen)
}

struct Choice<'a> {
    body: &'a Body<'a>,
    live: &'a [Locals],
    is_cold: &'a [bool],
    worth: Worth,
}

impl Choice<'_> {
    /// Looks at the operators from `start` until before `end`, which all stand in the same construct or are in those that do.
    fn level(&self, start: usize, end: usize, chosen: &mut Vec<Region>) -> Result<()> {
        let mut place = start;
        while place < end {
            let mut last = None;
            let mut next = place;
            // As far as it stays cold, and up to where nothing lies on the stack.
            if self.body.ops[place].height == 0 && self.body.ops[place].is_reachable {
                while next < end && self.is_whole(next, end) {
                    next = self.behind(next);
                    if self.body.ops[next].height == 0 {
                        last = Some(next - 1);
                    }
                }
            }
            if let Some(last) = last
                && let Some(region) = self.region(place, last)?
            {
                place = last + 1;
                chosen.push(region);
                continue;
            }
            let behind = self.behind(place);
            if behind > place + 1 {
                match self.body.ops[place].otherwise {
                    Some(otherwise) => {
                        self.level(place + 1, otherwise, chosen)?;
                        self.level(otherwise + 1, behind - 1, chosen)?;
                    }
                    None => self.level(place + 1, behind - 1, chosen)?,
                }
            }
            place = behind;
        }
        Ok(())
    }

    /// The operator behind the one at `place`, or behind the construct that it opens.
    fn behind(&self, place: usize) -> usize {
        match &self.body.ops[place].operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                self.body.ops[place].end + 1
            }
            _ => place + 1,
        }
    }

    /// Whether all of the construct at `place`, or its operator, is cold.
    fn is_whole(&self, place: usize, end: usize) -> bool {
        let behind = self.behind(place);
        behind <= end && self.is_cold[place..behind].iter().all(|cold| *cold)
    }

    fn region(&self, start: usize, last: usize) -> Result<Option<Region>> {
        let ops = &self.body.ops[start..=last];
        let mut exits = BTreeSet::new();
        if self.body.ops[last + 1].is_reachable {
            exits.insert(Target::Next);
        }
        let (mut read, mut written) = (BTreeSet::new(), BTreeSet::new());
        for (place, op) in (start..).zip(ops) {
            match op.operator {
                Operator::LocalGet { local_index } => {
                    read.insert(local_index);
                }
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                    written.insert(local_index);
                }
                _ => {}
            }
            for target in self.body.targets(place)? {
                match target {
                    Target::Label(opener) if !(start..=last).contains(&opener) => {
                        if !self.body.is_plain(opener) {
                            return Ok(None);
                        }
                        exits.insert(target);
                    }
                    Target::Return if self.body.gives_values => return Ok(None),
                    Target::Return => {
                        exits.insert(target);
                    }
                    Target::Label(_) | Target::Next => {}
                }
            }
        }
        let mut read_later = Locals::none(self.body.locals.len());
        for exit in &exits {
            match exit {
                Target::Next => read_later.add(&self.live[last + 1]),
                Target::Label(opener) => read_later.add(&self.live[self.body.arrival(*opener)]),
                Target::Return => {}
            }
        }
        let results: Vec<u32> = written
            .iter()
            .copied()
            .filter(|local| read_later.contains(*local))
            .collect();
        let given: Vec<u32> = self.live[start]
            .iter()
            .filter(|local| read.contains(local) || results.contains(local))
            .collect();
        let bytes: usize = ops.iter().map(|op| op.bytes.len()).sum();
        let values = given.len() + results.len() + exits.len();
        if given.len().max(results.len()) > MOST_VALUES
            || bytes < self.worth.part + self.worth.value * values
        {
            return Ok(None);
        }
        Ok(Some(Region {
            start,
            last,
            given,
            results,
            exits: exits.into_iter().collect(),
        }))
    }
}
