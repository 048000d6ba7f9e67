//! Lists: a page for whoever turns pages, a stream for whoever reads to the end. No Scan.

use futures::stream::{self, Stream, StreamExt as _, TryStreamExt as _};

use crate::error::{Listed, StoreError, place_of};

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T, N> {
    /// What is on it.
    pub items: Vec<T>,
    /// The last thing on it, if there may be more after it.
    pub next: Option<N>,
}

impl<T, N> Page<T, N> {
    /// A page whose list goes on after its last item, if there is `more`.
    pub(crate) fn new(items: Vec<T>, more: bool, place: impl Fn(&T) -> N) -> Self {
        let next = items.last().filter(|_| more).map(place);
        Self { items, next }
    }
}

impl<T, N: Clone> Page<Listed<T, N>, N> {
    /// A page on which some items may be unreadable: those are known by their place.
    pub(crate) fn of_listed(items: Vec<Listed<T, N>>, more: bool, place: impl Fn(&T) -> N) -> Self {
        Self::new(items, more, |listed| place_of(listed, &place))
    }
}

/// Page after page of a list, from a place in it; none is read before it is asked for.
pub fn pages<T, N, F>(
    from: Option<N>,
    read: impl Fn(Option<N>) -> F,
) -> impl Stream<Item = Result<Vec<T>, StoreError>>
where
    F: Future<Output = Result<Page<T, N>, StoreError>>,
{
    stream::try_unfold(Some(from), move |place| {
        let page = place.map(&read);
        async move {
            let Some(page) = page else { return Ok(None) };
            let Page { items, next } = page.await?;
            Ok(Some((items, next.map(Some))))
        }
    })
}

/// Everything of a list, from a place in it, a page at a time.
pub fn every<T, N, F>(
    from: Option<N>,
    read: impl Fn(Option<N>) -> F,
) -> impl Stream<Item = Result<T, StoreError>>
where
    F: Future<Output = Result<Page<T, N>, StoreError>>,
{
    pages(from, read).map_ok(|items| stream::iter(items).map(Ok)).try_flatten()
}
