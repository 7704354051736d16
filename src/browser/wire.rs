//! The wire types from and to what the browser's own JSON reader makes.
//!
//! serde knows the types, `JSON.parse` knows JSON, and this stands between them. It knows what the
//! wire types are made of (strings, whole numbers, options, lists, structs, names) and one error
//! without words: `serde-wasm-bindgen` knows all of serde's types and puts a sentence together for
//! each thing that can be wrong, which nobody reads and every page would download
//! (`docs/decisions/0002-wire-types.md`).

use js_sys::{Array, JSON, Object, Reflect};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use serde::ser::{self, Serialize};
use wasm_bindgen::{JsCast, JsValue};

/// A value from JSON; none when the text is no JSON, or not of that shape.
#[must_use]
pub fn from_json<T: DeserializeOwned>(json: &str) -> Option<T> {
    from_value(JSON::parse(json).ok()?)
}

/// A value from what `JSON.parse` made; none when it is not of that shape.
#[must_use]
pub fn from_value<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    T::deserialize(Value(value)).ok()
}

/// A value as JSON.
#[must_use]
pub fn to_json(value: &impl Serialize) -> Option<String> {
    JSON::stringify(&value.serialize(Writer).ok()?)
        .ok()?
        .as_string()
}

/// It is not of that shape.
#[derive(Debug)]
struct Mismatch;

impl std::fmt::Display for Mismatch {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Mismatch {}

// serde's own versions of these would put a sentence together.
impl de::Error for Mismatch {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

impl ser::Error for Mismatch {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Value(JsValue);

impl<'de> de::Deserializer<'de> for Value {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Mismatch> {
        Err(Mismatch)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_string(self.0.as_string().ok_or(Mismatch)?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let number = self.0.as_f64().ok_or(Mismatch)?;
        // The conversion cuts off what an u32 can't be; then it is another number.
        let whole = number as u32;
        if f64::from(whole) == number {
            visitor.visit_u32(whole)
        } else {
            Err(Mismatch)
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_bool(self.0.as_bool().ok_or(Mismatch)?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let array: Array = self.0.dyn_into().map_err(|_| Mismatch)?;
        visitor.visit_seq(Parts {
            count: array.length(),
            whole: array.into(),
            fields: &[],
            next: 0,
        })
    }

    // A sequence of the fields in their order: asking for each by its name spares the code that
    // serde has for those that come in any order, twice, or not at all.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        if !self.0.is_object() {
            return Err(Mismatch);
        }
        visitor.visit_seq(Parts {
            whole: self.0,
            fields,
            count: fields.len() as u32,
            next: 0,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let name = self.0.as_string().ok_or(Mismatch)?;
        let name: StrDeserializer<'_, Mismatch> = name.as_str().into_deserializer();
        visitor.visit_enum(name)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 u64 f32 f64 char str bytes byte_buf unit unit_struct
        newtype_struct tuple tuple_struct map identifier ignored_any
    }
}

/// The items of a list, or an object's properties of these names.
struct Parts {
    whole: JsValue,
    fields: &'static [&'static str],
    count: u32,
    next: u32,
}

impl Parts {
    fn part(&mut self) -> Result<Option<Value>, Mismatch> {
        if self.next == self.count {
            return Ok(None);
        }
        let index = self.next;
        self.next += 1;
        let part = match self.fields.get(index as usize) {
            Some(&name) => Reflect::get(&self.whole, &name.into()),
            None => Reflect::get_u32(&self.whole, index),
        };
        part.map(|part| Some(Value(part))).map_err(|_| Mismatch)
    }
}

impl<'de> de::SeqAccess<'de> for Parts {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        match self.part()? {
            // What is absent is nothing: serde then has its default, or none.
            Some(Value(part)) if part.is_undefined() => Ok(None),
            Some(part) => seed.deserialize(part).map(Some),
            None => Ok(None),
        }
    }
}

#[derive(Clone, Copy)]
struct Writer;

type Nothing = ser::Impossible<JsValue, Mismatch>;

macro_rules! unsupported {
    ($($method:ident($($type:ty),*);)+) => {$(
        fn $method(self, $(_: $type),*) -> Result<JsValue, Mismatch> {
            Err(Mismatch)
        }
    )+};
}

impl ser::Serializer for Writer {
    type Ok = JsValue;
    type Error = Mismatch;
    type SerializeSeq = List;
    type SerializeTuple = Nothing;
    type SerializeTupleStruct = Nothing;
    type SerializeTupleVariant = Nothing;
    type SerializeMap = Nothing;
    type SerializeStruct = Record;
    type SerializeStructVariant = Nothing;

    fn serialize_str(self, text: &str) -> Result<JsValue, Mismatch> {
        Ok(text.into())
    }

    fn serialize_bool(self, is_so: bool) -> Result<JsValue, Mismatch> {
        Ok(is_so.into())
    }

    fn serialize_u32(self, number: u32) -> Result<JsValue, Mismatch> {
        Ok(number.into())
    }

    fn serialize_none(self) -> Result<JsValue, Mismatch> {
        Ok(JsValue::NULL)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<JsValue, Mismatch> {
        value.serialize(self)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<JsValue, Mismatch> {
        Ok(variant.into())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List, Mismatch> {
        Ok(List(Array::new()))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Record, Mismatch> {
        Ok(Record(Object::new()))
    }

    unsupported! {
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_bytes(&[u8]);
        serialize_unit();
        serialize_unit_struct(&'static str);
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: &T,
    ) -> Result<JsValue, Mismatch> {
        Err(Mismatch)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<JsValue, Mismatch> {
        Err(Mismatch)
    }

    fn serialize_tuple(self, _: usize) -> Result<Nothing, Mismatch> {
        Err(Mismatch)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Nothing, Mismatch> {
        Err(Mismatch)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Nothing, Mismatch> {
        Err(Mismatch)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Nothing, Mismatch> {
        Err(Mismatch)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Nothing, Mismatch> {
        Err(Mismatch)
    }
}

struct List(Array);

impl ser::SerializeSeq for List {
    type Ok = JsValue;
    type Error = Mismatch;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Mismatch> {
        self.0.push(&item.serialize(Writer)?);
        Ok(())
    }

    fn end(self) -> Result<JsValue, Mismatch> {
        Ok(self.0.into())
    }
}

struct Record(Object);

impl ser::SerializeStruct for Record {
    type Ok = JsValue;
    type Error = Mismatch;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Mismatch> {
        // Setting a property of a plain object can't fail.
        let _ = Reflect::set(&self.0, &name.into(), &value.serialize(Writer)?);
        Ok(())
    }

    fn end(self) -> Result<JsValue, Mismatch> {
        Ok(self.0.into())
    }
}
