//! The bytes of a file in memory, with holes.

use crate::Errno;
use crate::path::try_copy;

/// Length of a chunk. Appending copies at most one chunk, whatever the file's length.
const CHUNK: usize = 64 * 1024;

/// Longest file, whatever the capacity: bounds the table of chunks, which holes do not make smaller.
pub(crate) const FILE_MAX: u64 = 1 << 40;

/// How many bytes may be in use, and how many are.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) capacity: u64,
    pub(crate) used: u64,
}

impl Budget {
    pub(crate) fn left(&self) -> u64 {
        self.capacity.saturating_sub(self.used)
    }

    pub(crate) fn charge(&mut self, bytes: u64) -> Result<(), Errno> {
        if bytes > self.left() {
            return Err(Errno::ENOSPC);
        }
        self.used += bytes;
        Ok(())
    }

    pub(crate) fn refund(&mut self, bytes: u64) {
        self.used = self.used.saturating_sub(bytes);
    }
}

/// The content of a regular file.
///
/// A chunk may be shorter than [`CHUNK`] and the table of chunks shorter than the file: what is missing reads as zero.
/// Holes so cost nothing. Every byte from `size` on is missing, never a leftover.
#[derive(Debug, Default)]
pub(crate) struct Content {
    chunks: Vec<Vec<u8>>,
    size: u64,
    allocated: u64,
}

impl Content {
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn allocated(&self) -> u64 {
        self.allocated
    }

    pub(crate) fn read(&self, offset: u64, buffer: &mut [u8]) -> usize {
        let left = self.size.saturating_sub(offset);
        let length = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let mut done = 0;
        while done < length {
            let Some((index, within)) = locate(offset + done as u64) else {
                break;
            };
            let part = &mut buffer[done..length.min(done + CHUNK - within)];
            let kept = self
                .chunks
                .get(index)
                .and_then(|chunk| chunk.get(within..))
                .unwrap_or_default();
            let copied = kept.len().min(part.len());
            part[..copied].copy_from_slice(&kept[..copied]);
            part[copied..].fill(0);
            done += part.len();
        }
        done
    }

    /// Writes what there is room for; an error only if that is nothing.
    pub(crate) fn write(
        &mut self,
        offset: u64,
        data: &[u8],
        budget: &mut Budget,
    ) -> Result<usize, Errno> {
        if data.is_empty() {
            return Ok(0);
        }
        let room = size_limit(budget).saturating_sub(offset);
        if room == 0 {
            return Err(if offset >= FILE_MAX {
                Errno::EFBIG
            } else {
                Errno::ENOSPC
            });
        }
        let data = usize::try_from(room).map_or(data, |room| &data[..room.min(data.len())]);
        let mut done = 0;
        while done < data.len() {
            match self.write_chunk(offset + done as u64, &data[done..], budget) {
                Ok(written) => done += written,
                Err(_) if done > 0 => break,
                Err(errno) => return Err(errno),
            }
        }
        self.size = self.size.max(offset + done as u64);
        Ok(done)
    }

    fn write_chunk(
        &mut self,
        offset: u64,
        data: &[u8],
        budget: &mut Budget,
    ) -> Result<usize, Errno> {
        let (index, within) = locate(offset).ok_or(Errno::EFBIG)?;
        if index >= self.chunks.len() {
            self.chunks
                .try_reserve(index + 1 - self.chunks.len())
                .map_err(|_| Errno::ENOMEM)?;
            self.chunks.resize_with(index + 1, Vec::new);
        }
        let chunk = &mut self.chunks[index];
        let affordable = usize::try_from(budget.left())
            .unwrap_or(usize::MAX)
            .saturating_add(chunk.len());
        let length = data
            .len()
            .min(CHUNK - within)
            .min(affordable.saturating_sub(within));
        if length == 0 {
            return Err(Errno::ENOSPC);
        }
        let end = within + length;
        if end > chunk.len() {
            if end > chunk.capacity() {
                // What is written in one go fits exactly; what grows doubles up to a chunk.
                let target = end.max(chunk.capacity().saturating_mul(2).min(CHUNK));
                chunk
                    .try_reserve_exact(target - chunk.len())
                    .map_err(|_| Errno::ENOMEM)?;
            }
            let growth = (end - chunk.len()) as u64;
            budget.charge(growth)?;
            self.allocated += growth;
            chunk.resize(end, 0);
        }
        chunk[within..end].copy_from_slice(&data[..length]);
        Ok(length)
    }

    pub(crate) fn resize(&mut self, size: u64, budget: &mut Budget) -> Result<(), Errno> {
        if size > FILE_MAX {
            return Err(Errno::EFBIG);
        }
        if size > self.size && size > size_limit(budget) {
            return Err(Errno::ENOSPC);
        }
        if let Some((index, within)) = locate(size).filter(|_| size < self.size) {
            let mut freed = 0;
            for chunk in self.chunks.drain((index + 1).min(self.chunks.len())..) {
                freed += chunk.len() as u64;
            }
            if let Some(chunk) = self.chunks.get_mut(index) {
                freed += chunk.len().saturating_sub(within) as u64;
                chunk.truncate(within);
                // A cut file gives its memory back, unless there is no memory for the copy.
                if let Ok(copy) = try_copy(chunk) {
                    *chunk = copy;
                }
            }
            if size == 0 {
                self.chunks = Vec::new();
            }
            self.allocated -= freed;
            budget.refund(freed);
        }
        self.size = size;
        Ok(())
    }
}

fn size_limit(budget: &Budget) -> u64 {
    budget.capacity.min(FILE_MAX)
}

/// The chunk of an offset and the place in it.
fn locate(offset: u64) -> Option<(usize, usize)> {
    let chunk = CHUNK as u64;
    Some((
        usize::try_from(offset / chunk).ok()?,
        usize::try_from(offset % chunk).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::{Budget, CHUNK, Content, FILE_MAX};
    use crate::Errno;

    fn budget(capacity: u64) -> Budget {
        Budget { capacity, used: 0 }
    }

    fn all(content: &Content) -> Vec<u8> {
        let mut bytes = vec![0xEE; usize::try_from(content.size()).unwrap() + 5];
        let length = content.read(0, &mut bytes);
        bytes.truncate(length);
        bytes
    }

    #[test]
    fn bytes_cross_the_edges_of_chunks() {
        let mut content = Content::default();
        let mut budget = budget(1 << 20);
        let data: Vec<u8> = (0..3 * CHUNK + 7).map(|i| (i % 251) as u8).collect();
        assert_eq!(content.write(0, &data, &mut budget), Ok(data.len()));
        assert_eq!(all(&content), data);
        let mut part = [0; 10];
        assert_eq!(content.read(CHUNK as u64 - 5, &mut part), 10);
        assert_eq!(part, data[CHUNK - 5..CHUNK + 5]);
        assert_eq!(content.read(data.len() as u64, &mut part), 0);
        assert_eq!(content.read(u64::MAX, &mut part), 0);
        assert_eq!(budget.used, data.len() as u64);
    }

    #[test]
    fn holes_read_as_zero_and_cost_nothing() {
        let mut content = Content::default();
        let mut budget = budget(1 << 30);
        content.write(10 * CHUNK as u64, b"x", &mut budget).unwrap();
        assert_eq!(content.size(), 10 * CHUNK as u64 + 1);
        assert_eq!(content.allocated(), 1);
        let bytes = all(&content);
        assert_eq!(bytes.iter().filter(|&&byte| byte != 0).count(), 1);
        content.resize(1 << 30, &mut budget).unwrap();
        assert_eq!(budget.used, 1);
    }

    #[test]
    fn cut_bytes_do_not_come_back() {
        let mut content = Content::default();
        let mut budget = budget(1 << 20);
        content.write(0, &[7; 100], &mut budget).unwrap();
        content.resize(10, &mut budget).unwrap();
        content.resize(100, &mut budget).unwrap();
        assert_eq!(all(&content)[..10], [7; 10]);
        assert!(all(&content)[10..].iter().all(|&byte| byte == 0));
        assert_eq!(budget.used, 10);
        content.resize(0, &mut budget).unwrap();
        assert_eq!(budget.used, 0);
    }

    #[test]
    fn room_that_runs_out_is_used_up_first() {
        let mut content = Content::default();
        let mut budget = budget(100);
        assert_eq!(content.write(0, &[1; 60], &mut budget), Ok(60));
        assert_eq!(content.write(60, &[1; 60], &mut budget), Ok(40));
        assert_eq!(content.write(100, b"x", &mut budget), Err(Errno::ENOSPC));
        assert_eq!(
            content.write(0, &[2; 60], &mut budget),
            Ok(60),
            "no room is needed to overwrite"
        );
        assert_eq!(content.resize(101, &mut budget), Err(Errno::ENOSPC));
        assert_eq!(content.size(), 100);
    }

    #[test]
    fn sizes_beyond_all_reason_are_refused() {
        let mut content = Content::default();
        let mut budget = budget(u64::MAX);
        assert_eq!(
            content.write(FILE_MAX, b"x", &mut budget),
            Err(Errno::EFBIG)
        );
        assert_eq!(
            content.write(u64::MAX, b"x", &mut budget),
            Err(Errno::EFBIG)
        );
        assert_eq!(content.resize(FILE_MAX + 1, &mut budget), Err(Errno::EFBIG));
        assert_eq!(content.resize(FILE_MAX, &mut budget), Ok(()));
        assert_eq!(content.allocated(), 0);
    }
}
