//! About how many bytes state takes, from a sample of it.

use super::ordered::Ordered;

/// Values that are looked at.
const SAMPLE: usize = 64;
/// What the allocator needs besides, for each piece of memory.
const ALLOCATION: usize = 8;

/// Of `count` boxes of bytes, some of which are given: with the boxes themselves.
pub fn of_boxes<'a>(some: impl Iterator<Item = &'a [u8]>, count: usize) -> usize {
    let (seen, bytes) = some.take(SAMPLE).fold((0, 0), |(n, sum), value| (n + 1, sum + value.len()));
    let average = if seen == 0 { 0 } else { bytes / seen + ALLOCATION };
    count * (size_of::<Box<[u8]>>() + average)
}

/// Of rows in order.
pub fn of_ordered(groups: &Vec<Ordered>) -> usize {
    let rows: usize = groups.iter().map(Ordered::distinct).sum();
    let some = groups.iter().flat_map(Ordered::iter).map(|entry| entry.row.as_ref());
    of_vec(groups) + of_boxes(some, rows) + rows * size_of::<(u64, i64)>()
}

/// Of a vector, without what its values point to.
pub fn of_vec<T>(values: &Vec<T>) -> usize {
    values.capacity() * size_of::<T>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_stands_for_all() {
        let rows: Vec<Box<[u8]>> = (0..1000).map(|_| vec![0; 24].into_boxed_slice()).collect();
        assert_eq!(of_boxes(rows.iter().map(AsRef::as_ref), rows.len()), 1000 * (16 + 24 + 8));
        assert_eq!(of_boxes(std::iter::empty(), 0), 0);
    }
}
