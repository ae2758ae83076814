//! A function's body, an operator at a time, with what the cutting asks of each.

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{
    BlockType, FuncToValidate, FuncValidatorAllocations, FunctionBody, Operator, ValType,
    ValidatorResources,
};

/// A body.
pub struct Body<'a> {
    /// How many of the locals are parameters.
    pub params: usize,
    /// Types of the locals, parameters first.
    pub locals: Vec<ValType>,
    /// Whether the function has results.
    pub gives_values: bool,
    /// The operators, the last one is the `end` of the function.
    pub ops: Vec<Op<'a>>,
}

/// One operator.
pub struct Op<'a> {
    /// What it is.
    pub operator: Operator<'a>,
    /// As it stands in the module.
    pub bytes: &'a [u8],
    /// How many values of the construct that it stands in lie on the stack before it.
    pub height: u32,
    /// Whether control can come here.
    pub is_reachable: bool,
    /// The operator that opens the construct in which it stands, `None` in the outermost one. An `else` and an `end` stand in
    /// the construct that they belong to.
    pub parent: Option<usize>,
    /// Of what opens a construct, its `end`.
    pub end: usize,
    /// Of an `if`, its `else`.
    pub otherwise: Option<usize>,
}

/// Where control goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// To the operator behind, in order.
    Next,
    /// To the label of the construct that this operator opens.
    Label(usize),
    /// Out of the function.
    Return,
}

impl<'a> Body<'a> {
    /// Reads a body; `None` if something is in it that cannot be cut.
    pub fn read(
        check: FuncToValidate<ValidatorResources>,
        body: &FunctionBody<'a>,
        gives_values: bool,
    ) -> Result<Option<Self>> {
        let mut checked = check.into_validator(FuncValidatorAllocations::default());
        let mut reader = body.get_binary_reader();
        checked.read_locals(&mut reader)?;
        let count = checked.len_locals();
        let local = |index| checked.get_local_type(index);
        let locals: Option<Vec<_>> = (0..count).map(local).collect();
        let locals = locals.context("a local has no type")?;
        let mut declared = 0;
        for group in body.get_locals_reader()? {
            declared += group?.0 as usize;
        }
        let params = locals.len() - declared;

        let mut ops: Vec<Op> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let start = operators.original_position();
            let operator = operators.read()?;
            let within =
                start - body.range().start..operators.original_position() - body.range().start;
            let frame = checked
                .get_control_frame(0)
                .context("an operator stands in no construct")?;
            let place = ops.len();
            let mut op = Op {
                bytes: &body.as_bytes()
                    [usize::try_from(within.start)?..usize::try_from(within.end)?],
                height: checked
                    .operand_stack_height()
                    .saturating_sub(u32::try_from(frame.height)?),
                is_reachable: !frame.unreachable,
                parent: open.last().copied(),
                end: 0,
                otherwise: None,
                operator,
            };
            match &op.operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                    open.push(place);
                    op.end = place;
                }
                Operator::Else => {
                    let opener = op.parent.context("an else without an if")?;
                    ops[opener].otherwise = Some(place);
                }
                Operator::End => {
                    if let Some(opener) = open.pop() {
                        ops[opener].end = place;
                    }
                }
                other if is_beyond(other) => return Ok(None),
                _ => {}
            }
            checked.op(start, &op.operator)?;
            ops.push(op);
        }
        ensure!(open.is_empty(), "a construct is not closed");
        Ok(Some(Self {
            params,
            locals,
            gives_values,
            ops,
        }))
    }

    /// Where the operator at `place` may go.
    pub fn targets(&self, place: usize) -> Result<Vec<Target>> {
        let op = &self.ops[place];
        Ok(match &op.operator {
            Operator::Br { relative_depth } => vec![self.label(place, *relative_depth)],
            Operator::BrIf { relative_depth } => {
                vec![Target::Next, self.label(place, *relative_depth)]
            }
            Operator::BrTable { targets } => {
                let mut all = vec![self.label(place, targets.default())];
                for depth in targets.targets() {
                    all.push(self.label(place, depth?));
                }
                all
            }
            Operator::Return => vec![Target::Return],
            Operator::Unreachable => Vec::new(),
            _ => vec![Target::Next],
        })
    }

    /// The label that a branch at `place` means by a depth.
    pub fn label(&self, place: usize, depth: u32) -> Target {
        let mut opener = self.ops[place].parent;
        for _ in 0..depth {
            opener = opener.and_then(|opener| self.ops[opener].parent);
        }
        opener.map_or(Target::Return, Target::Label)
    }

    /// The operators that may run after the one at `place`; none after a return.
    pub fn successors(&self, place: usize) -> Result<Vec<usize>> {
        let op = &self.ops[place];
        match &op.operator {
            Operator::If { .. } => {
                return Ok(vec![place + 1, op.otherwise.map_or(op.end, |at| at + 1)]);
            }
            Operator::Else => {
                let opener = op.parent.context("an else without an if")?;
                return Ok(vec![self.ops[opener].end]);
            }
            Operator::End if op.parent.is_none() => return Ok(Vec::new()),
            _ => {}
        }
        let targets = self.targets(place)?;
        Ok(targets
            .into_iter()
            .filter_map(|target| match target {
                Target::Next => Some(place + 1),
                Target::Label(opener) => Some(self.arrival(opener)),
                Target::Return => None,
            })
            .collect())
    }

    /// The operator at which a branch to the label of a construct arrives.
    pub fn arrival(&self, opener: usize) -> usize {
        match &self.ops[opener].operator {
            Operator::Loop { .. } => opener,
            _ => self.ops[opener].end,
        }
    }

    /// Whether a branch to the label of a construct takes no values along.
    pub fn is_plain(&self, opener: usize) -> bool {
        matches!(
            self.ops[opener].operator,
            Operator::Block {
                blockty: BlockType::Empty
            } | Operator::Loop {
                blockty: BlockType::Empty
            } | Operator::If {
                blockty: BlockType::Empty
            }
        )
    }

    /// How many constructs are open at an operator.
    pub fn depth(&self, place: usize) -> u32 {
        let mut depth = 0;
        let mut opener = self.ops[place].parent;
        while let Some(at) = opener {
            depth += 1;
            opener = self.ops[at].parent;
        }
        depth
    }

    /// The depth by which a branch at `place` means the label of a construct around it.
    pub fn depth_of(&self, place: usize, label: usize) -> Result<u32> {
        let mut depth = 0;
        let mut opener = self.ops[place].parent;
        while let Some(at) = opener {
            if at == label {
                return Ok(depth);
            }
            depth += 1;
            opener = self.ops[at].parent;
        }
        bail!("a label is not around the operator that branches to it")
    }

    /// Operators before which another number of runs may begin: behind those that branch, and where branches arrive.
    pub fn leaders(&self) -> Vec<usize> {
        let mut leaders = vec![0];
        for (place, op) in self.ops.iter().enumerate() {
            if place + 1 < self.ops.len()
                && matches!(
                    op.operator,
                    Operator::Loop { .. }
                        | Operator::If { .. }
                        | Operator::Else
                        | Operator::End
                        | Operator::BrIf { .. }
                )
            {
                leaders.push(place + 1);
            }
        }
        leaders
    }
}

/// Whether an operator branches in a way that is not looked into here.
fn is_beyond(operator: &Operator) -> bool {
    matches!(
        operator,
        Operator::TryTable { .. }
            | Operator::Throw { .. }
            | Operator::ThrowRef
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::BrOnNull { .. }
            | Operator::BrOnNonNull { .. }
            | Operator::BrOnCast { .. }
            | Operator::BrOnCastFail { .. }
    )
}
