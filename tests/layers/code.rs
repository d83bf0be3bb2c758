//! Reads Rust sources into the paths that they mention and the names that they declare, and
//! follows a path through imports and re-exports to all that it names. Judges nothing but literals.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};

use super::{AWS_NAMES, HOMES_OF_AWS_NAMES, SHELL, module_of};

/// What was read from all files, before names are resolved.
#[derive(Default)]
pub(crate) struct Code {
    scopes: BTreeMap<Vec<String>, Scope>,
    pub(crate) mentions: Vec<Mention>,
    /// Violations that need no resolving: module, file, line, message.
    pub(crate) remarks: Vec<(Vec<String>, String, usize, String)>,
    /// Modules declared under `#[cfg(test)]`, whose code may stand in a file of its own.
    pub(crate) test_only: Vec<Vec<String>>,
}

/// What the names in one module mean.
#[derive(Default)]
pub(crate) struct Scope {
    names: BTreeMap<String, Vec<Meaning>>,
    /// Modules and enums whose names all came in by `use …::*`, as written.
    globs: Vec<Vec<String>>,
}

#[derive(PartialEq)]
pub(crate) enum Meaning {
    Item,
    Module,
    /// Brought in by `use`: the path as written.
    Alias(Vec<String>),
}

/// One path in the code, as written: `["super", "policy", "Statement"]`.
#[derive(Clone)]
pub(crate) struct Mention {
    pub(crate) module: Vec<String>,
    pub(crate) file: String,
    pub(crate) line: usize,
    /// A leading `::` is an empty first name.
    pub(crate) path: Vec<String>,
    pub(crate) is_glob: bool,
    pub(crate) is_use: bool,
}

/// Where a path leads.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// A path from the root of the library.
    Inside(Vec<String>),
    /// A path that starts at another crate, or at a name that no `use` explains.
    Outside(Vec<String>),
}

impl Mention {
    /// The path as it stands in the code.
    pub(crate) fn written(&self) -> String {
        let end = if self.is_glob { "::*" } else { "" };
        self.path.join("::") + end
    }
}

impl Code {
    fn scope(&self, module: &[String]) -> Option<&Scope> {
        self.scopes.get(module)
    }

    /// Every place that `path`, written in `module`, names on its way through re-exports.
    pub(crate) fn targets(&self, module: &[String], path: &[String]) -> BTreeSet<Target> {
        let mut targets = BTreeSet::new();
        self.follow(module, path, 0, &mut targets);
        targets
    }

    fn follow(&self, module: &[String], path: &[String], depth: u8, found: &mut BTreeSet<Target>) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        let absolute = match first.as_str() {
            "" => {
                found.insert(Target::Outside(rest.to_vec()));
                return;
            }
            // main.rs is a crate of its own.
            "crate" if module.first().is_some_and(|name| name == "main") => return,
            "crate" => rest.to_vec(),
            "self" => [module, rest].concat(),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                let parent = module.iter().take(module.len().saturating_sub(ups));
                parent.chain(path.iter().skip(ups)).cloned().collect()
            }
            "Self" => return,
            _ => {
                // No real chain of re-exports is this long.
                if depth > 16 || !self.step(module, path, depth, found) {
                    found.insert(Target::Outside(path.to_vec()));
                }
                return;
            }
        };
        if !found.insert(Target::Inside(absolute.clone())) || depth > 16 {
            return;
        }
        let mut here = Vec::new();
        for (at, name) in absolute.iter().enumerate() {
            let Some(scope) = self.scope(&here) else {
                return;
            };
            let is_module = scope
                .names
                .get(name)
                .is_some_and(|all| all.iter().any(|one| matches!(one, Meaning::Module)));
            if !is_module {
                self.step(&here, absolute.get(at..).unwrap_or_default(), depth, found);
                return;
            }
            here.push(name.clone());
        }
    }

    /// Follows the first name of `path` as `module` understands it. False if it declares no such
    /// name.
    fn step(
        &self,
        module: &[String],
        path: &[String],
        depth: u8,
        found: &mut BTreeSet<Target>,
    ) -> bool {
        let (Some(scope), Some((first, rest))) = (self.scope(module), path.split_first()) else {
            return false;
        };
        if let Some(meanings) = scope.names.get(first) {
            for meaning in meanings {
                match meaning {
                    Meaning::Item => {}
                    Meaning::Module if module.first().is_some_and(|name| name == "main") => {}
                    Meaning::Module => {
                        let local = [&["self".to_owned()], path].concat();
                        self.follow(module, &local, depth + 1, found);
                    }
                    // `use regex::regex`: the first name is the crate.
                    Meaning::Alias(target) if target.first() == Some(first) => {
                        found.insert(Target::Outside([target.as_slice(), rest].concat()));
                    }
                    Meaning::Alias(target) => {
                        self.follow(
                            module,
                            &[target.as_slice(), rest].concat(),
                            depth + 1,
                            found,
                        );
                    }
                }
            }
            return true;
        }
        let mut known = false;
        for glob in &scope.globs {
            let mut places = BTreeSet::new();
            self.follow(module, glob, depth + 1, &mut places);
            known |= places.iter().any(|place| match place {
                Target::Inside(inner) => self
                    .scope(inner)
                    .is_some_and(|scope| scope.names.contains_key(first)),
                Target::Outside(_) => false,
            });
            if known {
                self.follow(module, &[glob.as_slice(), path].concat(), depth + 1, found);
                break;
            }
        }
        known
    }
}

/// Reads one file into a [`Code`].
pub(crate) struct Reader<'a> {
    file: &'a str,
    module: Vec<String>,
    code: &'a mut Code,
}

impl Reader<'_> {
    pub(crate) fn read(file: &str, parsed: &syn::File, code: &mut Code) {
        let module = module_of(file);
        if is_test_only(&parsed.attrs) {
            return;
        }
        let mut reader = Reader {
            file,
            module: module.clone(),
            code,
        };
        reader.code.scopes.entry(module).or_default();
        reader.visit_file(parsed);
    }

    fn declare(&mut self, name: &syn::Ident, meaning: Meaning) {
        let scope = self.code.scopes.entry(self.module.clone()).or_default();
        let meanings = scope.names.entry(plain(name)).or_default();
        if !meanings.contains(&meaning) {
            meanings.push(meaning);
        }
    }

    fn mention(&mut self, span: Span, path: Vec<String>, is_glob: bool, is_use: bool) {
        let line = span.start().line;
        let (module, file) = (self.module.clone(), self.file.to_owned());
        self.code.mentions.push(Mention {
            module,
            file,
            line,
            path,
            is_glob,
            is_use,
        });
    }

    fn remark(&mut self, span: Span, message: String) {
        let line = span.start().line;
        self.code
            .remarks
            .push((self.module.clone(), self.file.to_owned(), line, message));
    }

    /// Records what a `use` tree mentions and, as `declares` says, the names that it brings in.
    fn use_tree(&mut self, tree: &syn::UseTree, prefix: &[String], declares: bool) {
        match tree {
            syn::UseTree::Path(tree) => {
                let prefix = [prefix, &[plain(&tree.ident)]].concat();
                self.use_tree(&tree.tree, &prefix, declares);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, prefix, declares);
                }
            }
            syn::UseTree::Glob(glob) => {
                let span = glob
                    .star_token
                    .spans
                    .first()
                    .copied()
                    .unwrap_or_else(Span::call_site);
                self.mention(span, prefix.to_vec(), true, true);
                if declares {
                    let scope = self.code.scopes.entry(self.module.clone()).or_default();
                    scope.globs.push(prefix.to_vec());
                }
            }
            syn::UseTree::Name(name) => self.use_name(&name.ident, &name.ident, prefix, declares),
            syn::UseTree::Rename(name) => {
                self.use_name(&name.ident, &name.rename, prefix, declares);
            }
        }
    }

    fn use_name(&mut self, name: &syn::Ident, new: &syn::Ident, prefix: &[String], declares: bool) {
        // `{self}` names what stands before the braces.
        let (path, new) = match (name == "self", prefix.last()) {
            (true, Some(last)) if new == "self" => {
                (prefix.to_vec(), syn::Ident::new(last, name.span()))
            }
            (true, Some(_)) => (prefix.to_vec(), new.clone()),
            _ => ([prefix, &[plain(name)]].concat(), new.clone()),
        };
        self.mention(name.span(), path.clone(), false, true);
        if declares && new != "_" {
            self.declare(&new, Meaning::Alias(path));
        }
    }

    /// Records the paths and string literals among tokens that no grammar is known for.
    fn tokens(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            at += 1;
            match tree {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    self.literal(&syn::Lit::new(literal.clone()));
                }
                TokenTree::Ident(ident) => at = self.token_path(ident, &trees, at),
                TokenTree::Punct(_) => {}
            }
        }
    }

    /// Records the path that `first` begins and returns the index of the token after it.
    fn token_path(&mut self, first: &syn::Ident, trees: &[TokenTree], mut at: usize) -> usize {
        let is_colon = |at: usize| match trees.get(at) {
            Some(TokenTree::Punct(punct)) => punct.as_char() == ':',
            _ => false,
        };
        let mut path = vec![plain(first)];
        while is_colon(at) && is_colon(at + 1) {
            match trees.get(at + 2) {
                Some(TokenTree::Ident(name)) => path.push(plain(name)),
                Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
                    self.mention(first.span(), path, true, true);
                    return at + 3;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let parser = Punctuated::<syn::UseTree, syn::Token![,]>::parse_terminated;
                    if let Ok(items) = parser.parse2(group.stream()) {
                        for tree in &items {
                            self.use_tree(tree, &path, false);
                        }
                    }
                    return at + 3;
                }
                _ => break,
            }
            at += 3;
        }
        if path.len() > 1 {
            self.mention(first.span(), path, false, false);
        }
        at
    }

    fn literal(&mut self, literal: &syn::Lit) {
        let text = match literal {
            syn::Lit::Str(text) => text.value(),
            syn::Lit::ByteStr(text) => String::from_utf8_lossy(&text.value()).into_owned(),
            syn::Lit::CStr(text) => text.value().to_string_lossy().into_owned(),
            _ => return,
        };
        let lower = text.to_ascii_lowercase();
        let is_home = HOMES_OF_AWS_NAMES.iter().any(|home| {
            home.len() <= self.module.len() && home.iter().zip(&self.module).all(|(a, b)| a == b)
        });
        if !is_home && AWS_NAMES.iter().any(|name| lower.starts_with(name)) {
            self.remark(
                literal.span(),
                format!(
                    "\"{text}\" is a name of AWS; use a constant of `model::action`, \
                     `model::variable` or `model::topic`, or a row of `facts`"
                ),
            );
        }
    }
}

/// An identifier without the `r#` of a raw one.
fn plain(name: &syn::Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

/// Whether these attributes keep their node out of every build but that of the tests.
fn is_test_only(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && attribute
                    .parse_args()
                    .is_ok_and(|meta: syn::Meta| needs_test(&meta)))
    })
}

/// Whether a `cfg` predicate can hold in tests only: `test`, or `all(…)` with such a part.
fn needs_test(predicate: &syn::Meta) -> bool {
    match predicate {
        syn::Meta::List(list) if list.path.is_ident("all") => list
            .parse_args_with(Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated)
            .is_ok_and(|parts| parts.iter().any(needs_test)),
        other => other.path().is_ident("test"),
    }
}

/// Visits a node, its name declared where it has one, unless it is there for tests only. A kind of
/// node that is missing here is read in tests too: stricter, never blind.
macro_rules! outside_tests {
    ($($visit:ident: $node:ident $($name:ident)?),* $(,)?) => {
        $(fn $visit(&mut self, node: &'ast syn::$node) {
            if !is_test_only(&node.attrs) {
                $(self.declare(&node.$name, Meaning::Item);)?
                visit::$visit(self, node);
            }
        })*
    };
}

impl<'ast> Visit<'ast> for Reader<'_> {
    outside_tests! {
        visit_item_const: ItemConst ident, visit_item_enum: ItemEnum ident,
        visit_item_static: ItemStatic ident, visit_item_struct: ItemStruct ident,
        visit_item_trait: ItemTrait ident, visit_item_type: ItemType ident,
        visit_item_union: ItemUnion ident, visit_item_foreign_mod: ItemForeignMod,
        visit_item_impl: ItemImpl, visit_impl_item_const: ImplItemConst,
        visit_impl_item_fn: ImplItemFn, visit_impl_item_type: ImplItemType,
        visit_trait_item_const: TraitItemConst, visit_trait_item_fn: TraitItemFn,
        visit_trait_item_type: TraitItemType, visit_field: Field, visit_variant: Variant,
        visit_arm: Arm, visit_local: Local, visit_field_value: FieldValue,
        visit_expr_block: ExprBlock, visit_expr_call: ExprCall,
        visit_expr_method_call: ExprMethodCall, visit_stmt_macro: StmtMacro,
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test_only(&item.attrs) {
            self.declare(&item.sig.ident, Meaning::Item);
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let module = [self.module.as_slice(), &[plain(&item.ident)]].concat();
        if is_test_only(&item.attrs) {
            self.code.test_only.push(module);
            return;
        }
        if self.file == "main.rs" {
            self.remark(
                item.ident.span(),
                format!("main.rs has a module; move it to `{SHELL}`"),
            );
        }
        self.declare(&item.ident, Meaning::Module);
        if item.content.is_some() {
            let outer = std::mem::replace(&mut self.module, module.clone());
            self.code.scopes.entry(module).or_default();
            visit::visit_item_mod(self, item);
            self.module = outer;
        } else {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if is_test_only(&item.attrs) {
            return;
        }
        let root: Vec<String> = item.leading_colon.iter().map(|_| String::new()).collect();
        self.use_tree(&item.tree, &root, true);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        if is_test_only(&item.attrs) {
            return;
        }
        let path = if item.ident == "self" {
            vec!["crate".to_owned()]
        } else {
            vec![String::new(), plain(&item.ident)]
        };
        self.mention(item.ident.span(), path.clone(), false, true);
        let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
        self.declare(name, Meaning::Alias(path));
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if is_test_only(&item.attrs) {
            return;
        }
        if let Some(name) = &item.ident {
            self.declare(name, Meaning::Item);
            // An exported macro stands in the crate root, whatever module defines it.
            if item
                .attrs
                .iter()
                .any(|attribute| attribute.path().is_ident("macro_export"))
            {
                let path = [
                    &["crate".to_owned()],
                    self.module.as_slice(),
                    &[plain(name)],
                ]
                .concat();
                let root = self.code.scopes.entry(Vec::new()).or_default();
                root.names
                    .entry(plain(name))
                    .or_default()
                    .push(Meaning::Alias(path));
            }
        }
        visit::visit_item_macro(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut names: Vec<String> = path
            .segments
            .iter()
            .map(|part| plain(&part.ident))
            .collect();
        if path.leading_colon.is_some() {
            names.insert(0, String::new());
        }
        if let Some(first) = path.segments.first()
            && names.len() > 1
        {
            self.mention(first.ident.span(), names, false, false);
        }
        visit::visit_path(self, path);
    }

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {
        // `pub(in crate::…)` grants; it imports nothing.
    }

    fn visit_lit(&mut self, literal: &'ast syn::Lit) {
        self.literal(literal);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if call.path.is_ident("include") {
            let remedy = "`include!` hides code from this test; declare a module";
            self.remark(call.bang_token.span, remedy.to_owned());
        }
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let path = attribute.path();
        // Doc comments are attributes. Quoting names of AWS in them is explaining, not computing.
        if path.is_ident("doc") {
            return;
        }
        if path.is_ident("path") {
            let remedy = "`#[path]` hides where the module is; name the file after the module";
            self.remark(attribute.pound_token.span, remedy.to_owned());
        }
        self.visit_path(path);
        match &attribute.meta {
            syn::Meta::List(list) => {
                self.tokens(list.tokens.clone());
                self.quoted_paths(list.tokens.clone());
            }
            syn::Meta::NameValue(pair) => self.visit_expr(&pair.value),
            _ => {}
        }
    }
}

impl Reader<'_> {
    /// Records paths that stand in quotes, as in `#[serde(with = "crate::source::spanned")]`.
    fn quoted_paths(&mut self, tokens: TokenStream) {
        for tree in tokens {
            match tree {
                TokenTree::Group(group) => self.quoted_paths(group.stream()),
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal)
                        && let Ok(path) = text.parse::<syn::Path>()
                    {
                        self.visit_path(&path);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}
