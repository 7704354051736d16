//! Who stands below whom.

use afterword_protocol::{Comment, Status};

/// Where a comment stands in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its own index: 0, 1, 2, ... in the order of insertion, valid as long as the tree.
    pub index: usize,
    /// Index of the comment that it is shown under; none at the top level.
    pub under: Option<usize>,
    /// Index of the comment that it answers, as far as that is known.
    pub parent: Option<usize>,
    /// Its depth in view: 0 at the top level, never more than the greatest depth.
    pub depth: u32,
    /// Set where the greatest depth keeps it from standing under what it answers.
    pub is_beside: bool,
}

#[derive(Debug)]
struct Entry {
    id: String,
    parent: Option<usize>,
    under: Option<usize>,
    depth: u32,
    tombstone: bool,
    gone: bool,
}

/// The comments known so far, each at its place.
///
/// Parents are kept as a backend gives them; only the view is flattened. Whatever a backend
/// answers gives a tree: an orphan (its parent was deleted, or has not been loaded) goes to the top
/// level, the second of two comments with one id is dropped, and a circle of parents is cut.
#[derive(Debug)]
pub struct Tree {
    max_depth: u32,
    entries: Vec<Entry>,
    /// Indexes of the entries, in the order of their ids: for a browser, a sorted list is much
    /// smaller code than a map, and ids arrive almost in order.
    by_id: Vec<usize>,
}

impl Tree {
    /// An empty tree whose view is no deeper than `max_depth`.
    #[must_use]
    pub const fn new(max_depth: u32) -> Self {
        Self {
            max_depth,
            entries: Vec::new(),
            by_id: Vec::new(),
        }
    }

    /// Index of the comment with that id.
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<usize> {
        let found = self.find(id).ok()?;
        let index = *self.by_id.get(found)?;
        (!self.entries.get(index)?.gone).then_some(index)
    }

    /// Index of the comment that this one is shown under.
    #[must_use]
    pub fn above(&self, index: usize) -> Option<usize> {
        self.entries.get(index)?.under
    }

    fn find(&self, id: &str) -> Result<usize, usize> {
        self.by_id
            .binary_search_by(|&index| self.entries[index].id.as_str().cmp(id))
    }

    /// Takes a comment in; none when it is there already.
    pub fn insert(&mut self, comment: &Comment) -> Option<Place> {
        let Err(rank) = self.find(&comment.id) else {
            return None;
        };
        let parent = comment.parent.as_deref().and_then(|id| self.index_of(id));
        let mut place = Place {
            index: self.entries.len(),
            under: parent,
            parent,
            depth: 0,
            is_beside: false,
        };
        if let Some(parent) = parent {
            let above = &self.entries[parent];
            place.depth = above.depth + 1;
            if place.depth > self.max_depth {
                place.depth = above.depth;
                place.under = above.under;
                place.is_beside = true;
            }
        }
        self.entries.push(Entry {
            id: comment.id.clone(),
            parent,
            under: place.under,
            depth: place.depth,
            tombstone: comment.status == Status::Deleted,
            gone: false,
        });
        self.by_id.insert(rank, place.index);
        Some(place)
    }

    /// Takes many comments in, in whatever order they come; those that were there already are
    /// left out. A parent comes before its children in what is returned.
    pub fn insert_all(&mut self, comments: Vec<Comment>) -> Vec<(Comment, Place)> {
        let mut by_id: Vec<usize> = Vec::with_capacity(comments.len());
        for (index, comment) in comments.iter().enumerate() {
            let rank = by_id.binary_search_by(|&other| comments[other].id.cmp(&comment.id));
            if let Err(rank) = rank {
                by_id.insert(rank, index);
            }
        }
        let ids: Vec<String> = comments.iter().map(|comment| comment.id.clone()).collect();
        let mut waiting: Vec<Option<Comment>> = comments.into_iter().map(Some).collect();
        let mut placed = Vec::with_capacity(waiting.len());
        for index in 0..waiting.len() {
            // The comment, and above it those of its ancestors that wait too. In a circle of
            // parents the last of them finds that the first waits no longer.
            let mut path = Vec::new();
            let mut next = Some(index);
            while let Some(comment) = next.and_then(|next| waiting[next].take()) {
                let parent = comment.parent.as_ref();
                let parent = parent.filter(|parent| self.find(parent).is_err());
                next = parent.and_then(|parent| {
                    let rank = by_id.binary_search_by(|&other| ids[other].cmp(parent));
                    Some(by_id[rank.ok()?])
                });
                path.push(comment);
            }
            while let Some(comment) = path.pop() {
                if let Some(place) = self.insert(&comment) {
                    placed.push((comment, place));
                }
            }
        }
        placed
    }

    /// Index of the comment at the top of the branch that this one stands in.
    #[must_use]
    pub fn root_of(&self, mut index: usize) -> usize {
        // A parent was there before its children: this ends.
        while let Some(parent) = self.entries.get(index).and_then(|entry| entry.parent) {
            index = parent;
        }
        index
    }

    /// Gives a comment the id that the backend chose for it. False when another one has that id:
    /// then both are the same comment, and the caller takes one of them away.
    pub fn rename(&mut self, index: usize, id: &str) -> bool {
        let Some(entry) = self.entries.get(index) else {
            return false;
        };
        if entry.id == id {
            return true;
        }
        if self.find(id).is_ok() {
            return false;
        }
        if let Ok(rank) = self.find(&entry.id) {
            self.by_id.remove(rank);
        }
        if let Some(entry) = self.entries.get_mut(index) {
            id.clone_into(&mut entry.id);
        }
        if let Err(rank) = self.find(id) {
            self.by_id.insert(rank, index);
        }
        true
    }

    /// Forgets a comment that was taken away: it may come back.
    pub fn forget(&mut self, id: &str) {
        if let Ok(rank) = self.find(id)
            && let Some(entry) = self.entries.get(self.by_id[rank])
            && entry.gone
        {
            self.by_id.remove(rank);
        }
    }

    /// Makes a comment a tombstone, which stays for what stands under it; or none any more.
    pub fn entomb(&mut self, index: usize, is_tombstone: bool) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.tombstone = is_tombstone;
        }
    }

    /// Makes a tombstone a comment again.
    pub fn revive(&mut self, index: usize) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.tombstone = false;
        }
    }

    /// Takes a comment away, and with it the tombstones that it leaves without any reply.
    /// Returns the indexes of what is gone, the comment first.
    pub fn remove(&mut self, index: usize) -> Vec<usize> {
        let mut gone = Vec::new();
        let mut next = Some(index);
        while let Some(index) = next {
            next = None;
            let Some(entry) = self.entries.get_mut(index) else {
                break;
            };
            entry.gone = true;
            let parent = entry.parent;
            gone.push(index);
            // A tombstone also holds the place of what is shown beside it for want of depth.
            if let Some(parent) = parent {
                let is_needed = self
                    .entries
                    .iter()
                    .any(|e| !e.gone && e.parent == Some(parent));
                if self
                    .entries
                    .get(parent)
                    .is_some_and(|e| e.tombstone && !e.gone)
                    && !is_needed
                {
                    next = Some(parent);
                }
            }
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn comment(id: &str, parent: Option<&str>) -> Comment {
        Comment {
            id: id.to_owned(),
            number: 1,
            parent: parent.map(str::to_owned),
            created: "2026-11-23T19:14:36.626Z".to_owned(),
            html: "<p>x</p>".to_owned(),
            ..Comment::default()
        }
    }

    /// A tree of `(id, parent)` pairs, and where each was placed.
    fn plant(max_depth: u32, comments: &[(&str, Option<&str>)]) -> (Tree, Vec<(String, Place)>) {
        let mut tree = Tree::new(max_depth);
        let comments = comments
            .iter()
            .map(|(id, parent)| comment(id, *parent))
            .collect();
        let placed = tree
            .insert_all(comments)
            .into_iter()
            .map(|(c, p)| (c.id, p))
            .collect();
        (tree, placed)
    }

    fn place<'a>(placed: &'a [(String, Place)], id: &str) -> &'a Place {
        &placed.iter().find(|(other, _)| other == id).unwrap().1
    }

    #[test]
    fn a_reply_stands_under_what_it_answers() {
        let (_, placed) = plant(9, &[("a", None), ("b", Some("a")), ("c", Some("b"))]);
        assert_eq!(place(&placed, "b").under, Some(place(&placed, "a").index));
        assert_eq!(place(&placed, "c").under, Some(place(&placed, "b").index));
        assert_eq!(place(&placed, "c").depth, 2);
        assert!(!place(&placed, "c").is_beside);
    }

    #[test]
    fn too_deep_a_reply_stands_beside_what_it_answers_and_says_so() {
        let (_, placed) = plant(
            1,
            &[
                ("a", None),
                ("b", Some("a")),
                ("c", Some("b")),
                ("d", Some("c")),
            ],
        );
        let (a, c, d) = (
            place(&placed, "a"),
            place(&placed, "c"),
            place(&placed, "d"),
        );
        assert_eq!((c.under, c.depth), (Some(a.index), 1));
        assert!(c.is_beside && d.is_beside);
        assert_eq!(c.parent, Some(place(&placed, "b").index));
        assert_eq!((d.under, d.parent), (Some(a.index), Some(c.index)));
    }

    #[test]
    fn with_no_depth_at_all_everything_is_at_the_top() {
        let (_, placed) = plant(0, &[("a", None), ("b", Some("a"))]);
        assert_eq!(place(&placed, "b").under, None);
        assert_eq!(place(&placed, "b").parent, Some(0));
        assert!(place(&placed, "b").is_beside);
    }

    #[test]
    fn an_orphan_goes_to_the_top() {
        let (_, placed) = plant(9, &[("b", Some("nowhere"))]);
        assert_eq!(place(&placed, "b").under, None);
    }

    #[test]
    fn a_child_may_come_before_its_parent() {
        let (_, placed) = plant(9, &[("c", Some("b")), ("b", Some("a")), ("a", None)]);
        assert_eq!(place(&placed, "c").under, Some(place(&placed, "b").index));
    }

    #[test]
    fn a_comment_comes_once() {
        let (mut tree, placed) = plant(9, &[("a", None), ("a", None)]);
        assert_eq!(placed.len(), 1);
        assert_eq!(tree.insert(&comment("a", None)), None);
    }

    #[test]
    fn a_circle_is_cut() {
        let (_, placed) = plant(9, &[("a", Some("b")), ("b", Some("a")), ("c", Some("c"))]);
        assert_eq!(placed.len(), 3);
        assert_eq!(place(&placed, "b").under, None);
        assert_eq!(place(&placed, "a").under, Some(place(&placed, "b").index));
        assert_eq!(place(&placed, "c").under, None);
    }

    #[test]
    fn a_renamed_comment_is_found_by_its_new_id_alone() {
        let (mut tree, placed) = plant(9, &[("a", None), ("sending", None)]);
        let index = place(&placed, "sending").index;
        assert!(tree.rename(index, "b"));
        assert_eq!(tree.index_of("b"), Some(index));
        assert_eq!(tree.index_of("sending"), None);
        assert!(!tree.rename(index, "a"));
    }

    #[test]
    fn the_last_reply_takes_its_tombstones_along() {
        let (mut tree, placed) = plant(9, &[("a", None), ("b", Some("a")), ("c", Some("b"))]);
        let index = |id| place(&placed, id).index;
        tree.entomb(index("a"), true);
        tree.entomb(index("b"), true);
        assert_eq!(
            tree.remove(index("c")),
            [index("c"), index("b"), index("a")]
        );
        assert_eq!(tree.index_of("a"), None);
    }

    #[test]
    fn a_tombstone_stays_for_its_other_reply() {
        let (mut tree, placed) = plant(9, &[("a", None), ("b", Some("a")), ("c", Some("a"))]);
        let index = |id| place(&placed, id).index;
        tree.entomb(index("a"), true);
        assert_eq!(tree.remove(index("c")), [index("c")]);
    }

    #[test]
    fn a_comment_that_came_back_is_no_tombstone() {
        let (mut tree, placed) = plant(9, &[("a", None), ("b", Some("a"))]);
        let index = |id| place(&placed, id).index;
        tree.entomb(index("a"), true);
        tree.entomb(index("a"), false);
        assert_eq!(tree.remove(index("b")), [index("b")]);
    }

    #[test]
    fn every_comment_stands_in_a_branch() {
        let (tree, placed) = plant(0, &[("a", None), ("b", Some("a")), ("c", Some("b"))]);
        let index = |id| place(&placed, id).index;
        assert_eq!(tree.root_of(index("c")), index("a"));
        assert_eq!(tree.root_of(index("a")), index("a"));
    }

    proptest! {
        /// Whatever parents a backend invents, every comment has one place, nobody stands below
        /// itself, and no place is deeper than allowed.
        #[test]
        fn anything_gives_a_tree(
            max_depth in 0_u32..5,
            parents in prop::collection::vec(prop::option::of(0_usize..40), 0..40),
        ) {
            let mut tree = Tree::new(max_depth);
            let comments: Vec<_> = parents
                .iter()
                .enumerate()
                .map(|(id, parent)| {
                    comment(&id.to_string(), parent.map(|p| p.to_string()).as_deref())
                })
                .collect();
            let placed = tree.insert_all(comments);
            prop_assert_eq!(placed.len(), parents.len());
            for (order, (_, place)) in placed.iter().enumerate() {
                prop_assert_eq!(place.index, order);
                prop_assert!(place.depth <= max_depth);
                match place.under {
                    None => prop_assert_eq!(place.depth, 0),
                    Some(under) => {
                        prop_assert!(under < place.index);
                        prop_assert_eq!(placed[under].1.depth + 1, place.depth);
                    }
                }
            }
        }

        /// In whatever portions a thread comes, and however they overlap, it is the same thread.
        #[test]
        fn portions_make_the_whole(
            max_depth in 0_u32..5,
            parents in prop::collection::vec(any::<prop::sample::Index>(), 1..40),
            portion in 1_usize..10,
            overlap in 0_usize..5,
        ) {
            // A parent precedes its children, as a backend sends them.
            let comments: Vec<_> = parents
                .iter()
                .enumerate()
                .map(|(id, parent)| {
                    let parent = parent.index(id + 1);
                    let parent = (parent < id).then(|| parent.to_string());
                    comment(&id.to_string(), parent.as_deref())
                })
                .collect();
            let whole = Tree::new(max_depth).insert_all(comments.clone());
            let mut tree = Tree::new(max_depth);
            let mut placed = Vec::new();
            for start in (0..comments.len()).step_by(portion) {
                let end = (start + portion + overlap).min(comments.len());
                placed.extend(tree.insert_all(comments[start..end].to_vec()));
            }
            prop_assert_eq!(placed, whole);
        }

        /// Comments that come in any order stand where they would in the right one.
        #[test]
        fn order_does_not_matter(
            shuffled in Just((0_usize..20).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let parent = |id: usize| (!id.is_multiple_of(5)).then(|| (id - 1).to_string());
            let comments = shuffled
                .iter()
                .map(|&id| comment(&id.to_string(), parent(id).as_deref()))
                .collect();
            let placed = Tree::new(9).insert_all(comments);
            prop_assert_eq!(placed.len(), 20);
            for (comment, place) in &placed {
                let under = place.under.map(|under| placed[under].0.id.clone());
                prop_assert_eq!(&under, &comment.parent);
            }
        }

        /// Taking everything away, in any order, leaves nothing, and takes nothing twice.
        #[test]
        fn everything_can_be_removed(
            order in Just((0_usize..12).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let mut tree = Tree::new(3);
            let chain: Vec<_> = (0..12_u32)
                .map(|id| {
                    let parent = (id % 4 != 0).then(|| (id - 1).to_string());
                    comment(&id.to_string(), parent.as_deref())
                })
                .collect();
            tree.insert_all(chain);
            let mut gone = Vec::new();
            for index in order {
                if !gone.contains(&index) {
                    gone.extend(tree.remove(index));
                }
            }
            gone.sort_unstable();
            prop_assert_eq!(gone, (0..12).collect::<Vec<_>>());
        }
    }
}
