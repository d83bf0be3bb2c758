//! Sequences, mappings, aliases and merge keys.

use std::collections::HashSet;
use std::ops::Range;

use super::{
    Builder, Entry, Error, ErrorKind, MAX_ALIASED_NODES, MAX_DEPTH, Meaning, NodeId, NodeKind,
    Origin, Reader, Value,
};

/// A finished node that has an anchor.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    id: NodeId,
    size: usize,
    height: usize,
}

/// A sequence or mapping whose end was not read yet.
pub(super) struct Open {
    start: usize,
    /// The end of the last child.
    end: usize,
    content: Content,
    anchor: usize,
    call: Option<(Box<str>, usize)>,
    /// Nodes below it, aliases followed.
    size: usize,
    /// The greatest height of a child, plus one.
    height: usize,
    /// Children that are written elsewhere.
    aliases: Vec<NodeId>,
    /// Children with an anchor that are written here, by id.
    anchored: Vec<NodeId>,
}

enum Content {
    Sequence(Vec<NodeId>),
    Mapping {
        entries: Vec<Entry>,
        key: Option<Key>,
        merges: Vec<Merge>,
    },
}

enum Key {
    Node(NodeId),
    /// `<<`
    Merge,
}

/// A mapping behind a merge key.
struct Merge {
    source: NodeId,
    /// Whether it is written behind the key, and not elsewhere.
    is_here: bool,
    place: Range<usize>,
}

impl Open {
    pub(super) fn sequence(start: usize, anchor: usize) -> Open {
        Open::new(start, anchor, Content::Sequence(Vec::new()))
    }

    pub(super) fn mapping(start: usize, anchor: usize) -> Open {
        let content = Content::Mapping {
            entries: Vec::new(),
            key: None,
            merges: Vec::new(),
        };
        Open::new(start, anchor, content)
    }

    fn new(start: usize, anchor: usize, content: Content) -> Open {
        Open {
            start,
            end: start,
            content,
            anchor,
            call: None,
            size: 0,
            height: 1,
            aliases: Vec::new(),
            anchored: Vec::new(),
        }
    }

    fn levels(&self) -> usize {
        1 + usize::from(self.call.is_some())
    }
}

impl Reader<'_> {
    pub(super) fn open(&mut self, mut open: Open, meaning: Meaning) -> Result<(), Error> {
        if let Meaning::Call(function, start) = meaning {
            open.call = Some((function, start));
        }
        let start = open.start;
        self.depth += open.levels();
        if self.depth > MAX_DEPTH {
            self.depth -= open.levels();
            return Err(self.error(ErrorKind::TooDeep, start, start + 1));
        }
        self.at = self.at.max(start);
        self.open.push(open);
        Ok(())
    }

    /// Ends the innermost open collection: at `end`, or with its last child.
    pub(super) fn close(&mut self, end: Option<usize>) -> Result<Value, Error> {
        let Some(mut open) = self.open.pop() else {
            let unopened = ErrorKind::Yaml("end of a collection without its start".into());
            return Err(self.error(unopened, self.at, self.at));
        };
        self.depth -= open.levels();
        let end = end.unwrap_or(open.end).max(open.start);
        let (kind, merges) = match open.content {
            Content::Sequence(items) => (NodeKind::Sequence(items.into()), Vec::new()),
            Content::Mapping {
                mut entries,
                merges,
                ..
            } => {
                self.builder.check_duplicates(&entries);
                self.merge(&mut entries, &merges);
                (NodeKind::Mapping(entries.into()), merges)
            }
        };
        let mut id = self.builder.add((open.start, end), kind)?;
        let mut place = open.start..end;
        open.anchored.sort_unstable();
        for alias in open.aliases {
            if open.anchored.binary_search(&alias).is_err() {
                self.builder.disown(alias, id);
            }
        }
        for merge in merges.iter().filter(|merge| merge.is_here) {
            self.builder.set_parent(merge.source, id);
        }
        if let Some((function, start)) = open.call {
            place.start = start;
            id = self.call(function, place.clone(), id)?;
            open.size += 1;
            open.height += 1;
        }
        self.at = self.at.max(end);
        let value = Value {
            id,
            size: open.size.saturating_add(1),
            height: open.height,
            place,
            origin: Origin::Here,
        };
        Ok(self.anchored(value, open.anchor))
    }

    pub(super) fn call(
        &mut self,
        function: Box<str>,
        place: Range<usize>,
        argument: NodeId,
    ) -> Result<NodeId, Error> {
        let kind = NodeKind::Call { function, argument };
        self.builder.add((place.start, place.end), kind)
    }

    /// Makes a finished node known to the aliases behind it. The scanner counts anchors from 1.
    pub(super) fn anchored(&mut self, mut value: Value, anchor: usize) -> Value {
        if anchor > 0 {
            let shared = Shared {
                id: value.id,
                size: value.size,
                height: value.height,
            };
            self.anchors.insert(anchor, shared);
            value.origin = Origin::Anchored;
        }
        value
    }

    /// An alias; `None` when no anchor of that name stands before it.
    pub(super) fn alias(
        &mut self,
        anchor: Option<usize>,
        range: Range<usize>,
    ) -> Result<(), Error> {
        self.at = self.at.max(range.end);
        // An anchor whose node is still open would be its own descendant.
        let shared = anchor.and_then(|anchor| self.anchors.get(&anchor)).copied();
        let kind = match shared {
            None => {
                let written = self.input.get(range.clone()).unwrap_or("");
                ErrorKind::UnknownAlias(written.strip_prefix('*').unwrap_or(written).into())
            }
            Some(shared) if self.depth + shared.height > MAX_DEPTH => ErrorKind::TooDeep,
            Some(shared) => {
                if self.share(shared.size, range.clone()) {
                    self.aliases.push((range.start, shared.id));
                    return self.put(Value {
                        id: shared.id,
                        size: shared.size,
                        height: shared.height,
                        place: range,
                        origin: Origin::Alias,
                    });
                }
                return self.broken(range);
            }
        };
        let error = self.error(kind, range.start, range.end);
        self.builder.error(error);
        self.broken(range)
    }

    /// A null in the place of an alias.
    fn broken(&mut self, range: Range<usize>) -> Result<(), Error> {
        let id = self.builder.add((range.start, range.end), NodeKind::Null)?;
        self.put(Value {
            id,
            size: 1,
            height: 0,
            place: range,
            origin: Origin::Broken,
        })
    }

    /// Counts nodes that stand in a second place; false, and an error the first time, when they
    /// are too many.
    fn share(&mut self, nodes: usize, place: Range<usize>) -> bool {
        let was_full = self.shared_nodes > MAX_ALIASED_NODES;
        let total = self.shared_nodes.saturating_add(nodes);
        if was_full || total > MAX_ALIASED_NODES {
            self.shared_nodes = usize::MAX;
            if !was_full {
                let error = self.error(ErrorKind::TooManyAliasedNodes, place.start, place.end);
                self.builder.error(error);
            }
            return false;
        }
        self.shared_nodes = total;
        true
    }

    /// Whether the next node is a key of a mapping.
    pub(super) fn awaits_key(&self) -> bool {
        match self.open.last().map(|open| &open.content) {
            Some(Content::Mapping { key, .. }) => key.is_none(),
            Some(Content::Sequence(_)) | None => false,
        }
    }

    /// Reads `<<` as a key.
    pub(super) fn merge_key(&mut self, end: usize) {
        if let Some(open) = self.open.last_mut()
            && let Content::Mapping { key, .. } = &mut open.content
        {
            *key = Some(Key::Merge);
            open.end = open.end.max(end);
        }
        self.at = self.at.max(end);
    }

    /// Puts a finished node where it belongs.
    pub(super) fn put(&mut self, value: Value) -> Result<(), Error> {
        let Some(open) = self.open.last_mut() else {
            self.builder.add_root(value.id);
            return Ok(());
        };
        open.end = open.end.max(value.place.end);
        open.size = open.size.saturating_add(value.size);
        open.height = open.height.max(value.height + 1);
        match value.origin {
            Origin::Alias => open.aliases.push(value.id),
            Origin::Anchored => open.anchored.push(value.id),
            Origin::Here | Origin::Broken => {}
        }
        match &mut open.content {
            Content::Sequence(items) => items.push(value.id),
            Content::Mapping { entries, key, .. } => match key.take() {
                None => *key = Some(Key::Node(value.id)),
                Some(Key::Node(key)) => entries.push(Entry {
                    key,
                    value: value.id,
                    merged: false,
                }),
                Some(Key::Merge) => self.merge_value(&value),
            },
        }
        Ok(())
    }

    /// The value of a merge key: a mapping or a list of mappings.
    fn merge_value(&mut self, value: &Value) {
        let is_here = value.origin != Origin::Alias;
        let Some(node) = self.builder.node(value.id) else {
            return;
        };
        let place = &value.place;
        let sources: &[NodeId] = match &node.kind {
            NodeKind::Mapping(_) => &[value.id],
            NodeKind::Sequence(items) => items,
            _ => &[],
        };
        let is_mapping = |id: &NodeId| {
            let node = self.builder.node(*id);
            node.is_some_and(|node| matches!(node.kind, NodeKind::Mapping(_)))
        };
        let is_list = matches!(node.kind, NodeKind::Sequence(_));
        let is_valid = (is_list || !sources.is_empty()) && sources.iter().all(is_mapping);
        if !is_valid {
            if value.origin != Origin::Broken {
                let error = self.error(ErrorKind::InvalidMerge, place.start, place.end);
                self.builder.error(error);
            }
            return;
        }
        let merges: Vec<Merge> = sources
            .iter()
            .map(|source| Merge {
                source: *source,
                // In a list, only what is written there has the list as its parent.
                is_here: is_here && (!is_list || self.builder.parent(*source) == Some(value.id)),
                place: place.clone(),
            })
            .collect();
        if let Some(Open {
            content: Content::Mapping { merges: into, .. },
            ..
        }) = self.open.last_mut()
        {
            into.extend(merges);
        }
    }

    /// Adds the entries of merged mappings whose keys a mapping does not have itself.
    fn merge(&mut self, entries: &mut Vec<Entry>, merges: &[Merge]) {
        let mut seen: HashSet<&str> = HashSet::new();
        if !merges.is_empty() {
            seen.extend(entries.iter().filter_map(|entry| self.builder.key(entry)));
        }
        let added: Vec<Vec<Entry>> = merges
            .iter()
            .map(|merge| missing(&self.builder, merge.source, &mut seen))
            .collect();
        for (merge, added) in merges.iter().zip(added) {
            // A key and a value each.
            if self.share(added.len().saturating_mul(2), merge.place.clone()) {
                entries.extend(added);
            }
        }
    }
}

/// The entries of `source` whose keys were not seen yet.
fn missing<'b>(
    builder: &'b Builder<'_>,
    source: NodeId,
    seen: &mut HashSet<&'b str>,
) -> Vec<Entry> {
    let Some(NodeKind::Mapping(candidates)) = builder.node(source).map(|node| &node.kind) else {
        return Vec::new();
    };
    // Of duplicate keys the last one counts, but an own one before a merged one.
    let (own, merged): (Vec<&Entry>, Vec<&Entry>) =
        candidates.iter().partition(|entry| !entry.merged);
    let mut is_new = |entry: &&Entry| builder.key(entry).is_none_or(|key| seen.insert(key));
    let mut added: Vec<&Entry> = own.into_iter().rev().filter(&mut is_new).collect();
    added.reverse();
    added.extend(merged.into_iter().filter(&mut is_new));
    let merged = |entry: &Entry| Entry {
        merged: true,
        ..*entry
    };
    added.into_iter().map(merged).collect()
}
