//! What a reader sees: one file a component. The same components render in a browser and on a
//! server, so that whatever needs a browser stands in event handlers and effects alone.

mod comment;
mod composer;
mod html;
mod lean;
mod list;
mod notice;
mod state;
mod thread;

pub use state::{
    Command, Form, FormState, Load, Node, Panel, Phase, Preview, Row, State, Ui, as_comment,
    idle_form,
};
pub use thread::Thread;

pub(crate) use composer::field_id;
pub(crate) use thread::HEADING;
