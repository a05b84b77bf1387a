//! The walls between the rooms of the library, and between it and the crates that it stands on.
//!
//! A room is a module right below the crate. The code is read with `syn`, and every path is followed to where it
//! leads: through `use` trees and their renames, globs and re-exports, through `super` and `self`, in bodies, in
//! the tokens of macros and in the texts of attributes. So a wall cannot be passed by writing an import another way.
//!
//! What a user of the library can name is looked at in the same way: no signature of it has a type of a crate that
//! stays inside. Items that a macro writes are not seen there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FilePath, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::support::root;

/// The rooms from the lowest to the highest. A room knows itself and those before it.
const ROOMS: [&str; 32] = [
    "error",
    "stage",
    "parallel",
    "text",
    "source",
    "diagnostic",
    "data",
    "lang",
    "grammar",
    "rules",
    "types",
    "baseline",
    "publish",
    "report",
    "schema",
    "verdict",
    "record",
    "extract",
    "normalize",
    "validate",
    "mill",
    "table",
    "dataset",
    "profile",
    "sink",
    "project",
    "pipeline",
    "explain",
    "prove",
    "draft",
    "render",
    "diff",
];

/// What goes up all the same: the file, the module, and why.
const UPWARD: [(&str, &str, &str); 4] = [
    ("src/schema/raw.rs", "dataset::checks", A_CHECK_IS_A_FILE),
    ("src/schema/model.rs", "dataset::checks", A_CHECK_IS_A_FILE),
    ("src/schema/resolve/check.rs", "dataset::checks", A_CHECK_IS_A_FILE),
    // By way of `schema::model`.
    ("src/verdict/end_of_run.rs", "dataset::checks", A_CHECK_IS_A_FILE),
];

const A_CHECK_IS_A_FILE: &str = "a kind of check is one file: its options in the schema stand beside how it is folded and finished";

/// Stages that do not know each other, though one is higher: what one has made comes as data of a lower room.
const APART: [(&str, &[&str]); 8] = [
    ("normalize", &["extract"]),
    ("validate", &["extract", "normalize"]),
    ("table", &["record", "extract", "normalize", "validate", "mill"]),
    ("dataset", &["extract", "normalize", "validate", "mill", "report"]),
    ("profile", &["record", "extract", "normalize", "validate", "mill"]),
    ("sink", &["record", "extract", "normalize", "validate", "mill", "dataset", "profile"]),
    ("prove", &["extract", "normalize", "validate", "pipeline", "sink", "dataset"]),
    ("render", &["record", "extract", "normalize", "validate", "mill", "pipeline", "sink"]),
];

/// What lies beyond the library, and the rooms that may know it.
const BEYOND: [(&str, &[&str]); 14] = [
    ("polars", &["table", "dataset", "sink", "pipeline", "diff"]),
    ("polars_arrow", &["sink"]),
    ("polars_parquet", &["sink"]),
    ("polars_parquet_format", &["sink"]),
    ("polars_lazy", &["dataset"]),
    ("polars_sql", &["dataset"]),
    ("sqlparser", &["dataset"]),
    (
        "regex",
        &[
            "data", "lang", "grammar", "rules", "types", "schema", "record", "extract", "table",
            "explain", "prove", "draft",
        ],
    ),
    // Values as a schema has them.
    ("toml", &["data", "lang", "rules", "schema", "dataset", "prove", "draft"]),
    // Inputs, outputs, and a reader of one file each for schemas and baselines; the outputs of two runs.
    ("std::fs", &["source", "publish", "schema", "baseline", "diff"]),
    // `source` decompresses ahead of who reads.
    ("std::thread", &["source", "parallel", "pipeline"]),
    // What is too much for memory: inputs that can be read but once, ids, footers.
    ("tempfile", &["source", "record", "sink", "diff"]),
    ("anyhow", &[]),
    ("clap", &[]),
];

/// More segments than any path has.
const LONGEST: usize = 32;

/// A path as it is written, by its segments. A leading empty segment stands for `::`.
type Written = Vec<String>;

/// What is known of a module.
#[derive(Default)]
struct Scope {
    /// Each name that an import, a re-export or an alias of a type brings in; several where bodies differ.
    names: BTreeMap<String, Vec<Written>>,
    globs: Vec<Written>,
    children: BTreeSet<String>,
    /// What the module defines itself.
    items: BTreeSet<String>,
    /// Those of them that are `pub`.
    public: BTreeSet<String>,
    /// Every path, with the module in which it is to be read.
    paths: BTreeSet<Written>,
    file: String,
}

/// A module, its file, and a place that it knows.
type Uses<'c> = BTreeSet<(&'c Written, &'c str, Written)>;

/// The library, module by module. The name of a module is its path below the crate.
#[derive(Default)]
struct Code {
    scopes: BTreeMap<Written, Scope>,
    files: Vec<(Written, syn::File)>,
}

fn plain(ident: &impl ToString) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

/// Whether an item is there for tests alone.
fn for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        let condition = list.tokens.to_string().replace(' ', "");
        list.path.is_ident("cfg") && (condition == "test" || condition.starts_with("all(test,"))
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::ExternCrate(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::TraitAlias(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Union(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn written(path: &syn::Path) -> Written {
    let lead = path.leading_colon.map(|_| String::new());
    lead.into_iter().chain(path.segments.iter().map(|segment| plain(&segment.ident))).collect()
}

/// What is read of one module.
struct Reader<'c> {
    code: &'c mut Code,
    module: Written,
}

impl Reader<'_> {
    fn scope(&mut self) -> &mut Scope {
        self.code.scopes.get_mut(&self.module).unwrap()
    }

    fn path(&mut self, path: Written) {
        self.scope().paths.insert(path);
    }

    fn import(&mut self, prefix: &Written, tree: &syn::UseTree) {
        let joined = |name: &syn::Ident| {
            let mut path = prefix.clone();
            if *name != "self" || prefix.is_empty() {
                path.push(plain(name));
            }
            path
        };
        match tree {
            syn::UseTree::Path(tree) => self.import(&joined(&tree.ident), &tree.tree),
            syn::UseTree::Name(tree) => {
                let path = joined(&tree.ident);
                let name = path.last().unwrap().clone();
                self.named(name, path);
            }
            syn::UseTree::Rename(tree) => {
                let path = joined(&tree.ident);
                self.named(plain(&tree.rename), path);
            }
            syn::UseTree::Glob(_) => {
                self.scope().globs.push(prefix.clone());
                let mut path = prefix.clone();
                path.push("*".to_owned());
                self.path(path);
            }
            syn::UseTree::Group(tree) => {
                tree.items.iter().for_each(|item| self.import(prefix, item));
            }
        }
    }

    fn item(&mut self, name: &syn::Ident, visibility: &syn::Visibility) {
        self.scope().items.insert(plain(name));
        if is_public(visibility) {
            self.scope().public.insert(plain(name));
        }
    }

    fn named(&mut self, name: String, path: Written) {
        self.path(path.clone());
        self.scope().names.entry(name).or_default().push(path);
    }

    /// The paths of tokens that nothing has parsed: those of macros.
    fn tokens(&mut self, prefix: &Written, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let colons = |at: usize| {
            matches!((tokens.get(at), tokens.get(at + 1)), (Some(TokenTree::Punct(a)), Some(TokenTree::Punct(b)))
                if a.as_char() == ':' && b.as_char() == ':')
        };
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(ident) => {
                    let mut path = prefix.clone();
                    path.push(plain(ident));
                    at += 1;
                    while colons(at) {
                        match tokens.get(at + 2) {
                            Some(TokenTree::Ident(ident)) => path.push(plain(ident)),
                            Some(TokenTree::Group(group))
                                if group.delimiter() == Delimiter::Brace =>
                            {
                                self.tokens(&path, group.stream());
                            }
                            Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
                                path.push("*".to_owned());
                            }
                            _ => break,
                        }
                        at += 3;
                    }
                    if path.len() > 1 {
                        self.path(path);
                    }
                }
                TokenTree::Group(group) => {
                    self.tokens(&Vec::new(), group.stream());
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    /// Texts of attributes that are paths, as serde has them.
    fn texts(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Literal(literal) => {
                    let text = syn::parse_str::<syn::LitStr>(&literal.to_string());
                    if let Ok(path) = text.and_then(|text| text.parse::<syn::Path>())
                        && path.segments.len() > 1
                    {
                        self.path(written(&path));
                    }
                }
                TokenTree::Group(group) => self.texts(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let lead: Written = item.leading_colon.map(|_| String::new()).into_iter().collect();
        self.import(&lead, &item.tree);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
        let path = if item.ident == "self" {
            vec!["crate".to_owned()]
        } else {
            vec![String::new(), plain(&item.ident)]
        };
        self.named(plain(name), path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("path")) {
            let syn::Meta::NameValue(path) = &attribute.meta else { panic!("{}", item.ident) };
            let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) = &path.value else {
                panic!("{}", item.ident)
            };
            let path = path.value();
            let beside = path.strip_suffix(".rs").filter(|name| !name.contains(['/', '\\', '.']));
            let beside =
                beside.unwrap_or_else(|| panic!("a module stands where it is used: {path}"));
            self.scope().children.insert(beside.to_owned());
        }
        let name = plain(&item.ident);
        self.scope().children.insert(name.clone());
        if let Some((_, items)) = &item.content {
            let file = self.scope().file.clone();
            let mut module = self.module.clone();
            module.push(name);
            self.code.scopes.entry(module.clone()).or_default().file = file;
            let outer = std::mem::replace(&mut self.module, module);
            for item in items {
                self.visit_item(item);
            }
            self.module = outer;
        }
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        if let syn::Type::Path(target) = &*item.ty
            && target.qself.is_none()
        {
            self.named(plain(&item.ident), written(&target.path));
        }
        visit::visit_item_type(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.item(&item.ident, &item.vis);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.item(&item.ident, &item.vis);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.item(&item.ident, &item.vis);
        visit::visit_item_trait(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        // A name by itself was brought in by an import, which is looked at, or is none of a module.
        if path.segments.len() > 1 {
            self.path(written(path));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        assert!(!item.path.is_ident("include"), "code is taken in as a module");
        self.tokens(&Vec::new(), item.tokens.clone());
        visit::visit_macro(self, item);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(&Vec::new(), list.tokens.clone());
            self.texts(list.tokens.clone());
        }
        visit::visit_attribute(self, attribute);
    }
}

impl Code {
    fn add(&mut self, module: &[&str], file: &str, text: &str) {
        let module: Written = module.iter().map(|name| (*name).to_owned()).collect();
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        file.clone_into(&mut self.scopes.entry(module.clone()).or_default().file);
        Reader { code: self, module: module.clone() }.visit_file(&parsed);
        self.files.push((module, parsed));
    }

    fn of_library() -> Self {
        let mut code = Self::default();
        let source = root().join("src");
        let mut files = Vec::new();
        files_below(&source, &mut files);
        for path in files {
            let below = path.strip_prefix(&source).unwrap().with_extension("");
            let mut module: Vec<_> = below.iter().map(|name| name.to_str().unwrap()).collect();
            // The command sees what any other program sees, and nobody sees it.
            if module == ["main"] || module[0] == "cli" {
                continue;
            }
            if matches!(module.last(), Some(&("mod" | "lib"))) {
                module.pop();
            }
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            let text = std::fs::read_to_string(&path).unwrap();
            code.add(&module, &name, &text);
        }
        code.without_tests();
        code
    }

    /// Takes out the files of modules that are declared for tests alone: nobody lists them as a child.
    fn without_tests(&mut self) {
        let all: Vec<_> = self.scopes.keys().cloned().collect();
        for module in all {
            let known = (1..=module.len()).all(|end| {
                self.scopes
                    .get(&module[..end - 1])
                    .is_some_and(|outer| outer.children.contains(&module[end - 1]))
            });
            if !known {
                self.scopes.remove(&module);
                self.files.retain(|(other, _)| *other != module);
            }
        }
    }

    /// Where a path may lead, as full paths: `crate` and below, or a crate and below. Each way station is reported.
    fn follow(&self, module: &[String], path: &[String]) -> BTreeSet<Written> {
        let mut found = BTreeSet::new();
        self.walk(module, path, &mut found, &mut BTreeSet::new());
        found
    }

    fn walk(
        &self,
        module: &[String],
        path: &[String],
        found: &mut BTreeSet<Written>,
        seen: &mut BTreeSet<(Written, Written)>,
    ) {
        // No path is that long but one that two imports hand to each other.
        if path.len() > LONGEST || !seen.insert((module.to_vec(), path.to_vec())) {
            return;
        }
        let mut at = module.to_vec();
        let mut rest = path;
        match rest.first().map(String::as_str) {
            None | Some("Self" | "*") => return,
            Some("crate") => {
                at.clear();
                rest = &rest[1..];
            }
            Some("") => {
                found.insert(rest[1..].to_vec());
                return;
            }
            Some("self") => rest = &rest[1..],
            Some("super") => {}
            Some(first) => {
                if !self.enter(&at, first, &rest[1..], found, seen) {
                    // Neither here nor brought in: a crate, or what is in scope everywhere.
                    found.insert(rest.to_vec());
                }
                return;
            }
        }
        while rest.first().is_some_and(|segment| segment == "super") {
            at.pop();
            rest = &rest[1..];
        }
        self.below(&at, rest, found, seen);
    }

    /// A path that begins in a module of ours.
    fn below(
        &self,
        at: &[String],
        rest: &[String],
        found: &mut BTreeSet<Written>,
        seen: &mut BTreeSet<(Written, Written)>,
    ) {
        let ours = |rest: &[String]| {
            std::iter::once("crate".to_owned())
                .chain(at.iter().cloned())
                .chain(rest.iter().cloned())
                .collect()
        };
        found.insert(ours(rest));
        if let Some((first, rest)) = rest.split_first() {
            self.enter(at, first, rest, found, seen);
        }
    }

    /// Follows a name of a module; whether the module has it.
    fn enter(
        &self,
        at: &[String],
        name: &str,
        rest: &[String],
        found: &mut BTreeSet<Written>,
        seen: &mut BTreeSet<(Written, Written)>,
    ) -> bool {
        let Some(scope) = self.scopes.get(at) else { return false };
        let mut has = false;
        if scope.children.contains(name) {
            let mut inner = at.to_vec();
            inner.push(name.to_owned());
            self.below(&inner, rest, found, seen);
            has = true;
        }
        if scope.items.contains(name) {
            let ours = std::iter::once("crate").chain(at.iter().map(String::as_str)).chain([name]);
            found.insert(ours.map(str::to_owned).chain(rest.iter().cloned()).collect());
            has = true;
        }
        for target in scope.names.get(name).into_iter().flatten() {
            // `use polars;` and `use glob::glob;` bring in a crate, or what is in it, by the crate's own name.
            let outside = target[0] == name && !scope.children.contains(name);
            let whole: Written = target.iter().chain(rest).cloned().collect();
            if outside {
                found.insert(whole);
            } else {
                self.walk(at, &whole, found, seen);
            }
            has = true;
        }
        if has {
            return true;
        }
        for glob in &scope.globs {
            // A glob does not name itself.
            let busy = (at.to_vec(), [glob.as_slice(), &["*".to_owned()]].concat());
            if !seen.insert(busy.clone()) {
                continue;
            }
            let whole = [glob.as_slice(), &[name.to_owned()], rest].concat();
            let mut behind = BTreeSet::new();
            self.walk(at, &whole, &mut behind, seen);
            seen.remove(&busy);
            // What the module behind the glob does not have is not brought in by it; of crates nobody knows.
            if behind.iter().any(|path| path[0] == "crate" && self.exists(path)) {
                found.extend(behind);
                has = true;
            }
        }
        has
    }

    /// Whether a path below the crate begins with a module, or is an item of one, as far as is known.
    fn exists(&self, path: &[String]) -> bool {
        (1..path.len()).any(|end| {
            self.scopes.get(&path[1..end]).is_some_and(|scope| {
                let name = &path[end];
                scope.children.contains(name) || scope.items.contains(name)
            })
        })
    }

    /// Every pair of a module and a place that one of its paths leads to.
    fn uses(&self) -> Uses<'_> {
        let mut uses = BTreeSet::new();
        for (module, scope) in &self.scopes {
            for path in &scope.paths {
                for place in self.follow(module, path) {
                    uses.insert((module, scope.file.as_str(), place));
                }
            }
        }
        uses
    }

    /// The paths that go up, by their file and the room that they lead to.
    fn upward(&self, rooms: &[&str]) -> BTreeSet<(String, String)> {
        let height = |room: &str| rooms.iter().position(|other| *other == room);
        let mut upward = BTreeSet::new();
        for (module, file, place) in self.uses() {
            // The root of the crate names every room.
            let Some(own) = module.first() else { continue };
            if place[0] != "crate" {
                continue;
            }
            let to = match place.get(1).map(String::as_str) {
                // All rooms at once, or the crate by another name.
                None | Some("*") => "*",
                Some(name) if self.scopes[&Vec::new()].children.contains(name) => name,
                // What the root defines or passes on was followed by itself.
                Some(_) => continue,
            };
            let (Some(from), Some(target)) = (height(own), height(to)) else {
                if to != "*" || place.len() == 2 {
                    upward.insert((file.to_owned(), to.to_owned()));
                }
                continue;
            };
            if target > from {
                upward.insert((file.to_owned(), to.to_owned()));
            }
        }
        upward
    }

    /// The files that know something beyond the library, for each name that is watched.
    fn beyond(uses: &Uses<'_>, watched: &str) -> BTreeSet<(String, String)> {
        let watched: Vec<_> = watched.split("::").collect();
        let mut found = BTreeSet::new();
        for (module, file, place) in uses {
            // A glob of what lies above takes it in as well.
            let star = place.last().is_some_and(|last| last == "*");
            let same = place.iter().zip(&watched).take_while(|(a, b)| a == b).count();
            if same == watched.len() || (star && same > 0 && same + 1 == place.len()) {
                let room = module.first().map_or("", String::as_str);
                found.insert((room.to_owned(), (*file).to_owned()));
            }
        }
        found
    }
}

fn files_below(folder: &FilePath, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
}

#[test]
fn every_room_has_its_place() {
    let code = Code::of_library();
    let rooms = code.scopes[&Vec::new()].children.iter().map(String::as_str);
    let rooms: BTreeSet<_> = rooms.filter(|room| *room != "cli").collect();
    assert_eq!(rooms, ROOMS.into_iter().collect());
}

#[test]
fn no_room_knows_one_above_it() {
    let code = Code::of_library();
    let found = code.upward(&ROOMS);
    let room = |module: &str| module.split("::").next().unwrap().to_owned();
    let allowed: BTreeSet<_> =
        UPWARD.iter().map(|(file, module, _)| ((*file).to_owned(), room(module))).collect();
    let new: Vec<_> = found.difference(&allowed).collect();
    let gone: Vec<_> = allowed.difference(&found).collect();
    assert!(new.is_empty(), "these know a room above their own: {new:#?}");
    assert!(gone.is_empty(), "these exceptions are not needed any more: {gone:#?}");
    // And no more of the room than that module.
    for (_, file, place) in code.uses() {
        for (_, module, _) in UPWARD.iter().filter(|(of, _, _)| *of == file) {
            let path = place.join("::");
            let beside = path.starts_with(&format!("crate::{}", room(module)));
            assert!(
                !beside || path.starts_with(&format!("crate::{module}")),
                "{file} knows {path}"
            );
        }
    }
}

#[test]
fn stages_do_not_know_each_other() {
    let code = Code::of_library();
    for (module, file, place) in code.uses() {
        let apart = APART.iter().find(|(room, _)| module.first().is_some_and(|own| own == room));
        if let (Some((_, others)), "crate", Some(to)) = (apart, place[0].as_str(), place.get(1)) {
            assert!(!others.contains(&to.as_str()), "{file} knows {to}");
        }
    }
}

#[test]
fn what_lies_beyond_is_known_where_it_belongs() {
    let code = Code::of_library();
    let uses = code.uses();
    for (name, rooms) in BEYOND {
        let wrong: Vec<_> = Code::beyond(&uses, name)
            .into_iter()
            .filter(|(room, _)| !rooms.contains(&room.as_str()))
            .collect();
        assert!(wrong.is_empty(), "{name} is not for {wrong:#?}");
    }
}

/// Crates whose types are none of a user's business: another version of one would be another version of ours.
const KEPT_INSIDE: [&str; 11] = [
    "polars",
    "polars_arrow",
    "polars_parquet",
    "polars_parquet_format",
    "polars_lazy",
    "polars_sql",
    "regex",
    "regex_automata",
    "sqlparser",
    "toml",
    "serde_json",
];

/// What a user can name: modules as a whole, and single items that are passed on from elsewhere.
#[derive(Default)]
struct Public {
    modules: BTreeSet<Written>,
    items: BTreeSet<(Written, String)>,
}

fn is_hidden(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        matches!(&attribute.meta, syn::Meta::List(list)
            if list.path.is_ident("doc") && list.tokens.to_string() == "hidden")
    })
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

impl Public {
    fn of(code: &Code) -> Self {
        let mut public = Self::default();
        let mut waiting = vec![Written::new()];
        while let Some(module) = waiting.pop() {
            if !public.modules.insert(module.clone()) {
                continue;
            }
            let Some((_, file)) = code.files.iter().find(|(of, _)| *of == module) else { continue };
            for item in &file.items {
                match item {
                    syn::Item::Mod(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                        waiting.push([module.as_slice(), &[plain(&item.ident)]].concat());
                    }
                    syn::Item::Use(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                        public.passed_on(code, &module, &Vec::new(), &item.tree, &mut waiting);
                    }
                    _ => {}
                }
            }
        }
        public
    }

    fn passed_on(
        &mut self,
        code: &Code,
        module: &Written,
        prefix: &Written,
        tree: &syn::UseTree,
        waiting: &mut Vec<Written>,
    ) {
        let joined = |name: &syn::Ident| [prefix.as_slice(), &[plain(name)]].concat();
        let path = match tree {
            syn::UseTree::Path(tree) => {
                return self.passed_on(code, module, &joined(&tree.ident), &tree.tree, waiting);
            }
            syn::UseTree::Group(tree) => {
                return tree
                    .items
                    .iter()
                    .for_each(|tree| self.passed_on(code, module, prefix, tree, waiting));
            }
            syn::UseTree::Name(tree) => joined(&tree.ident),
            syn::UseTree::Rename(tree) => joined(&tree.ident),
            syn::UseTree::Glob(_) => prefix.clone(),
        };
        for place in code.follow(module, &path) {
            let place = if place[0] == "crate" { &place[1..] } else { continue };
            if code.scopes.contains_key(place) {
                waiting.push(place.to_vec());
            } else if let Some((name, module)) = place.split_last() {
                self.items.insert((module.to_vec(), name.clone()));
            }
        }
    }

    fn has(&self, module: &Written, name: &syn::Ident) -> bool {
        self.modules.contains(module) || self.items.contains(&(module.clone(), plain(name)))
    }
}

/// Every path of what it visits.
#[derive(Default)]
struct Paths(Vec<Written>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(written(path));
        visit::visit_path(self, path);
    }

    // What a signature says, not how it is kept.
    fn visit_block(&mut self, _: &'ast syn::Block) {}

    fn visit_expr(&mut self, _: &'ast syn::Expr) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

/// Signatures that name a type of a crate that is to stay inside.
fn leaks(code: &Code) -> Vec<String> {
    let public = Public::of(code);
    let mut leaks = Vec::new();
    for (module, file) in &code.files {
        let mut look = |what: &str, paths: Paths| {
            for path in paths.0 {
                let inside = code
                    .follow(module, &path)
                    .into_iter()
                    .find(|place| KEPT_INSIDE.contains(&place[0].as_str()));
                if let Some(place) = inside {
                    leaks.push(format!(
                        "{}: {what} names {}",
                        code.scopes[module].file,
                        place.join("::")
                    ));
                }
            }
        };
        let of = |visit: &dyn Fn(&mut Paths)| {
            let mut paths = Paths::default();
            visit(&mut paths);
            paths
        };
        for item in file.items.iter().filter(|item| !is_hidden(attributes(item))) {
            match item {
                syn::Item::Fn(item)
                    if is_public(&item.vis) && public.has(module, &item.sig.ident) =>
                {
                    look(
                        &item.sig.ident.to_string(),
                        of(&|paths| paths.visit_signature(&item.sig)),
                    );
                }
                syn::Item::Struct(item)
                    if is_public(&item.vis) && public.has(module, &item.ident) =>
                {
                    look(
                        &item.ident.to_string(),
                        of(&|paths| paths.visit_generics(&item.generics)),
                    );
                    for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                        look(&item.ident.to_string(), of(&|paths| paths.visit_field(field)));
                    }
                }
                syn::Item::Enum(item)
                    if is_public(&item.vis) && public.has(module, &item.ident) =>
                {
                    look(&item.ident.to_string(), of(&|paths| paths.visit_item_enum(item)));
                }
                syn::Item::Trait(item)
                    if is_public(&item.vis) && public.has(module, &item.ident) =>
                {
                    look(&item.ident.to_string(), of(&|paths| paths.visit_item_trait(item)));
                }
                syn::Item::Type(item)
                    if is_public(&item.vis) && public.has(module, &item.ident) =>
                {
                    look(&item.ident.to_string(), of(&|paths| paths.visit_item_type(item)));
                }
                syn::Item::Const(item)
                    if is_public(&item.vis) && public.has(module, &item.ident) =>
                {
                    look(&item.ident.to_string(), of(&|paths| paths.visit_type(&item.ty)));
                }
                syn::Item::Static(item)
                    if is_public(&item.vis) && public.has(module, &item.ident) =>
                {
                    look(&item.ident.to_string(), of(&|paths| paths.visit_type(&item.ty)));
                }
                syn::Item::Impl(item) if is_of_public(code, &public, module, item) => {
                    if let Some((_, of_trait, _)) = &item.trait_ {
                        look("an impl", of(&|paths| paths.visit_path(of_trait)));
                    }
                    for part in &item.items {
                        match part {
                            syn::ImplItem::Fn(method)
                                if is_public(&method.vis) && !is_hidden(&method.attrs) =>
                            {
                                let name = method.sig.ident.to_string();
                                look(&name, of(&|paths| paths.visit_signature(&method.sig)));
                            }
                            syn::ImplItem::Type(part) => {
                                look(
                                    &part.ident.to_string(),
                                    of(&|paths| paths.visit_type(&part.ty)),
                                );
                            }
                            syn::ImplItem::Const(part) if is_public(&part.vis) => {
                                look(
                                    &part.ident.to_string(),
                                    of(&|paths| paths.visit_type(&part.ty)),
                                );
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
    leaks
}

fn is_of_public(code: &Code, public: &Public, module: &Written, item: &syn::ItemImpl) -> bool {
    let syn::Type::Path(own) = &*item.self_ty else { return false };
    code.follow(module, &written(&own.path)).into_iter().any(|place| {
        let Some((name, module)) = place.split_last() else { return false };
        module.split_first().is_some_and(|(first, module)| {
            first == "crate"
                && (public.items.contains(&(module.to_vec(), name.clone()))
                    || (public.modules.contains(module)
                        && code.scopes[module].public.contains(name)))
        })
    })
}

#[test]
fn no_public_signature_names_a_crate_that_stays_inside() {
    let leaks = leaks(&Code::of_library());
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn a_leak_is_seen_however_it_gets_out() {
    let told = |inner: &str| {
        let mut code = Code::default();
        code.add(&[], "lib.rs", "pub mod open; #[doc(hidden)] pub mod hidden; mod shut;");
        code.add(&["open"], "open.rs", inner);
        code.add(&["hidden"], "hidden.rs", "pub fn f(_: regex::Regex) {}");
        code.add(
            &["shut"],
            "shut.rs",
            "pub struct S { pub at: regex::Regex } pub(crate) type R = regex::Regex;",
        );
        leaks(&code).len()
    };
    let leaking = [
        "pub fn f(_: &regex::Regex) {}",
        "use regex as r; pub fn f() -> Vec<Option<r::Regex>> { todo!() }",
        "use regex::Regex; pub struct S { pub at: Regex }",
        "pub enum E { A(serde_json::Value) }",
        "pub struct S; impl S { pub fn f() -> impl Iterator<Item = toml::Value> { todo!() } }",
        "pub struct S; impl From<toml::Value> for S { fn from(_: toml::Value) -> S { S } }",
        "pub trait T { fn f(_: polars::prelude::DataFrame); }",
        "pub type F = polars::prelude::DataFrame;",
        "pub use crate::shut::S;",
        "use crate::shut::R; pub fn f(_: R) {}",
        "pub use super::hidden::f;",
    ];
    for text in leaking {
        assert!(told(text) > 0, "{text}");
    }
    let kept = [
        "fn f(_: regex::Regex) {}",
        "pub(crate) fn f(_: regex::Regex) {}",
        "pub struct S { at: regex::Regex, pub(crate) to: regex::Regex }",
        "pub struct S; impl S { fn f(_: regex::Regex) {} }",
        "struct S; impl S { pub fn f(_: regex::Regex) {} }",
        "pub fn f() { let _: Option<regex::Regex> = None; }",
        "use crate::hidden::f;",
    ];
    for text in kept {
        assert_eq!(told(text), 0, "{text}");
    }
}

/// Rooms `low` and `high`, with a module `inner` of `low` that has this text, and what of it goes up.
fn inner(text: &str) -> BTreeSet<(String, String)> {
    with_low("", text)
}

/// The same, and something in `low` itself.
fn with_low(low: &str, inner: &str) -> BTreeSet<(String, String)> {
    let mut code = Code::default();
    code.add(&[], "lib.rs", "pub mod low; pub mod high; pub use high::Thing as Passed;");
    code.add(&["low"], "low.rs", &format!("mod inner; pub struct Own; {low}"));
    code.add(&["low", "inner"], "inner.rs", inner);
    code.add(&["high"], "high.rs", "pub mod deep; pub struct Thing; pub use deep::Deep;");
    code.add(&["high", "deep"], "deep.rs", "pub struct Deep; use crate::low::Own;");
    code.upward(&["low", "high"])
}

#[test]
fn an_import_upward_is_seen_however_it_is_written() {
    let ways = [
        "use crate::high::Thing;",
        "use crate::{low::Own, high::{self, deep::Deep}};",
        "use crate::high as h; fn f(_: h::Thing) {}",
        "use crate as c; fn f(_: c::high::Thing) {}",
        "use super::super::high::Thing;",
        "use super::super as up; fn f(_: up::high::Thing) {}",
        "fn f() { let _ = crate::high::Thing; }",
        "fn f() { let _ = super::super::high::deep::Deep; }",
        "fn f() { use super::super::{high::*}; }",
        "use crate::*; fn f(_: high::Thing) {}",
        "use crate::Passed;",
        "fn f(_: Option<Vec<crate::Passed>>) {}",
        "mod below { use super::super::super::high::Thing; }",
        "type T = crate::high::Thing;",
        "impl crate::high::Thing { fn f() {} }",
        "fn f() { println!(\"{:?}\", crate::high::Thing); }",
        "macro_rules! m { () => { use $crate::{low::Own, high::Thing}; } }",
        "#[serde(with = \"crate::high::deep\")] struct S;",
        "extern crate self as me; fn f(_: me::high::Thing) {}",
        "use crate::r#high::Thing;",
        "fn f<T: crate::high::Thing>() where T: Clone {}",
    ];
    for way in ways {
        let expected = BTreeSet::from([("inner.rs".to_owned(), "high".to_owned())]);
        let found: BTreeSet<_> =
            inner(way).into_iter().filter(|(_, room)| room == "high").collect();
        let all = inner(way);
        assert!(found == expected || all.iter().any(|(_, room)| room == "*"), "{way}: {all:?}");
    }
}

#[test]
fn what_a_room_passes_on_leads_where_it_comes_from() {
    for low in
        ["pub use crate::high::Thing as T;", "pub(crate) use crate::high::{self as x, Thing as T};"]
    {
        for way in ["use super::T;", "use crate::low::T;", "use super::*; fn f() { T::new(); }"] {
            let found = with_low(low, way);
            assert!(
                found.contains(&("inner.rs".to_owned(), "high".to_owned())),
                "{way}: {found:?}"
            );
        }
    }
}

#[test]
fn what_is_allowed_is_not_told() {
    let ways = [
        "use crate::low::Own;",
        "use super::{self, Own}; use super::super::low; fn f(_: low::Own) {}",
        "use self::below::B; mod below { pub struct B; }",
        "use std::collections::BTreeMap as high; fn f(_: high::Thing) {}",
        "#[cfg(test)] mod tests { use crate::high::Thing; }",
        "/// See `crate::high::Thing`.\nfn f() {}",
        "fn f() { let high = 1; let _ = high; }",
    ];
    for way in ways {
        assert_eq!(inner(way), BTreeSet::new(), "{way}");
    }
}

#[test]
fn a_crate_is_seen_by_whatever_name_it_goes() {
    let ways = [
        "use polars::prelude::DataFrame;",
        "use polars as p; fn f(_: p::prelude::DataFrame) {}",
        "use polars; fn f(_: polars::prelude::DataFrame) {}",
        "extern crate polars as p;",
        "fn f(_: ::polars::prelude::DataFrame) {}",
        "fn f() { vec![polars::prelude::df()]; }",
        "use {std::fmt, polars::{prelude as x}};",
        "mod polars_like { pub use polars::prelude::*; }",
    ];
    let in_room = |text: &str, name: &str| {
        let mut code = Code::default();
        code.add(&[], "lib.rs", "mod low;");
        code.add(&["low"], "low.rs", text);
        Code::beyond(&code.uses(), name)
    };
    let expected = BTreeSet::from([("low".to_owned(), "low.rs".to_owned())]);
    for way in ways {
        assert_eq!(in_room(way, "polars"), expected, "{way}");
    }
    for way in [
        "use std::fs::File;",
        "use std::*;",
        "use std as s; fn f() { s::fs::read(); }",
        "use std::{fs as f, io};",
    ] {
        assert_eq!(in_room(way, "std::fs"), expected, "{way}");
    }
    for way in ["use std::io::*;", "fn f(polars: u8) { g(polars) }", "use crate::low::polars;"] {
        assert_eq!(in_room(way, "polars"), BTreeSet::new(), "{way}");
        assert_eq!(in_room(way, "std::fs"), BTreeSet::new(), "{way}");
    }
}
