//! Taking over a thread that a server has drawn.

use std::rc::Rc;

use afterword_protocol::CommentList;
use leptos::prelude::*;

use super::Session;
use crate::browser::{self, clean, storage};
use crate::thread::Slot;
use crate::ui::{TOOLS, equip, field_id, fill, offer, take_over_slowly, typed_in};

impl Session {
    /// Knows the comments that stand there from now on, and has the view take over their elements.
    pub(crate) fn take_over(&self, list: CommentList) {
        self.is_ready.set(true);
        let portion = list.branches.len();
        self.show_list(list, portion);
        // How long they are is known to the HTML alone.
        for id in browser::cut_short(&self.root) {
            if let Some(node) = self.node(&id) {
                node.row.update(|row| row.is_long = true);
            }
        }
        if let Some(thread) = self.root.first_element_child() {
            offer(thread);
        }
    }

    /// Goes on where the reader is by now: the view has taken over.
    pub(crate) fn go_on(self: &Rc<Self>) {
        self.keep_typed();
        self.equip();
        let session = Rc::clone(self);
        browser::later(move || {
            take_over_slowly(Box::new(move || {
                session.notify("active");
                session.follow();
            }));
        });
        let session = Rc::clone(self);
        self.spawn(async move {
            // It shows what was sent as it was typed, in HTML.
            clean::prepare(&session.files).await;
            session.resend();
            session.await_approval();
            session.go_to_target();
        });
    }

    /// Gives the composer that has the focus already its tools.
    fn equip(&self) {
        let place = [".composer:focus-within > .", TOOLS].concat();
        if let Ok(Some(place)) = self.root.query_selector(&place) {
            equip(self.ui, place);
        }
    }

    /// What was typed before there was a widget is kept from now on, behind what was kept before.
    fn keep_typed(&self) {
        let Some(field) = browser::find(&self.root, &field_id(&Slot::New)) else {
            return;
        };
        let prefix = self.config.storage_prefix();
        let mut typed = typed_in(&field);
        if typed.is_blank() {
            return;
        }
        let kept = storage::draft(&prefix, &Slot::New);
        if let Some(kept) = kept.filter(|kept| kept.text != typed.text) {
            typed.prepend(kept);
            fill(&field, &typed);
        }
        storage::keep_draft(&prefix, &Slot::New, &typed);
    }
}
