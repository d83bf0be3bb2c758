//! Policies for devices of which some values are known.

use crate::model::{Arn, Clause, Key, Pattern, Piece, PolicySet, Resource};

/// The policies with these values in the place of their variables.
///
/// Conditions stay as they are. The thing's name is no value to fill in here: a device is asked
/// about by its name, and would not be found under another.
pub fn with_values(set: &PolicySet, values: &[(Key, Box<str>)]) -> PolicySet {
    let mut set = set.clone();
    let statements = set
        .policies
        .iter_mut()
        .flat_map(|attached| &mut attached.policy.statements);
    for statement in statements {
        match &mut statement.resources {
            Clause::Only(list) | Clause::AllBut(list) => {
                list.iter_mut().for_each(|entry| fill(entry, values));
            }
        }
    }
    set
}

fn fill(entry: &mut Resource, values: &[(Key, Box<str>)]) {
    let pieces = entry.pattern.pieces().iter().map(|piece| {
        let mut piece = piece.clone();
        if let Piece::Variable(variable) = &piece.value
            && let Some((_, value)) = values.iter().find(|(key, _)| *key == variable.key)
        {
            piece.value = Piece::Literal(value.clone());
        }
        piece
    });
    entry.pattern = Pattern::from_pieces(pieces);
    entry.arn = Arn::parse(&entry.pattern);
}
