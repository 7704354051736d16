//! What a reader sees: one file a component. The same components render in a browser and on a
//! server, so that whatever needs a browser stands in event handlers and effects alone.

mod comment;
mod composer;
mod forms;
mod more;
mod news;
mod notice;
mod state;
mod thoughts;
mod thread;
mod view;

pub use forms::Forms;
#[cfg(feature = "ssr")]
pub use state::Opening;
pub use state::{
    Answered, Command, Form, FormState, More, Node, OUTDATED, Panel, Preview, Row, State, Ui,
};
#[cfg(feature = "ssr")]
pub use thread::lone;
pub use thread::thread;
pub use view::Element;
pub(crate) use view::{offer, take_over, take_over_slowly};

pub(crate) use comment::{question_id, veil_id};
pub(crate) use composer::{TOOLS, equip, field_id, fill, typed_in};
pub(crate) use thread::HEADING;
