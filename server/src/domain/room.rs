//! Room in tables that anybody can fill. Who is refused where one is full is whoever comes next, and
//! that may be who looks after the comments: something else goes instead.

use std::collections::HashMap;
use std::hash::Hash;

/// Drops a tenth of a table that has that many entries: what comes first in that order.
pub(crate) fn make_room<K: Eq + Hash, V, O: Ord>(
    table: &mut HashMap<K, V>,
    most: usize,
    order: impl Fn(&V) -> O,
) {
    if table.len() < most {
        return;
    }
    let mut all: Vec<O> = table.values().map(&order).collect();
    let mut left = most / 10 + 1;
    let at = left.min(all.len()) - 1;
    let (_, last, _) = all.select_nth_unstable(at);
    table.retain(|_, value| {
        let goes = left > 0 && order(value) <= *last;
        left -= usize::from(goes);
        !goes
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_first_goes_and_no_more_than_that() {
        let mut table: HashMap<u32, u32> = (0..99).map(|number| (number, number)).collect();
        make_room(&mut table, 100, |value| *value);
        assert_eq!(table.len(), 99);
        table.insert(99, 99);
        make_room(&mut table, 100, |value| *value);
        assert_eq!(table.len(), 89);
        assert!(table.keys().all(|key| *key > 10));
        let mut same: HashMap<u32, u32> = (0..100).map(|number| (number, 7)).collect();
        make_room(&mut same, 100, |value| *value);
        assert_eq!(same.len(), 89);
    }
}
