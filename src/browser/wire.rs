//! The wire types from and to what the browser's own JSON reader makes.
//!
//! A field is looked up by its name in the object that `JSON.parse` made, and that is all: for the
//! same types, serde's visitors and the error texts that nobody reads are some 20 kB of the page's
//! download (`docs/decisions/0002-wire-types.md`). The compiler checks that no field is forgotten,
//! and a test in the browser that every name is the one that serde writes.

use afterword_protocol::{
    Branch, Comment, CommentDetail, CommentList, Created, Deletion, EditComment, Limits,
    NewComment, Preview, PreviewRequest, Replies, Status,
};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::thread::{Draft, Sent};

/// A type that is read from and written to JSON.
pub trait Wire: Sized {
    /// The value; none when it is not of this shape.
    fn read(value: &JsValue) -> Option<Self>;
    /// The value as JavaScript has it; `undefined` is left out of the JSON.
    fn write(&self) -> JsValue;
}

/// A value from JSON; none when the text is no JSON, or not of that shape.
#[must_use]
pub fn from_json<T: Wire>(json: &str) -> Option<T> {
    T::read(&JSON::parse(json).ok()?)
}

/// A value as JSON; none when the browser can't write it, which happens to no type here.
#[must_use]
pub fn to_json(value: &impl Wire) -> Option<String> {
    JSON::stringify(&value.write()).ok()?.as_string()
}

impl Wire for String {
    fn read(value: &JsValue) -> Option<Self> {
        value.as_string()
    }

    fn write(&self) -> JsValue {
        self.into()
    }
}

impl Wire for u32 {
    fn read(value: &JsValue) -> Option<Self> {
        let number = value.as_f64()?;
        // The conversion cuts off what an u32 can't be; then it is another number.
        let whole = number as Self;
        (f64::from(whole) == number).then_some(whole)
    }

    fn write(&self) -> JsValue {
        (*self).into()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn read(value: &JsValue) -> Option<Self> {
        if value.is_undefined() || value.is_null() {
            Some(None)
        } else {
            T::read(value).map(Some)
        }
    }

    fn write(&self) -> JsValue {
        self.as_ref().map_or(JsValue::UNDEFINED, T::write)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn read(value: &JsValue) -> Option<Self> {
        let array: &Array = value.dyn_ref()?;
        array.iter().map(|item| T::read(&item)).collect()
    }

    fn write(&self) -> JsValue {
        self.iter().map(T::write).collect::<Array>().into()
    }
}

impl Wire for Status {
    fn read(value: &JsValue) -> Option<Self> {
        match Option::<String>::read(value)?.as_deref() {
            None | Some("published") => Some(Self::Published),
            Some("pending") => Some(Self::Pending),
            Some("deleted") => Some(Self::Deleted),
            Some(_) => None,
        }
    }

    fn write(&self) -> JsValue {
        match self {
            Self::Published => "published",
            Self::Pending => "pending",
            Self::Deleted => "deleted",
        }
        .into()
    }
}

/// The property of that name, when it is of that type.
pub(crate) fn field<T: Wire>(object: &JsValue, name: &str) -> Option<T> {
    T::read(&Reflect::get(object, &name.into()).ok()?)
}

/// Reads and writes structs whose fields are named as on the wire.
macro_rules! records {
    ($($record:ident { $($field:ident),+ })+) => {$(
        impl $crate::browser::wire::Wire for $record {
            fn read(value: &::wasm_bindgen::JsValue) -> Option<Self> {
                Some(Self {
                    $($field: $crate::browser::wire::field(value, stringify!($field))?,)+
                })
            }

            fn write(&self) -> ::wasm_bindgen::JsValue {
                $crate::browser::wire::object(&[
                    $((stringify!($field), self.$field.write()),)+
                ])
            }
        }
    )+};
}
pub(crate) use records;

/// An object with these properties.
pub(crate) fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a property of a plain object can't fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

records! {
    Comment { id, number, parent, author, created, edited, html, status }
    Branch { root, replies, reply_count, next }
    Limits { text_bytes, author_bytes, edit_seconds }
    CommentList { branches, next, total, limits }
    Replies { replies, next }
    CommentDetail { comment, text, page, ancestors }
    NewComment { site, page, title, url, parent, author, text }
    Created { comment, edit_token }
    EditComment { text }
    Deletion { tombstone }
    PreviewRequest { text }
    Preview { html }
    Draft { text, author }
    Sent { key, at, comment }
}
