//! Tables of the schema whose options depend on one word of theirs, the tag:
//! `check = "unique"`, `type = "date"`, `by = "start-key"`.
//!
//! In: a spanned TOML table. Out: a [`Tagged`]: the options that every such table
//! has, and those of the word, each read by a struct of its own with its spans.
//! The JSON Schema of such a table is a `oneOf` with one member per word, in
//! which the tag is a `const`: an editor offers what fits the word, and nothing
//! else. The check of a schema file picks its member in the same way.
//!
//! A list of words is made by `tagged!`: adding a word is a line there and a
//! struct that derives `Deserialize` and `JsonSchema`, with
//! `#[serde(deny_unknown_fields)]` and docs. None of serde's own ways to read by
//! a tag (`tag`, `untagged`, `flatten`) keeps the spans.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value as Json;
use serde_spanned::de::{SpannedDeserializer, is_spanned};

use crate::source::Spanned;

/// The words that a tag may have, each with the struct of its options.
pub trait Tag: Sized {
    /// What the JSON Schema calls the table.
    const NAME: &'static str;
    /// What the table is for.
    const DESCRIPTION: &'static str;
    /// The key that holds the word.
    const KEY: &'static str;
    /// The words, in the order of the reference.
    const WORDS: &'static [&'static str];

    /// The word of these options.
    fn word(&self) -> &'static str;

    /// Reads the options of a word.
    ///
    /// # Errors
    ///
    /// There is no such word, or the options do not fit it.
    fn read<'de, D: Deserializer<'de>>(word: &str, options: D) -> Result<Self, D::Error>;

    /// The JSON Schema of the options of each word, in the order of the words.
    fn options(generator: &mut SchemaGenerator) -> Vec<Schema>;
}

/// A table that was read by its tag.
#[derive(Debug)]
pub struct Tagged<C, T> {
    /// Where the word of the tag stands.
    pub tag: Range<usize>,
    /// The options that the table has with any word.
    pub common: C,
    /// The options of its word.
    pub kind: T,
}

impl<'de, C: Deserialize<'de>, T: Tag> Deserialize<'de> for Tagged<C, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Node::Table(mut entries) = Node::deserialize(deserializer)? else {
            return Err(D::Error::custom("expected a table"));
        };
        let tag = entries.iter().position(|(key, _)| key.value == T::KEY);
        let (_, tag) = entries.remove(tag.ok_or_else(|| D::Error::missing_field(T::KEY))?);
        let Node::Text(word) = &tag.value else {
            return Err(D::Error::custom(format!("`{}` must be a string", T::KEY)));
        };
        let common = C::deserialize(Part::new(&mut entries))?;
        let kind = T::read(word, All::new(entries))?;
        Ok(Self { tag: tag.span, common, kind })
    }
}

impl<C: JsonSchema, T: Tag> JsonSchema for Tagged<C, T> {
    fn schema_name() -> Cow<'static, str> {
        T::NAME.into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let common = C::json_schema(generator).to_value();
        let options = T::options(generator);
        let members = T::WORDS.iter().zip(options);
        let members: Vec<_> =
            members.map(|(word, own)| member(T::KEY, word, &common, &own.to_value())).collect();
        json_schema!({
            "description": T::DESCRIPTION,
            "type": "object",
            "required": [T::KEY],
            "oneOf": members,
        })
    }
}

/// The JSON Schema of a table with one word: the tag, the word's own options,
/// and those that are there with any word.
fn member(key: &str, word: &str, common: &Json, own: &Json) -> Json {
    let mut properties = serde_json::Map::new();
    properties.insert(key.to_owned(), serde_json::json!({ "type": "string", "const": word }));
    let mut required = vec![Json::from(key)];
    for part in [own, common] {
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
        required.extend(part["required"].as_array().cloned().unwrap_or_default());
    }
    serde_json::json!({
        "description": own["description"],
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The members of the JSON Schema of a tagged table, and the key of its tag;
/// none if the schema is that of something else.
pub(crate) fn members(schema: &Json) -> Option<(&[Json], &str)> {
    let members = schema["oneOf"].as_array()?;
    let properties = members.first()?["properties"].as_object()?;
    let (key, _) = properties.iter().find(|(_, property)| property["const"].is_string())?;
    Some((members, key))
}

/// The word of a member.
pub(crate) fn word_of<'s>(member: &'s Json, key: &str) -> &'s str {
    member["properties"][key]["const"].as_str().unwrap_or_default()
}

/// Makes the enum of the words of a tag.
///
/// ```text
/// tagged! {
///     /// What a table of this kind is for.
///     pub enum Shape: "RawShape" by "shape" {
///         "circle" => Circle(circle::Options),
///         "square" => Square(square::Options),
///     }
/// }
/// ```
///
/// The table as a whole is then a `Tagged<Common, Shape>`; `Common` is `()` where
/// no option is there with every word.
macro_rules! tagged {
    (
        $(#[doc = $doc:literal])+
        $vis:vis enum $name:ident: $title:literal by $key:literal {
            $($word:literal => $variant:ident($options:ty)),+ $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug)]
        $vis enum $name {
            $(#[doc = concat!("`", $key, " = \"", $word, "\"`.")] $variant($options),)+
        }

        impl $crate::lang::tagged::Tag for $name {
            const NAME: &'static str = $title;
            const DESCRIPTION: &'static str = concat!($($doc),+).trim_ascii();
            const KEY: &'static str = $key;
            const WORDS: &'static [&'static str] = &[$($word),+];

            fn word(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $word,)+
                }
            }

            fn read<'de, D: serde::Deserializer<'de>>(
                word: &str,
                options: D,
            ) -> Result<Self, D::Error> {
                match word {
                    $($word => {
                        <$options as serde::Deserialize>::deserialize(options).map(Self::$variant)
                    })+
                    other => Err(serde::de::Error::unknown_variant(other, Self::WORDS)),
                }
            }

            fn options(generator: &mut schemars::SchemaGenerator) -> Vec<schemars::Schema> {
                vec![$(<$options as schemars::JsonSchema>::json_schema(generator)),+]
            }
        }
    };
}
pub(crate) use tagged;

/// A value of the file with its spans, whatever it is.
#[derive(Debug)]
enum Node {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Array(Vec<Spanned<Node>>),
    Table(Entries),
}

type Entries = Vec<(Spanned<String>, Spanned<Node>)>;

/// The span of what the parser makes itself: a date is given as a map of one key.
const NOWHERE: Range<usize> = 0..0;

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NodeVisitor;

        impl<'de> Visitor<'de> for NodeVisitor {
            type Value = Node;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value of TOML")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
                Ok(Node::Text(text.to_owned()))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Node, E> {
                Ok(Node::Text(text))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Node, E> {
                Ok(Node::Integer(number))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Node, E> {
                Ok(Node::Float(number))
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
                Ok(Node::Boolean(value))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
                let mut nodes = Vec::new();
                while let Some(item) = items.next_element()? {
                    nodes.push(item);
                }
                Ok(Node::Array(nodes))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
                let mut nodes = Vec::new();
                while let Some(Key(key)) = entries.next_key()? {
                    let value = if key.span == NOWHERE {
                        Spanned::new(entries.next_value()?, NOWHERE)
                    } else {
                        entries.next_value()?
                    };
                    nodes.push((key, value));
                }
                Ok(Node::Table(nodes))
            }
        }

        deserializer.deserialize_any(NodeVisitor)
    }
}

/// A key with its span, or one that stands [`NOWHERE`].
struct Key(Spanned<String>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Asks for spans, and makes do without.
        struct Lenient<D>(D);

        impl<'de, D: Deserializer<'de>> Deserializer<'de> for Lenient<D> {
            type Error = D::Error;

            fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
                self.0.deserialize_any(visitor)
            }

            fn deserialize_struct<V: Visitor<'de>>(
                self,
                name: &'static str,
                fields: &'static [&'static str],
                visitor: V,
            ) -> Result<V::Value, D::Error> {
                self.0.deserialize_struct(name, fields, LenientVisitor(visitor))
            }

            forward_to_deserialize_any! {
                bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes
                byte_buf option unit unit_struct newtype_struct seq tuple tuple_struct map
                enum identifier ignored_any
            }
        }

        struct LenientVisitor<V>(V);

        impl<'de, V: Visitor<'de>> Visitor<'de> for LenientVisitor<V> {
            type Value = V::Value;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.expecting(formatter)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
                self.0.visit_map(SpannedDeserializer::new(text.to_owned(), NOWHERE))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
                self.0.visit_map(map)
            }
        }

        Spanned::deserialize(Lenient(deserializer)).map(Self)
    }
}

/// Gives a value again to whoever asks for it, its span too.
struct NodeDeserializer<E> {
    node: Spanned<Node>,
    error: PhantomData<E>,
}

impl<E: Error> IntoDeserializer<'_, E> for Spanned<Node> {
    type Deserializer = NodeDeserializer<E>;

    fn into_deserializer(self) -> NodeDeserializer<E> {
        NodeDeserializer { node: self, error: PhantomData }
    }
}

impl<E: Error> IntoDeserializer<'_, E> for NodeDeserializer<E> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de, E: Error> Deserializer<'de> for NodeDeserializer<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.node.value {
            Node::Text(text) => visitor.visit_string(text),
            Node::Integer(number) => visitor.visit_i64(number),
            Node::Float(number) => visitor.visit_f64(number),
            Node::Boolean(value) => visitor.visit_bool(value),
            Node::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Node::Table(entries) => All::new(entries).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        if is_spanned(name) {
            let span = self.node.span.clone();
            return visitor.visit_map(SpannedDeserializer::new(self, span));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.node.value {
            Node::Text(word) => word.into_deserializer().deserialize_enum(name, variants, visitor),
            Node::Table(entries) => visitor.visit_enum(MapAccessDeserializer::new(map_of(entries))),
            _ => Err(E::custom("expected a word")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// The entries of a table, one after another.
fn map_of<'de, E: Error>(
    entries: Entries,
) -> MapDeserializer<'de, impl Iterator<Item = (NodeDeserializer<E>, NodeDeserializer<E>)>, E> {
    MapDeserializer::new(entries.into_iter().map(|(key, value)| {
        let key = Spanned::new(Node::Text(key.value), key.span);
        (key.into_deserializer(), value.into_deserializer())
    }))
}

/// A table, given as a whole.
struct All<E> {
    entries: Entries,
    error: PhantomData<E>,
}

impl<E> All<E> {
    fn new(entries: Entries) -> Self {
        Self { entries, error: PhantomData }
    }
}

impl<'de, E: Error> Deserializer<'de> for All<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_map(map_of(self.entries))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map struct enum
        identifier ignored_any
    }
}

/// A table of which a struct takes the entries that it has fields for. The others
/// stay.
struct Part<'e, E> {
    entries: &'e mut Entries,
    error: PhantomData<E>,
}

impl<'e, E> Part<'e, E> {
    fn new(entries: &'e mut Entries) -> Self {
        Self { entries, error: PhantomData }
    }
}

impl<'de, E: Error> Deserializer<'de> for Part<'_, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::custom("only a struct knows what it takes"))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_unit()
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        let own = self.entries.extract_if(.., |(key, _)| fields.contains(&key.value.as_str()));
        visitor.visit_map(map_of(own.collect()))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit_struct newtype_struct seq tuple tuple_struct map enum identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What every shape has.
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Common {
        /// What it is called.
        full_name: Option<Spanned<String>>,
    }

    /// All points at one distance from another.
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Circle {
        /// The distance.
        radius: Spanned<f64>,
        /// Anything.
        #[serde(default)]
        #[schemars(with = "indexmap::IndexMap<String, Json>")]
        notes: indexmap::IndexMap<Spanned<String>, toml::Value>,
        /// What it is made of.
        stuff: Option<Stuff>,
    }

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    enum Stuff {
        RedClay,
    }

    /// Four sides of one length.
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Square {
        /// The length of a side.
        side: Spanned<u32>,
        #[serde(default)]
        holes: Vec<Spanned<AnyShape>>,
    }

    tagged! {
        /// A shape.
        enum Shape: "TestShape" by "shape" {
            "circle" => Circle(Circle),
            "square" => Square(Square),
        }
    }

    type AnyShape = Tagged<Common, Shape>;

    fn read(text: &str) -> Result<Spanned<AnyShape>, toml::de::Error> {
        #[derive(Deserialize)]
        struct File {
            a: Spanned<AnyShape>,
        }
        toml::from_str::<File>(text).map(|file| file.a)
    }

    #[test]
    fn a_table_is_read_by_its_word_with_its_spans() {
        let text = "[a]\nnotes.\"x y\" = { on = 2024-02-29, of = [1, 2.5, true] }\nradius = 2\nfull-name = \"n\"\nstuff = \"red-clay\"\nshape = \"circle\"\n";
        let shape = read(text).unwrap().value;
        assert_eq!(&text[shape.tag], "\"circle\"");
        assert_eq!(shape.kind.word(), "circle");
        let name = shape.common.full_name.unwrap();
        assert_eq!((name.value.as_str(), &text[name.span]), ("n", "\"n\""));
        let Shape::Circle(circle) = shape.kind else { panic!("a circle") };
        assert_eq!((circle.radius.value, &text[circle.radius.span]), (2.0, "2"));
        assert_eq!(circle.stuff, Some(Stuff::RedClay));
        let (key, note) = circle.notes.first().unwrap();
        assert_eq!((key.value.as_str(), &text[key.span.clone()]), ("x y", "\"x y\""));
        assert_eq!(note.to_string(), "{ on = 2024-02-29, of = [1, 2.5, true] }");
    }

    #[test]
    fn tables_by_tag_may_stand_in_each_other() {
        let text =
            "a = { shape = \"square\", side = 3, holes = [{ side = 1, shape = \"square\" }] }";
        let shape = read(text).unwrap();
        assert_eq!(&text[shape.span], &text[4..]);
        let Shape::Square(square) = shape.value.kind else { panic!("a square") };
        assert_eq!(square.side.value, 3);
        let [hole] = &square.holes[..] else { panic!("one hole") };
        assert_eq!(&text[hole.span.clone()], "{ side = 1, shape = \"square\" }");
    }

    #[test]
    fn a_table_may_have_nothing_but_the_options_of_its_word() {
        let read = toml::from_str::<Tagged<(), Shape>>;
        assert_eq!(read("shape = \"square\"\nside = 1\n").unwrap().kind.word(), "square");
        assert!(read("shape = \"square\"\nside = 1\nfull-name = \"n\"\n").is_err());
    }

    #[test]
    fn what_does_not_fit_the_word_is_refused() {
        for text in [
            "a = { radius = 1 }",
            "a = { shape = 1, radius = 1 }",
            "a = { shape = \"oval\", radius = 1 }",
            "a = { shape = \"circle\" }",
            "a = { shape = \"circle\", radius = \"1\" }",
            "a = { shape = \"circle\", radius = 1, side = 1 }",
            "a = { shape = \"square\", side = 1, holes = [{ shape = \"square\", side = 1, full = \"n\" }] }",
            "a = 1",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_json_schema_has_a_member_for_each_word() {
        let schema = schemars::schema_for!(AnyShape).to_value();
        let (members, key) = members(&schema).unwrap();
        assert_eq!(key, Shape::KEY);
        assert_eq!(
            members.iter().map(|member| word_of(member, key)).collect::<Vec<_>>(),
            Shape::WORDS
        );
        insta::assert_snapshot!(serde_json::to_string_pretty(&schema).unwrap());
    }
}
