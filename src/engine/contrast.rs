//! What one language has and another has not.
//!
//! A name is refused in one of three ways: nothing grants it, a Deny names it, or a Deny names all
//! but a list that it is not in. Each way is a search of its own.

use super::compile::{Access, Grant};
use super::language::{Found, Glob, Names, Query, Run, search};

/// One way to be refused.
#[derive(Clone, Debug, Default)]
struct Refusal<'a> {
    /// The name is in each of these.
    globs: Vec<&'a Glob>,
    /// And in none of these.
    except: Vec<&'a Glob>,
}

/// Ways to choose one exception of each grant of all but some names.
const MAX_CHOICES: usize = 64;

/// Looks for names that `more`, leaning over, allows and `less`, leaning under, refuses.
///
/// `accept` is given each run, and the grant with the entry of its list by which it is allowed.
pub(super) fn contrast(
    more: &Access,
    less: &Access,
    names: Names,
    work: &mut u64,
    accept: &mut dyn FnMut(&Run, &Grant, usize) -> bool,
) -> Found {
    let Some(refusals) = less.refusals() else {
        return Found::Stopped;
    };
    let mut end = Found::Nothing;
    for grant in &more.grants {
        for (glob, entry) in &grant.globs {
            // What is granted in the same words, and never taken away, is not refused.
            if less.denied.is_empty() && less.confines.is_empty() && less.grants_all(glob) {
                continue;
            }
            for choice in more.choices() {
                for refusal in &refusals {
                    let mut side = more.side(grant, glob, &choice);
                    side.globs.extend(&refusal.globs);
                    side.except.extend(&refusal.except);
                    let query = Query {
                        name: side,
                        names,
                        ..Query::default()
                    };
                    match search(&query, work, &mut |run| accept(run, grant, *entry)) {
                        Found::Stopped => return Found::Stopped,
                        Found::Something => end = Found::Something,
                        Found::Nothing => {}
                    }
                }
            }
        }
    }
    end
}

impl Access {
    /// Whether a grant names just this glob.
    fn grants_all(&self, glob: &Glob) -> bool {
        let mut whole = self.grants.iter().filter(|it| it.except.is_empty());
        whole.any(|grant| grant.globs.iter().any(|(own, _)| own == glob))
    }

    /// The ways to be refused; `None` when there are too many.
    fn refusals(&self) -> Option<Vec<Refusal<'_>>> {
        let mut refusals = Vec::new();
        // Nothing grants it: it is in no glob, and in an exception of each grant that has some.
        let (all_but, only): (Vec<_>, Vec<_>) =
            self.grants.iter().partition(|it| !it.except.is_empty());
        let granted: Vec<&Glob> = only
            .iter()
            .flat_map(|it| it.globs.iter().map(|(glob, _)| glob))
            .collect();
        if !granted.iter().any(|it| it.is_any()) {
            let mut choices: Vec<Vec<&Glob>> = vec![Vec::new()];
            for grant in all_but {
                if choices.len() * grant.except.len() > MAX_CHOICES {
                    return None;
                }
                choices = choices
                    .iter()
                    .flat_map(|choice| {
                        grant.except.iter().map(move |glob| {
                            choice
                                .iter()
                                .copied()
                                .chain(std::iter::once(glob))
                                .collect()
                        })
                    })
                    .collect();
            }
            refusals.extend(choices.into_iter().map(|globs| Refusal {
                globs,
                except: granted.clone(),
            }));
        }
        refusals.extend(self.denied.iter().map(|glob| Refusal {
            globs: vec![glob],
            except: Vec::new(),
        }));
        refusals.extend(self.confines.iter().map(|list| Refusal {
            globs: Vec::new(),
            except: list.iter().collect(),
        }));
        Some(refusals)
    }
}
