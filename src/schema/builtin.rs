//! The schemas embedded in the library. They are ordinary files, read by the
//! same code as a user's.

/// An embedded schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Builtin {
    /// The name.
    pub name: &'static str,
    /// The text of the file.
    pub text: &'static str,
}

macro_rules! embedded {
    ($($name:literal)* ; $($common:literal)*) => {
        &[
            $(Builtin {
                name: $name,
                text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/", $name, ".toml")),
            },)*
            $(Builtin {
                name: $common,
                text: include_str!(concat!(
                    env!("CARGO_MANIFEST_DIR"), "/schemas/gallery/", $common, ".toml"
                )),
            },)*
        ]
    };
}

/// The embedded schemas; the first is the default of the command. Behind the
/// semicolon stands the gallery: schemas of common formats.
pub const BUILTINS: &[Builtin] = embedded![
    "disease" "medicalkg" "net39" "std";
    "gaf" "gedcom" "key_colon" "key_equals" "ldif" "medline" "obo" "recutils" "rfc822" "ris" "uniprot"
    "vcard" "whois" "wos"
];

/// The names of the embedded schemas.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILTINS.iter().map(|builtin| builtin.name)
}

/// The text of an embedded schema.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    BUILTINS.iter().find(|builtin| builtin.name == name).map(|builtin| builtin.text)
}
