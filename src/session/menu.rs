//! What else can be done with a comment.

use std::rc::Rc;

use afterword_protocol::Status;
use js_sys::{Array, Object};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::Session;
use crate::browser;
use crate::thread::{Progress, Slot};
use crate::ui::{Command, Node, Panel, Row, field_id};

impl Session {
    /// The items of a comment's menu, from top to bottom, those that apply. The text of each is
    /// `tool-menu-NAME`; who chooses it is led to the tool of that name, unless the menu does it
    /// itself (`src/tools/menu.js`).
    fn items(&self, row: &Row) -> impl Iterator<Item = &'static str> + use<> {
        let offers = |word| untrack(|| self.ui.offers(word));
        let is_named = row.comment.author.is_some();
        let is_ours = row.comment.origin.is_none();
        let may_answer =
            is_ours && row.comment.status == Status::Published && row.sending == Progress::Idle;
        let items = [
            ("quote", may_answer && offers("post")),
            ("copy-link", true),
            (
                "history",
                offers("history") && is_ours && row.comment.edited.is_some(),
            ),
            ("transfer", offers("transfer") && row.own),
            ("mute", is_named && !row.own),
            ("report", offers("report") && is_ours && !row.own),
        ];
        items
            .into_iter()
            .filter_map(|(name, applies)| applies.then_some(name))
    }

    /// Opens the menu of a comment, or closes it.
    pub(super) fn open_menu(self: &Rc<Self>, node: Node) {
        let (items, author) = node.row.with_untracked(|row| {
            let items: Array = self.items(row).map(JsValue::from).collect();
            (items, row.comment.author.clone().unwrap_or_default())
        });
        let properties: [(&str, JsValue); 3] = [
            ("id", node.id().into()),
            ("name", author.into()),
            ("items", items.into()),
        ];
        let detail = Object::new();
        for (name, value) in properties {
            browser::set(&detail, name, &value);
        }
        self.tool("menu", &detail);
    }

    /// Leads to the composer with that key.
    pub(super) fn go_to_draft(self: &Rc<Self>, key: &str) {
        let Some((kind, id)) = key.split_once(':') else {
            return self.focus(field_id(&Slot::New));
        };
        let Some(node) = self.node(id) else { return };
        let panel = node.row.with_untracked(|row| row.panel.clone());
        match (kind, panel) {
            ("reply", Panel::Reply) => self.focus(field_id(&Slot::Reply(id.to_owned()))),
            ("reply", _) => self.carry_out(Command::Reply(node)),
            (_, Panel::Edit(_)) => self.focus(field_id(&Slot::Edit(id.to_owned()))),
            _ => self.carry_out(Command::Edit(node)),
        }
    }
}
