//! Tools: what few readers open, in modules of JavaScript beside the Wasm (`src/tools/`).

use std::rc::Rc;

use afterword_protocol::Status;
use js_sys::{Array, Function, Object};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::{Session, set_panel};
use crate::browser::wire::from_value;
use crate::browser::{self, clean, property};
use crate::thread::{Failure, Progress};
use crate::ui::{Command, Node, Panel};

impl Session {
    /// Opens the tool of that name. `detail` is what it is about.
    pub(crate) fn tool(self: &Rc<Self>, name: &str, detail: &JsValue) {
        // Nobody has asked for these: it is no trouble when they don't come.
        let is_unasked = matches!(
            name,
            "style" | "peek" | "live" | "avatars" | "replies" | "mentions" | "undo" | "waiting"
        );
        let Some(module) = self.files.load(&["tools/", name, ".js"].concat()) else {
            return;
        };
        if !is_unasked {
            self.ui.trouble.set(String::new());
        }
        let context = self.context(detail);
        let session = Rc::clone(self);
        self.spawn(async move {
            let module = JsFuture::from(module).await.ok();
            // It may show HTML.
            clean::prepare(&session.files).await;
            if session.is_over.get() {
                return;
            }
            let open = module.and_then(|module| property::<Function>(&module, "default"));
            let Some(open) = open else {
                session.files.failed();
                if is_unasked {
                    return;
                }
                let sentence = session.ui.failure(Failure::Network);
                return session.ui.trouble.set(sentence);
            };
            let _ = open.call1(&JsValue::NULL, &context);
        });
    }

    /// What a tool is given: `src/tools/README.md` tells what it makes of that.
    fn context(self: &Rc<Self>, detail: &JsValue) -> Object {
        let session = Rc::clone(self);
        let run: Box<dyn FnMut(JsValue, Array) -> JsValue> =
            Box::new(move |command, arguments| session.run(&command, &arguments));
        let run = Closure::wrap(run).into_js_value();
        let context = Object::new();
        let set = |name, value: &JsValue| browser::set(&context, name, value);
        set("options", &self.files.options);
        set("root", &self.root);
        set("detail", detail);
        set("runs", &run);
        if let Some(leaving) = &self.leaving {
            set("signal", &leaving.signal());
        }
        context
    }

    /// Does what a tool asks for. What it doesn't know, it doesn't do.
    fn run(self: &Rc<Self>, command: &JsValue, arguments: &Array) -> JsValue {
        if self.is_over.get() {
            return JsValue::UNDEFINED;
        }
        let text = |index| arguments.get(index).as_string().unwrap_or_default();
        let command = command.as_string().unwrap_or_default();
        match command.as_str() {
            "say" => self.say(text(0)),
            "focus" => self.focus(text(0)),
            "tool" => self.tool(&text(0), &arguments.get(1)),
            "follow" => self.carry_out(Command::Follow),
            "next-new" => self.carry_out(Command::NextNew),
            "reply" => {
                let node = self.node(&text(0));
                let may_answer = |node: &Node| {
                    node.row.with_untracked(|row| {
                        row.comment.status == Status::Published
                            && row.sending == Progress::Idle
                            && row.comment.origin.is_none()
                    })
                };
                let is_offered = untrack(|| self.ui.offers("reply"));
                if let Some(node) = node.filter(|node| is_offered && may_answer(node)) {
                    self.carry_out(Command::Reply(node));
                }
            }
            "changes" => self.take_changes(arguments.clone()),
            "guests" => self.welcome(arguments.get(0), arguments.get(1).is_truthy()),
            "answer" => {
                if let Some(node) = self.node(&text(0)) {
                    set_panel(node, Panel::Reply);
                }
            }
            "clean" => {
                if let Ok(element) = arguments.get(0).dyn_into() {
                    clean::show(&element, &text(1), &self.ui.around());
                }
            }
            "mute" => self.mute(&text(0), true, &text(1)),
            "unmute" => self.mute(&text(0), false, ""),
            "count" => self.count_drafts(),
            "load" => self.carry_out(Command::Reload),
            "renew" => self.spawn(Rc::clone(self).load()),
            "trouble" => self.ui.trouble.set(text(0)),
            "own" => self.mark_own(0),
            "show-own" => {
                if let Some(comment) = from_value(arguments.get(0)) {
                    self.show_own(comment);
                }
            }
            "remove" => self.remove(&text(0), None),
            "undo" => {
                if let Some(tombstone) = from_value(arguments.get(0)) {
                    let place = from_value(arguments.get(2)).unwrap_or(u32::MAX);
                    self.offer_undo(tombstone, text(1), place);
                }
            }
            "draft" => self.go_to_draft(&text(0)),
            _ => {}
        }
        JsValue::UNDEFINED
    }
}
