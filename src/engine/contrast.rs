//! What one language has and another has not.
//!
//! A name is refused in one of three ways: nothing grants it, a Deny names it, or a Deny names all
//! but a list that it is not in. Each way is a search of its own.

use rustc_hash::FxHashSet;

use super::compile::{Access, Grant};
use super::language::{Found, Glob, Names, Query, Run, Side, search};
use crate::model::StatementId;

/// One way to be refused.
#[derive(Clone, Debug, Default)]
struct Refusal<'a> {
    /// The name is in each of these.
    globs: Vec<&'a Glob>,
    /// And in none of these.
    except: Vec<&'a Glob>,
    /// Whether it is that nothing grants the name.
    is_missing: bool,
}

/// Ways to choose one exception of each grant of all but some names.
const MAX_CHOICES: usize = 64;

/// Looks for names that `more`, leaning over, allows and `less`, leaning under, refuses.
///
/// `is_own` tells the statements of `more` that `less` may lack: what another grants, `less` grants
/// too, and refuses by a Deny only. `is_known` tells the entries of which a request is known already.
/// `accept` is given each run, and the grant with the entry of its list
/// by which it is allowed.
pub(super) fn contrast(
    more: &Access,
    less: &Access,
    is_own: &dyn Fn(StatementId) -> bool,
    is_known: &dyn Fn(StatementId, usize) -> bool,
    names: Names,
    work: &mut u64,
    accept: &mut dyn FnMut(&Run, &Grant, usize) -> bool,
) -> Found {
    let Some(refusals) = less.refusals() else {
        return Found::Stopped;
    };
    let whole: FxHashSet<&Glob> = match less.denied.is_empty() && less.confines.is_empty() {
        true => less.granted_whole().collect(),
        false => FxHashSet::default(),
    };
    let choices = more.choices();
    let mut end = Found::Nothing;
    for grant in &more.grants {
        let is_own = is_own(grant.id);
        for (glob, entry) in &grant.globs {
            // What is granted in the same words, and never taken away, is not refused.
            if whole.contains(glob) {
                continue;
            }
            // What shares no name with the glob takes nothing away from it (P10).
            let near = |it: &&Glob| !it.is_apart_from(glob);
            for choice in &choices {
                let side = more.side(grant, glob, choice);
                if side.globs.iter().any(|it| it.is_apart_from(glob)) {
                    continue;
                }
                for refusal in refusals.iter().filter(|it| is_own || !it.is_missing) {
                    if is_known(grant.id, *entry) {
                        break;
                    }
                    if !refusal.globs.iter().all(&near) {
                        continue;
                    }
                    let taken = side.except.iter().chain(&refusal.except);
                    let looked_at = (side.except.len() + refusal.except.len()) as u64;
                    *work = work.saturating_sub(1 + looked_at / 16);
                    let query = Query {
                        name: Side {
                            globs: side.globs.iter().chain(&refusal.globs).copied().collect(),
                            except: taken.copied().filter(near).collect(),
                        },
                        names,
                        ..Query::default()
                    };
                    match search(&query, work, &mut |run, _| accept(run, grant, *entry)) {
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
    /// What is granted without exception.
    fn granted_whole(&self) -> impl Iterator<Item = &Glob> {
        let whole = self.grants.iter().filter(|it| it.except.is_empty());
        whole.flat_map(|grant| grant.globs.iter().map(|(glob, _)| glob))
    }

    /// Steps that it took to make it, as a search counts them.
    pub(super) fn cost(&self) -> u64 {
        let tokens = self.all_globs().map(|it| 2 + it.tokens().len() as u64 / 16);
        tokens.sum()
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
                is_missing: true,
            }));
        }
        refusals.extend(self.denied.iter().map(|glob| Refusal {
            globs: vec![glob],
            except: Vec::new(),
            is_missing: false,
        }));
        refusals.extend(self.confines.iter().map(|list| Refusal {
            globs: Vec::new(),
            except: list.iter().collect(),
            is_missing: false,
        }));
        Some(refusals)
    }
}
