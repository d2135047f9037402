//! Lists that share what did not change.

use std::{slice, sync::Arc};

use uuid::Uuid;

/// What is kept of one kind, by id, hence by creation. A clone shares every item.
#[derive(Debug, PartialEq, Eq)]
pub struct List<T>(Vec<Arc<T>>);

/// Something with an id.
pub(crate) trait Identified {
    /// Its id.
    fn id(&self) -> Uuid;
}

macro_rules! identified {
    ($($ty:ty),+ $(,)?) => { $(
        impl Identified for $ty {
            fn id(&self) -> Uuid {
                self.id
            }
        }
    )+ };
}

identified! {
    crate::flows::Flow,
    crate::groups::Group,
    crate::law_amendments::LawAmendment,
    crate::mechanisms::Mechanism,
    crate::organisations::Organisation,
    crate::processing_activities::ProcessingActivity,
    crate::proposals::Proposal,
    crate::publications::Publication,
    crate::subprocessors::Subprocessor,
    crate::tokens::Token,
    crate::users::User,
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> List<T> {
    /// The items, by id.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self.0.iter())
    }

    /// How many items there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first item.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.0.first().map(Arc::as_ref)
    }

    /// The last item.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.0.last().map(Arc::as_ref)
    }

    /// The item at a place.
    pub(crate) fn at(&self, at: usize) -> Option<&Arc<T>> {
        self.0.get(at)
    }
}

#[expect(
    private_bounds,
    reason = "only the lists of a snapshot exist, and their items have ids"
)]
impl<T: Identified> List<T> {
    /// The item with an id.
    #[must_use]
    pub fn get(&self, id: Uuid) -> Option<&T> {
        let at = self.place(id).ok()?;
        self.0.get(at).map(Arc::as_ref)
    }

    /// The items that are wanted; they are shared, not copied.
    pub(crate) fn only(&self, wanted: impl Fn(&T) -> bool) -> Self {
        let wanted = self.0.iter().filter(|item| wanted(item));
        Self(wanted.cloned().collect())
    }

    fn place(&self, id: Uuid) -> Result<usize, usize> {
        self.0.binary_search_by_key(&id, |item| item.id())
    }

    /// Puts items in, each in the place of the one with its id.
    pub(crate) fn put(&mut self, items: impl IntoIterator<Item = T>) {
        let mut new = Vec::new();
        for item in items {
            let item = Arc::new(item);
            match self.place(item.id()) {
                Ok(at) => {
                    if let Some(kept) = self.0.get_mut(at) {
                        *kept = item;
                    }
                }
                Err(_) => new.push(item),
            }
        }
        // New ids are greater than those before them, so this hardly ever sorts.
        self.0.append(&mut new);
        if !self.0.is_sorted_by_key(|item| item.id()) {
            self.0.sort_by_key(|item| item.id());
        }
        self.0.dedup_by(|later, first| {
            let same = later.id() == first.id();
            if same {
                std::mem::swap(later, first);
            }
            same
        });
    }
}

/// The items of a list, by id.
#[derive(Debug)]
pub struct Iter<'a, T>(slice::Iter<'a, Arc<T>>);

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        self.0.next().map(Arc::as_ref)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(Arc::as_ref)
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Eq)]
    struct Word(u128, &'static str);

    impl Identified for Word {
        fn id(&self) -> Uuid {
            Uuid::from_u128(self.0)
        }
    }

    #[test]
    fn what_is_put_in_takes_the_place_of_the_one_with_its_id() {
        let mut list = List::default();
        list.put([Word(1, "a"), Word(3, "c")]);
        let before = list.clone();
        list.put([Word(3, "d"), Word(2, "b"), Word(5, "e"), Word(5, "f")]);
        let words: Vec<_> = list.iter().map(|word| word.1).collect();
        assert_eq!(words, ["a", "b", "d", "f"]);
        assert_eq!(before.len(), 2);
        assert_eq!(before.get(Uuid::from_u128(3)), Some(&Word(3, "c")));
        assert!(Arc::ptr_eq(
            before.at(0).unwrap_or_else(|| unreachable!()),
            list.at(0).unwrap_or_else(|| unreachable!())
        ));
    }
}
